// What happened: new lines come in on top where nobody reads, else they wait behind a button; older ones on scroll.

import { say } from "../announce.js";
import { addKeys } from "../keys.js";
import { moveInto, parse } from "../morph.js";
import { show } from "../status.js";
import { fillTimes } from "../time.js";

const EVERY = 5_000;
const AFTER_TYPING = 250;
const MOST_LINES = 600;
const AT_TOP = 8;
const dayName = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long", year: "numeric" });

const lines = document.getElementById("activity-lines");
const scroller = document.getElementById("activity-scroll");
const box = document.querySelector("[data-filter]");
const pill = document.querySelector("[data-show-new]");
const pause = document.querySelector("[data-pause]");
const isLive = () => lines.dataset.after !== undefined;

let waiting = [];
let cut = false;

/** The viewer's own day of a line; the server sorts by UTC. */
function dayOf(item) {
  const at = new Date(item.dataset.at);
  return `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, "0")}-${String(at.getDate()).padStart(2, "0")}`;
}

function heading(day) {
  const [today, yesterday] = [0, 1].map((ago) => dayOf({ dataset: { at: Date.now() - ago * 86_400_000 } }));
  if (day === today) return "Today";
  return day === yesterday ? "Yesterday" : dayName.format(new Date(`${day}T12:00`));
}

function section(day) {
  const made = document.createElement("section");
  made.className = "activity-day";
  made.dataset.day = day;
  const title = Object.assign(document.createElement("h2"), { className: "activity-title", textContent: heading(day) });
  const list = document.createElement("ol");
  list.setAttribute("role", "list");
  made.append(title, list);
  return made;
}

function listOf(day, onTop) {
  const found = lines.querySelector(`.activity-day[data-day="${day}"]`);
  if (found) return found.querySelector("ol");
  const made = section(day);
  if (onTop) lines.prepend(made);
  else document.getElementById("activity-more").before(made);
  return made.querySelector("ol");
}

const known = (item) => document.querySelector(`#activity-lines li[data-key="${item.dataset.key}"]`);

function append(items) {
  for (const item of items) if (!known(item)) listOf(dayOf(item), false).append(item);
}

function prepend(items) {
  document.getElementById("activity-none")?.remove();
  for (const item of items.toReversed()) {
    if (!known(item)) moveInto(...[listOf(dayOf(item), true)].flatMap((list) => [list, item, list.firstChild]));
  }
  fillTimes(lines);
}

/** Put what the server sent under the viewer's own days. */
function sortByDay() {
  const sections = [...lines.querySelectorAll(":scope > .activity-day")];
  const items = sections.flatMap((found) => [...found.querySelectorAll(":scope > ol > li")]);
  sections.forEach((found) => found.remove());
  append(items);
  fillTimes(lines);
}

function read() {
  const inUse = lines.matches(":hover") || lines.contains(document.activeElement);
  const top = getComputedStyle(scroller).overflowY === "visible" ? scrollY : scroller.scrollTop;
  return inUse || top > AT_TOP || pause?.ariaPressed === "true";
}

function tell() {
  pill.hidden = waiting.length === 0;
  pill.firstElementChild.textContent = `${waiting.length}${cut ? "+" : ""} new`;
}

/** Show what waits; of a list too long to be read the end is dropped, and asked for again on scroll. */
function showNew() {
  if (cut) return location.assign(lines.dataset.url);
  prepend(waiting);
  waiting = [];
  tell();
  const items = [...lines.querySelectorAll(".activity-day > ol > li")];
  items.slice(MOST_LINES).forEach((item) => item.remove());
  if (items.length > MOST_LINES) olderFrom(items[MOST_LINES - 1].dataset.key);
  lines.querySelectorAll(".activity-day:not(:has(li))").forEach((empty) => empty.remove());
  return null;
}

function olderFrom(key) {
  const url = new URL(lines.dataset.url, location.origin);
  url.searchParams.set("before", key);
  document.getElementById("activity-more").innerHTML = '<a class="column-more" rel="next" data-older>Show older</a>';
  document.querySelector("[data-older]").href = url;
  watchEnd();
}

async function get(url, part) {
  const asked = new URL(url, location.origin);
  asked.searchParams.set("fragment", part);
  const response = await fetch(asked, { cache: "no-store" }).catch(() => null);
  if (part === "newer") show(!response ? "reconnecting" : response.redirected ? "signedOut" : "polling");
  if (!response?.ok || response.redirected || response.status === 204) return null;
  return parse(await response.text());
}

async function refresh() {
  if (document.hidden || !isLive()) return;
  const url = new URL(lines.dataset.url, location.origin);
  url.searchParams.set("after", lines.dataset.after);
  const asked = lines.dataset.url;
  const fresh = (await get(url, "newer"))?.getElementById("activity-newer");
  if (!fresh || asked !== lines.dataset.url) return;
  lines.dataset.after = fresh.dataset.after;
  cut ||= fresh.dataset.more !== undefined;
  waiting = [...fresh.children, ...waiting];
  tell();
  if (!read()) showNew();
}

let loading = false;

async function older() {
  const link = document.querySelector("[data-older]");
  if (!link || loading) return;
  loading = true;
  const fresh = await get(link.href, "older");
  loading = false;
  if (!fresh || !link.isConnected) return;
  append(fresh.querySelectorAll(".activity-day > ol > li"));
  document.getElementById("activity-more").replaceWith(fresh.getElementById("activity-more"));
  fillTimes(lines);
  watchEnd();
}

const ends = new IntersectionObserver((seen) => seen.some((entry) => entry.isIntersecting) && older(), { rootMargin: "400px" });

function watchEnd() {
  ends.disconnect();
  const link = document.querySelector("[data-older]");
  if (link) ends.observe(link);
}

/** Narrow the list to the words that are being typed. */
async function filter() {
  const url = new URL(location.href);
  for (const name of ["before", "fragment"]) url.searchParams.delete(name);
  lines.dataset.url = url.pathname + url.search;
  const fresh = await get(url, "older");
  if (!fresh || lines.dataset.url !== url.pathname + url.search) return;
  waiting = [];
  tell();
  lines.replaceChildren(...fresh.getElementById("activity-older").children);
  if (!lines.querySelector("li")) document.getElementById("activity-more").textContent = "Nothing that happened matches.";
  sortByDay();
  watchEnd();
}

let typing = 0;
box.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(filter, AFTER_TYPING);
});
pill.addEventListener("click", () => {
  showNew();
  scroller.scrollTo({ top: 0 });
  scrollTo({ top: 0 });
});
pause?.addEventListener("click", () => {
  const paused = pause.ariaPressed !== "true";
  pause.ariaPressed = String(paused);
  pause.querySelector("span").textContent = paused ? "Resume" : "Pause";
  say(paused ? "New changes wait." : "Live again.");
  if (!paused && !read()) showNew();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-retry]")) refresh();
  const link = event.target.closest("[data-older]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    older();
  }
  for (const open of document.querySelectorAll(".choices[open]")) if (!open.contains(event.target)) open.open = false;
});
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.querySelector(".choices[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});
document.addEventListener("visibilitychange", refresh);
setInterval(refresh, EVERY);
addKeys([{ group: "Page", key: "p", does: "hold live changes", may: () => pause, run: () => pause.click() }]);
sortByDay();
watchEnd();
refresh();
