// Where cards stand: finding, placing and pinning them.

import { fillTimes } from "./time.js";
import { morph, moveInto, parse } from "./morph.js";

const PIN_LIMIT = 10_000;
const OUTSIDE = Symbol("outside the window");
const COLUMN_NAMES = { todo: "To do", run: "In progress", ask: "Needs you", done: "Done" };

export const card = (number) => document.getElementById(`step-${number}`);
export const column = (name) => document.getElementById(`col-${name}`);
const itemOf = (article) => article.closest("li");
export const focusedCard = () => document.activeElement?.closest?.("article[id^='step-']") ?? null;
export const columnOf = (article) => article.closest(".column")?.id.replace("col-", "");

const SETTLES_AFTER = 600;
const settling = new WeakMap();
const waiting = new Map();
let acted = 0;

/** Say that the person themself moves this card, so that it need not wait for the pointer to leave; 0 for none. */
export function actOn(number) {
  acted = Number(number);
}

/** Tell whether a card changed so lately that a press may have meant what was there before. */
export const justChanged = (article) => article.dataset.ownFresh !== undefined;

/** Tell whether a button is shown, or says what it says, since less than 600 ms. */
export const isArming = (button) => button.getAttribute("aria-disabled") === "true";

/** Let an answer's button be pressed only when its text could be read. */
export function arm(button) {
  button.setAttribute("aria-disabled", "true");
  clearTimeout(settling.get(button));
  settling.set(button, setTimeout(() => button.removeAttribute("aria-disabled"), SETTLES_AFTER));
}

/** Show that a press was ignored. */
export function pulse(element) {
  element.classList.remove("is-pulsing");
  requestAnimationFrame(() => element.classList.add("is-pulsing"));
}

/** Start the time in which presses are ignored; no morph takes the mark away. */
function unsettle(article) {
  clearTimeout(settling.get(article));
  article.dataset.ownFresh = "";
  settling.set(article, setTimeout(() => delete article.dataset.ownFresh, SETTLES_AFTER));
}

/** Looks where cards stand before any of them moves; where nothing is to move, or not yet, it does nothing. */
let beforeMoves = () => {};

export function glideBy(looks) {
  beforeMoves = looks;
}

export const lookFirst = () => beforeMoves();

/** Bring one card op to the page; ops are applied in order, so the card above is already in place. */
export function putCard(op) {
  const fresh = parse(op.html).querySelector("article");
  if (!fresh) return;
  beforeMoves(); // it may grow where it stands, too
  const old = card(op.id);
  if (old && Number(old.dataset.at) > Number(fresh.dataset.at)) return;
  lanes?.note(op);
  const article = old ? update(old, fresh) : adopt(fresh);
  if (!article) return;
  if (isPinned(article) && columnOf(article) && op.id !== acted && spot(article, op)) wait(article, op);
  else letGo(article, op);
  if (op.id === acted) acted = 0;
}

export function dropCard(number) {
  const article = card(number);
  if (!article) return;
  const item = itemOf(article);
  if (item.contains(document.activeElement)) {
    article.closest(".column")?.querySelector("h2")?.focus({ preventScroll: true });
  }
  keepingPlace([bodyOf(item)], () => item.remove(), item);
}

function update(old, fresh) {
  const before = old.outerHTML;
  morph(old, fresh);
  fillTimes(old);
  if (before !== old.outerHTML) touch(old);
  return old;
}

function adopt(fresh) {
  const item = document.createElement("li");
  item.dataset.key = fresh.id.replace("step-", "");
  item.append(document.adoptNode(fresh));
  fillTimes(item);
  touch(fresh);
  return fresh;
}

const FADES = 3;
const FADES_FOR = 1200; // as the sheets have it
const fading = new WeakMap();

/** Mark what changed while it fades in, unless enough does. By the clock: out of sight no animation ever ends. */
export function fadeIn(element, name) {
  if (document.querySelectorAll(`.${name}`).length >= FADES) return;
  clearTimeout(fading.get(element));
  element.classList.add(name);
  fading.set(element, setTimeout(() => element.classList.remove(name), FADES_FOR));
}

