// The step drawer: a third column that opens beside the board. Editors live here and nowhere else.

import { arm, card, column } from "./cards.js";
import { fillTimes } from "./time.js";
import { restoreDrafts } from "./drafts.js";
import { addressed } from "./filter.js";
import { later } from "./later.js";

let turn = 0;
let opening = 0; // while somebody waits for a step, the one that is still shown need not be drawn again
const PLAN = /^\/plans\/[^/]+\//;

export const slot = () => document.getElementById("drawer");
const app = () => document.querySelector(".app");

export const openStep = () => slot()?.querySelector("[data-step]")?.dataset.step ?? null;

/** Open a step's page in the drawer; `then` names what gets the focus. */
export async function open(url, { then = "#drawer-title", push = true } = {}) {
  if (!slot()) return;
  const { id } = document.activeElement;
  makeRoom(true); // at once: what moves when the answer comes, moves under the hand
  opening += 1;
  const isThere = await load(url);
  opening -= 1;
  if (!isThere) return;
  makeRoom(openStep() !== null);
  fillTimes(slot());
  restoreDrafts(slot());
  if (push) remember(openStep());
  const now = document.activeElement;
  if (!slot().contains(now) || now.id === id) enter(then); // else somebody went there meanwhile, and writes already
  card(openStep())?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function makeRoom(is) {
  app().classList.toggle("has-drawer", is);
  slot().setAttribute("aria-busy", String(is && !openStep()));
}

/** Put the focus on a part of the drawer; a folded form is opened and its first field taken. */
export function enter(selector) {
  const target = slot().querySelector(selector);
  const folded = target?.closest("details");
  if (folded) folded.open = true;
  const field = folded?.querySelector("form :is(textarea, input:not([type=hidden]), select, button)");
  (field ?? target)?.focus({ preventScroll: selector === "#drawer-title" });
}

/**
 * Fetch a step; when its card is newer by then, a change overtook the answer: fetch again. False where another wish
 * ended this one: the slot says that the newest does (hx-sync), or nobody knows which step is drawn in the end.
 */
export async function load(url) {
  const mine = ++turn;
  for (let tries = 0; tries < 3; tries += 1) {
    await htmx.ajax("GET", url, { target: "#drawer", source: "#drawer" });
    if (mine !== turn) return false;
    const shown = Number(slot().querySelector("[data-step]")?.dataset.rev);
    const known = Number(card(openStep())?.dataset.rev ?? 0);
    if (!(known > shown)) break;
  }
  return true;
}

export function close() {
  const number = openStep();
  if (!number) return false;
  const from = card(number);
  turn += 1; // what is on its way would open it again
  htmx.trigger(slot(), "htmx:abort");
  slot().replaceChildren();
  app().classList.remove("has-drawer");
  remember(null);
  (from ?? column("ask")?.querySelector("h2"))?.focus({ preventScroll: true });
  return true;
}

/** An answer may have put another step into the drawer, or taken the step away that was open. */
export function settleDrawer() {
  if (!slot() || !document.getElementById("board")) return;
  const number = openStep();
  const wasOpen = app().classList.contains("has-drawer");
  app().classList.toggle("has-drawer", number !== null);
  remember(number);
  if (wasOpen && number === null) column("todo")?.querySelector("h2")?.focus({ preventScroll: true });
}

/** Mark the card of the open step; no morph takes the mark away. */
function markOpen() {
  for (const other of document.querySelectorAll("article[data-own-open]")) delete other.dataset.ownOpen;
  const article = card(openStep());
  if (article) article.dataset.ownOpen = "";
}

function remember(number) {
  markOpen();
  const url = addressed("step", number);
  if (url.href !== location.href) history.pushState({}, "", url);
}

/** The open step changed: what draws it again, and keeps what is typed, is fetched at the first of such changes. */
function refresh({ id, html }) {
  if (!opening && id && String(id) === openStep()) later("redraw").then((redraw) => redraw.refresh(id, html));
}

/** What a person approves they must have been able to read; that a minute went by changes nothing of it. */
function armAnswer(changes) {
  const button = slot().querySelector("[data-key-approve]");
  if (button && changes.some(({ target }) => target.nodeName !== "TIME")) arm(button);
}

/** A form with needs was unfolded: let them be chosen. */
function offerNeeds({ target }) {
  const needs = target.open && target.querySelector("[data-needs]");
  if (needs) later("needpicker").then((picker) => picker.startNeeds(needs));
}

export function startDrawer() {
  if (!slot()) return;
  markOpen();
  card(openStep())?.scrollIntoView({ block: "nearest", inline: "nearest" });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-open]");
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (link && plain) {
      event.preventDefault();
      open(link.dataset.open, { then: link.dataset.focus ?? "#drawer-title" });
    }
    if (event.target.closest("[data-close-drawer]")) {
      event.preventDefault();
      close();
    }
  });
  document.addEventListener("toggle", offerNeeds, { capture: true });
  new MutationObserver(armAnswer).observe(slot(), { childList: true, subtree: true });
  document.addEventListener("planboard:step", ({ detail }) => refresh(detail));
  document.addEventListener("planboard:caught-up", () => refresh({ id: openStep() }));
  addEventListener("popstate", () => {
    const number = new URL(location.href).searchParams.get("step");
    if (number) open(`${location.pathname.match(PLAN)}steps/${number}/`, { push: false });
    else if (openStep()) close();
  });
}
