// From card to card: arrows inside a column, sideways between columns; each column is one tab stop.

import { card, columnOf, focusedCard } from "./cards.js";
import { open, openStep } from "./drawer.js";
import { isFolded } from "./fold.js";

const COLUMNS = ["todo", "run", "ask", "done"];
const LOOKED_AT = ["ask", "run", "todo", "done"];

const shown = (section) => (isFolded(section) ? [] : [...section.querySelectorAll("li:not([hidden]) > article")].filter((article) => article.checkVisibility()));
const laneOf = (article) => article.closest("[data-lane]")?.dataset.lane;
const focusedColumn = () => document.activeElement?.closest?.(".column-body") ?? null;
const inDrawer = () => document.activeElement?.closest?.("#drawer");

function focusCard(article) {
  if (!article) return;
  article.focus({ preventScroll: true });
  article.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function firstCard() {
  const sections = LOOKED_AT.map((name) => document.getElementById(`col-${name}`)).filter(Boolean);
  return sections.flatMap(shown)[0];
}

/** Tell whether arrows have something to go from; elsewhere they scroll, as ever. */
export const walks = () => focusedCard() !== null || focusedColumn() !== null;

export function along(by) {
  const at = focusedCard();
  if (!at && inDrawer()) return openBeside(by);
  if (!at) return focusCard(focusedColumn() ? shown(focusedColumn())[0] : firstCard());
  const all = shown(at.closest(".column"));
  return focusCard(all[all.indexOf(at) + by]);
}

export function across(by) {
  const at = focusedCard();
  if (!at) return focusCard(firstCard());
  const index = shown(at.closest(".column")).filter((other) => laneOf(other) === laneOf(at)).indexOf(at);
  for (let to = COLUMNS.indexOf(columnOf(at)) + by; COLUMNS[to]; to += by) {
    const all = shown(document.getElementById(`col-${COLUMNS[to]}`)).filter((other) => laneOf(other) === laneOf(at));
    if (all.length) return focusCard(all[Math.min(index, all.length - 1)]);
  }
  return null;
}

/** Show the next or previous card of the column in the drawer. */
function openBeside(by) {
  const at = card(openStep());
  if (!at) return;
  const all = shown(at.closest(".column"));
  const link = all[all.indexOf(at) + by]?.querySelector("a[data-open]");
  if (link) open(link.dataset.open);
}

// What lies inside a card can be reached by Tab only from that card, so that a column is one stop and not ninety.

const controls = (root) => root.querySelectorAll(":is(a, button):not([data-own] *)");

/** Take what was just drawn out of the tab order. */
export function rest() {
  for (const control of document.querySelectorAll(".card :is(a, button):not([tabindex])")) {
    control.tabIndex = control.closest(".card").contains(document.activeElement) ? 0 : -1;
  }
}

function reach(event) {
  const article = event.target.closest?.(".card");
  if (!article) return;
  const leaves = event.type === "focusout" && !article.contains(event.relatedTarget);
  for (const control of controls(article)) control.tabIndex = leaves ? -1 : 0;
}

export function startWalking() {
  if (!document.getElementById("board")) return;
  document.addEventListener("focusin", reach);
  document.addEventListener("focusout", reach);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-beside]");
    if (button) openBeside(Number(button.dataset.beside));
  });
  rest();
}