function touch(article) {
  unsettle(article);
  fadeIn(article, "is-changed");
}

/** Put a card below the one it follows; outside the shown window it is only counted. */
function place(article, op) {
  const to = spot(article, op);
  if (!to) return;
  if (to === OUTSIDE) return void dropCard(op.id);
  const item = itemOf(article);
  if (item.isConnected) unsettle(article);
  moveItem(item, to.list, to.next);
}

/** How cards stand in lanes, where they do: which list of a column is a card's, and what stands above it there. */
let lanes = null;

export function standIn(others) {
  lanes = others;
}

/** Find where a card belongs: null where it stands there already, or its place is not on the page yet. */
function spot(article, { col, after, id }) {
  const target = column(col);
  const list = target && (lanes ?? { listFor }).listFor(target, article);
  if (!list) return null;
  const above = after === null ? null : card(after);
  if (after !== null && !above && target.querySelector("[data-more]")) return OUTSIDE;
  const item = itemOf(article);
  const over = lanes ? lanes.above(list, col, id) : above && itemOf(above).parentElement === list ? itemOf(above) : null;
  if (item.parentElement === list && item.previousElementSibling === over) return null;
  return { list, next: over ? over.nextElementSibling : list.firstElementChild };
}

function listFor(target, article) {
  const group = article.dataset.group;
  return (group && target.querySelector(`.card-list[data-group="${group}"]`)) || target.querySelector(".card-list");
}

const bodyOf = (element) => element.closest(".column-body");

function moveItem(item, list, next) {
  keepingPlace([bodyOf(item), bodyOf(list)], () => moveInto(list, item, next), item);
}

const ANCHORS = CSS.supports("overflow-anchor", "auto");

/**
 * Let cards come and go above what somebody reads without shifting it; a column at its top shows what is new.
 * Where the browser sees to that itself it is not done twice, which would shift as much the other way.
 */
export function keepingPlace(bodies, change, moving = null) {
  const scrolled = ANCHORS ? [] : bodies.filter((body) => body?.scrollTop);
  const held = scrolled.map((body) => anchor(body, moving)).filter(Boolean);
  beforeMoves();
  change();
  for (const { body, element, top } of held) body.scrollTop += element.getBoundingClientRect().top - top;
}

/** Find the first card that the reader sees, other than the one that moves. */
function anchor(body, moving) {
  const top = body.getBoundingClientRect().top;
  const seen = (item) => item !== moving && item.getBoundingClientRect().bottom > top;
  const element = [...body.querySelectorAll("li")].find(seen);
  return element ? { body, element, top: element.getBoundingClientRect().top } : null;
}

// A card under pointer, focus or drag may change what it says, not where it is.

const isPinned = (article) => article.dataset.ownDragged !== undefined || article.matches(":hover") || article.contains(document.activeElement);

function wait(article, op) {
  const known = waiting.get(op.id);
  const since = known?.since ?? performance.now();
  const note = known?.note ?? document.createElement("p");
  note.className = "card-note is-moved";
  note.dataset.own = "";
  note.textContent = columnOf(article) === op.col ? "moved" : `moved to ${COLUMN_NAMES[op.col]}`;
  if (!note.isConnected) article.append(note);
  waiting.set(op.id, { op, since, note });
}

function letGo(article, op) {
  waiting.get(op.id)?.note.remove();
  waiting.delete(op.id);
  place(article, op);
}

/** Let cards go that nobody holds any more, or nobody for so long; a board that is drawn anew knows better than they. */
export function releasePinned(limit = PIN_LIMIT) {
  for (const [number, { op, since }] of waiting) {
    const article = card(number);
    if (!article) waiting.delete(number);
    else if (!isPinned(article) || performance.now() - since >= limit) letGo(article, op);
  }
}
