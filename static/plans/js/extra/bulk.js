// Many steps at once: selecting cards, and the bar with what can be done to all of them.

import { say } from "../announce.js";
import { card, focusedCard } from "../cards.js";
import { readRevisions } from "../checksum.js";
import { addKeys, can } from "../keys.js";
import { readingOf } from "../reading.js";
import { along } from "../walk.js";

const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: new URL("./bulk.css", import.meta.url).href });
document.head.append(sheet);

const DEEDS = [
  { verb: "approve", label: "Approve", key: "a" },
  { verb: "reject", label: "Reject…", key: "x" },
  { verb: "reassign", label: "Assign…", key: "o" },
  { verb: "move", label: "Move…", key: "m" },
];

/** What is selected, by number, with how it was seen then: its revision, and the mark of what it asks. */
const seen = new Map();
let from = null;
let due = 0;
const board = () => document.getElementById("board");
const numberOf = (article) => article.id.replace("step-", "");
const unseen = () => [...seen.keys()].filter((number) => !card(number)?.checkVisibility());
let { epoch } = board().dataset;

const make = (name, props, ...parts) => {
  const made = Object.assign(document.createElement(name), props);
  made.append(...parts);
  return made;
};

const bar = make("section", { className: "bulk-bar", hidden: true });
bar.setAttribute("aria-label", "Selected steps");
const count = make("b", {});
const clearButton = make("button", { type: "button", className: "link-button", onclick: () => clear() }, "Clear");
bar.append(
  count,
  ...DEEDS.filter(({ verb }) => can(verb)).map(({ verb, label, key }) =>
    make("button", { type: "button", className: "button", onclick: () => ask(verb) }, label, make("kbd", { textContent: key })),
  ),
  clearButton,
);
document.getElementById("main").append(bar);

function box(article) {
  if (article.querySelector(".card-select")) return;
  const input = make("input", { type: "checkbox", checked: seen.has(numberOf(article)), onchange: () => toggle(article) });
  input.setAttribute("aria-label", `Select step ${numberOf(article)}`);
  input.addEventListener("click", ({ detail }) => detail && article.focus({ preventScroll: true })); // a pointer's: keys act on
  const label = make("label", { className: "card-select" }, input);
  label.dataset.own = "";
  article.append(label);
}

function paint() {
  due = 0;
  for (const article of document.querySelectorAll("#board article")) {
    const chosen = seen.has(numberOf(article));
    if (seen.size) box(article);
    if (chosen) article.dataset.ownSelected = "";
    else delete article.dataset.ownSelected;
    const input = article.querySelector(".card-select input");
    if (input) input.checked = chosen;
  }
  bar.hidden = seen.size === 0;
  const more = unseen().length;
  const told = `${seen.size.toLocaleString()} selected${more ? `, ${more.toLocaleString()} not shown` : ""}`;
  if (count.textContent !== told) count.textContent = told;
}

function choose(article, on) {
  if (on) seen.set(numberOf(article), readingOf(article));
  else seen.delete(numberOf(article));
  paint();
  say(`Step ${numberOf(article)} ${on ? "selected" : "not selected"}, ${seen.size} in all`);
}

/** Select a card, or no longer. */
export function toggle(article) {
  if (article) choose(article, !seen.has(numberOf(article)));
}

/** Select the focused card and the next one in a direction. */
export function extend(by) {
  const from = focusedCard();
  if (!from) return;
  choose(from, true);
  along(by);
  if (focusedCard() !== from) choose(focusedCard(), true);
}

function clear() {
  seen.clear();
  const had = bar.contains(document.activeElement);
  paint();
  if (had) document.querySelector("#board article")?.focus({ preventScroll: true });
  say("Nothing is selected");
}

/** What is no longer in the plan is selected no more. */
function forget(numbers) {
  const gone = numbers.filter((number) => seen.delete(number));
  if (!gone.length) return;
  paint();
  say(`${gone.length > 1 ? `${gone.length} steps are` : `Step ${gone[0]} is`} gone, ${seen.size} selected in all`);
}

/** A board that is drawn anew may lack what was dropped meanwhile, or be of another plan that took the name. */
function compare() {
  const { steps, epoch: now } = board().dataset;
  const known = readRevisions(steps);
  forget([...seen.keys()].filter((number) => now !== epoch || !known.has(Number(number))));
  epoch = now;
  paint();
}

/** The dialog names what is selected and not to be seen: behind a filter, a fold, or further down a long column. */
function nameUnseen() {
  const lead = document.querySelector("#dialog #bulk-title ~ .dialog-lead:not([data-told])");
  const numbers = unseen();
  if (!lead || !numbers.length) return;
  lead.dataset.told = "";
  const told = `The board does not show step${numbers.length === 1 ? "" : "s"} ${numbers.join(", ")} now.`;
  lead.after(Object.assign(lead.cloneNode(false), { textContent: told }));
}

/** Open the dialog of a deed; it does nothing yet. */
function ask(verb) {
  from = focusedCard()?.id;
  const url = new URL(`${location.pathname}bulk/`, location.origin);
  url.searchParams.set("verb", verb);
  for (const [number, revision] of seen) url.searchParams.append("step", `${number}.${revision}`);
  htmx.ajax("GET", url.pathname + url.search, { target: "#dialog", source: "#dialog" });
}

const selecting = () => seen.size > 0;

addKeys([
  ...DEEDS.map(({ verb, label, key }) => ({ group: "Selected steps", key, does: label.replace("…", "").toLowerCase(), needs: verb, may: selecting, run: () => ask(verb) })),
  { group: "Selected steps", key: "Escape", does: "select nothing", may: selecting, run: clear },
]);

board().addEventListener("pointerover", ({ target }) => {
  const article = target.closest("article");
  if (article && can("move")) box(article);
});
/** A dialog that is done with gives the focus back to the card, which may have been drawn anew. */
document.addEventListener(
  "close",
  ({ target }) => target.querySelector("#bulk-title") && document.getElementById(from)?.focus({ preventScroll: true }),
  { capture: true },
);
const soon = () => selecting() && (due ||= requestAnimationFrame(paint));
document.addEventListener("planboard:redrawn", compare);
document.addEventListener("planboard:drop", ({ detail }) => forget([String(detail.id)]));
document.addEventListener("planboard:step", soon);
new MutationObserver(soon).observe(board(), { subtree: true, attributeFilter: ["hidden", "data-own-unfolded"] });
document.addEventListener("htmx:after:swap", () => {
  nameUnseen();
  if (!document.querySelector("#dialog [data-bulk-done]")) return;
  seen.clear();
  paint();
  say(document.getElementById("bulk-title").textContent);
});
