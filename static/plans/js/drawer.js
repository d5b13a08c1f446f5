// The step drawer: a third column that opens beside the board. Editors live here and nowhere else.

import { arm, card, column } from "./cards.js";
import { fillTimes } from "./time.js";
import { restoreDrafts } from "./drafts.js";
import { later } from "./later.js";

const PLAN = /^\/plans\/[^/]+\//;

const slot = () => document.getElementById("drawer");
const app = () => document.querySelector(".app");

export const openStep = () => slot()?.querySelector("[data-step]")?.dataset.step ?? null;

/** Open a step's page in the drawer; `then` names what gets the focus. */
export async function open(url, { then = "#drawer-title", push = true } = {}) {
  const drawer = slot();
  if (!drawer) return;
  makeRoom(true); // at once: what moves when the answer comes, moves under the hand
  await load(url).finally(() => makeRoom(openStep() !== null));
  fillTimes(drawer);
  restoreDrafts(drawer);
  if (push) remember(openStep());
  enter(then);
  const number = openStep();
  card(number)?.scrollIntoView({ block: "nearest", inline: "nearest" });
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

/** Fetch a step; when its card is newer by then, a change overtook the answer: fetch again. */
async function load(url) {
  for (let tries = 0; tries < 3; tries += 1) {
    await htmx.ajax("GET", url, { target: "#drawer", swap: "innerHTML" });
    const shown = Number(slot().querySelector("[data-step]")?.dataset.rev);
    const known = Number(card(openStep())?.dataset.rev ?? 0);
    if (!(known > shown)) return;
  }
}

export function close() {
  const number = openStep();
  if (!number) return false;
  const from = card(number);
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
  const url = new URL(location.href);
  if (number) url.searchParams.set("step", number);
  else url.searchParams.delete("step");
  if (url.href !== location.href) history.pushState({}, "", url);
}

const FIELDS = "textarea, input:not([type=hidden]), select";

function isChanged(field) {
  if (field === document.activeElement) return true;
  if (field.options) return [...field.options].some((option) => option.selected !== option.defaultSelected && field.value !== field.options[0].value);
  if (/radio|checkbox/.test(field.type)) return field.checked !== field.defaultChecked;
  return field.value !== field.defaultValue;
}

const isDirty = () => [...slot().querySelectorAll(FIELDS)].some(isChanged);

/** The open step changed: draw it again; where somebody types, only its facts and history. */
async function refresh(number) {
  if (String(number) !== openStep()) return;
  const facts = slot().querySelector("[data-facts-url]");
  if (isDirty() && facts) {
    await htmx.ajax("GET", facts.dataset.factsUrl, { target: "#drawer-facts", swap: "outerHTML" });
  } else {
    await again(facts.dataset.factsUrl.replace(/\?.*/, ""));
  }
  fillTimes(slot());
}

/** Draw the step again, with what was unfolded still unfolded, what was typed typed, and the focus where it was. */
async function again(url) {
  const forms = [...slot().querySelectorAll("details[id]")];
  const fields = [...slot().querySelectorAll(FIELDS)];
  const had = slot().contains(document.activeElement);
  let focused = document.activeElement;
  const follow = ({ target }) => (focused = target);
  slot().addEventListener("focusin", follow);
  const scrolled = slot().querySelector(".drawer-body").scrollTop;
  await load(url).finally(() => slot().removeEventListener("focusin", follow));
  // Asked only now: a form may be unfolded, and filled in, while the answer is on its way.
  for (const form of forms) if (form.open) slot().querySelector(`#${form.id}`)?.setAttribute("open", "");
  for (const field of fields) if (field.id && isChanged(field)) retype(slot().querySelector(`#${field.id}`), field);
  slot().querySelector(".drawer-body").scrollTop = scrolled;
  const place = focused.id || focused.closest("[id]")?.id;
  if (had) (slot().querySelector(`#${place}`) ?? slot().querySelector("#drawer-title"))?.focus({ preventScroll: true });
}

function retype(field, typed) {
  if (!field) return;
  field.value = typed.value;
  field.checked = typed.checked;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** What a person approves they must have been able to read. */
function armAnswer() {
  const button = slot().querySelector("[data-key-approve]");
  if (button && !button.dataset.armed) arm(button);
  if (button) button.dataset.armed = "";
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
  document.addEventListener("planboard:step", (event) => refresh(event.detail.id));
  document.addEventListener("planboard:caught-up", () => openStep() && refresh(openStep()));
  addEventListener("popstate", () => {
    const number = new URL(location.href).searchParams.get("step");
    if (number) open(`${location.pathname.match(PLAN)}steps/${number}/`, { push: false });
    else if (openStep()) close();
  });
}
