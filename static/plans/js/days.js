// The lines of what happened, under the days and at the times of the viewer's own zone; the server has UTC.

import { moveInto } from "./morph.js";
import { write } from "./time.js";

const LOOK_EVERY = 15_000;
const timeOfDay = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const exactly = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const dayName = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long", year: "numeric" });

function dayOf(at) {
  const date = new Date(at);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

function heading(day) {
  const date = new Date();
  if (day === dayOf(date)) return "Today";
  date.setDate(date.getDate() - 1); // not 24 hours: some days have 23, or 25
  return day === dayOf(date) ? "Yesterday" : dayName.format(new Date(`${day}T12:00`));
}

/** At midnight what was today is yesterday. */
function nameDays() {
  for (const { dataset, firstElementChild } of document.querySelectorAll("[data-day]")) write(firstElementChild, heading(dataset.day));
}

setInterval(nameDays, LOOK_EVERY);

function section(day) {
  const made = document.createElement("section");
  made.className = "activity-day";
  made.dataset.day = day;
  const list = document.createElement("ol");
  list.setAttribute("role", "list");
  made.append(Object.assign(document.createElement("h2"), { className: "activity-title", textContent: heading(day) }), list);
  return made;
}

/** Give the list of an item's day; a new one goes on top or to the end, before `end` if there is one. */
function listOf(lines, item, { onTop = false, end = null } = {}) {
  const day = dayOf(item.dataset.at);
  const found = lines.querySelector(`.activity-day[data-day="${day}"]`);
  if (found) return found.querySelector("ol");
  const made = section(day);
  lines.insertBefore(made, onTop ? lines.firstChild : end);
  return made.querySelector("ol");
}

const isKnown = (lines, item) => lines.querySelector(`li[data-key="${item.dataset.key}"]`);

function tellTime(item) {
  for (const time of item.querySelectorAll("time[data-time]")) {
    const at = Date.parse(time.dataset.time);
    time.textContent = timeOfDay.format(at);
    time.dateTime = time.dataset.time;
    time.title = exactly.format(at);
  }
}

export function append(lines, items, end = null) {
  for (const item of items) {
    if (isKnown(lines, item)) continue;
    tellTime(item);
    listOf(lines, item, { end }).append(item);
  }
}

export function prepend(lines, items) {
  for (const item of [...items].reverse()) {
    if (isKnown(lines, item)) continue;
    tellTime(item);
    const list = listOf(lines, item, { onTop: true });
    moveInto(list, item, list.firstChild);
  }
  nameDays();
}

/** Put what the server sent under the viewer's own days. */
export function sortByDay(lines, end = null) {
  const sections = [...lines.querySelectorAll(":scope > .activity-day")];
  const items = sections.flatMap((found) => [...found.querySelectorAll(":scope > ol > li")]);
  sections.forEach((found) => found.remove());
  append(lines, items, end);
}
