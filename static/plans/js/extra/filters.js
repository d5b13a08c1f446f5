// The filters that the box offers: what people ask for most, and those that somebody saved in this browser.

import { say } from "../announce.js";
import { filterBy } from "../filter.js";
import { hang } from "../popover.js";

const KEPT = "planboard.filters";
const MOST = 12;
const OFFERED = [
  ["Needs me", "needs:me"],
  ["Ready to claim", "is:ready"],
  ["No heartbeat", "is:stale"],
  ["Waiting", "is:waiting"],
  ["Blocked or failed", "is:blocked"],
  ["Not done", "-is:done"],
];

const panel = () => document.getElementById("filters");
const typed = () => document.querySelector("[data-filter]").value.trim();

function saved() {
  try {
    const found = JSON.parse(localStorage.getItem(KEPT)) ?? [];
    return Array.isArray(found) ? found.filter((text) => typeof text === "string") : [];
  } catch {
    return []; // Storage is blocked, or holds what is not ours.
  }
}

function keep(texts) {
  try {
    localStorage.setItem(KEPT, JSON.stringify(texts.slice(0, MOST)));
  } catch {
    say("This browser does not let the board save anything");
  }
  draw();
}

function make(name, className, text, does) {
  const made = Object.assign(document.createElement(name), { className, textContent: text });
  if (does) Object.assign(made, { type: "button", onclick: does });
  return made;
}

const apply = (text) => () => {
  panel().hidePopover();
  filterBy(text);
};

function option(name, text) {
  const made = make("button", "option", "", apply(text));
  made.append(make("span", "option-text", name));
  if (name !== text) made.append(make("code", "option-side", text));
  return made;
}

function savedOption(text) {
  const row = make("div", "option-row", "");
  const forget = make("button", "icon-button", "×", () => {
    keep(saved().filter((other) => other !== text));
    panel().querySelector("button").focus();
  });
  forget.setAttribute("aria-label", `Forget ${text}`);
  row.append(option(text, text), forget);
  return row;
}

function draw() {
  const texts = saved();
  const parts = OFFERED.map(([name, text]) => option(name, text));
  if (texts.length) parts.push(make("p", "options-title", "Saved in this browser"), ...texts.map(savedOption));
  if (typed() && !texts.includes(typed())) {
    parts.push(document.createElement("hr"), make("button", "option", `Save “${typed()}”`, () => {
      keep([typed(), ...texts]);
      say("Filter saved");
      panel().querySelector(".option-row button").focus();
    }));
  }
  panel().querySelector("[data-offered]").replaceChildren(...parts);
}

/** Hang the list on the box. */
export function offer() {
  draw();
  hang(panel(), document.querySelector("[data-filters]"));
  panel().querySelector("button").focus();
}
