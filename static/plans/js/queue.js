// The rows of "Needs you": kept true without moving what is under the hand; what is gone greys before it goes.

import { lookFirst, pulse } from "./cards.js";
import { moveInto, morph } from "./morph.js";
import { fillTimes } from "./time.js";

const GREY_FOR = 5000;
const SETTLES_AFTER = 600;

const list = () => document.getElementById("queue-rows");
const articleOf = (row) => row.firstElementChild;
const isHeld = (row) => row.matches(":hover") || row.contains(document.activeElement);
const settling = new WeakMap();
const dealt = new Map();
let order = [];

export const rows = () => [...list().children];
export const rowOf = (key) => rows().find((row) => row.dataset.key === key) ?? null;
export const linkOf = (row) => row.querySelector("a[data-need]");
export const isGone = (row) => articleOf(row).dataset.gone !== undefined;
export const revisionOf = (row) => articleOf(row).dataset.rev;
export const reasonOf = (row) => articleOf(row).dataset.reason;
export const alikeOf = (row) => articleOf(row).dataset.alike;

/** Tell whether a row changed so lately that a press may have meant what was there before; if so, show it. */
export function refuses(row) {
  const fresh = row !== null && articleOf(row).dataset.ownFresh !== undefined;
  if (fresh) pulse(articleOf(row));
  return fresh;
}

function unsettle(row) {
  const article = articleOf(row);
  clearTimeout(settling.get(article));
  article.dataset.ownFresh = "";
  settling.set(article, setTimeout(() => delete article.dataset.ownFresh, SETTLES_AFTER));
}

/** Say which row's step is open: it is the one stop of the list; where none is, the first row is. */
export function mark(key) {
  const stop = rowOf(key) ?? rows()[0];
  for (const row of rows()) {
    const link = linkOf(row);
    link.tabIndex = row === stop ? 0 : -1;
    if (row.dataset.key === key) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

/** The person dealt with this row: it greys at once, though the server's next list may still have it. */
export function deal(row, words) {
  dealt.set(row.dataset.key, revisionOf(row));
  grey(row, words);
}

/** What the person did was taken back: the row may come again as it was. */
export function redeal(key) {
  dealt.delete(key);
}

/** Grey a row with what became of it; it goes when nobody holds it. */
export function grey(row, words) {
  const article = articleOf(row);
  const note = article.querySelector(".queue-gone") ?? document.createElement("p");
  note.className = "queue-gone";
  note.dir = "auto";
  note.textContent = words;
  article.append(note);
  if (isGone(row)) return;
  article.dataset.gone = "";
  setTimeout(leave, GREY_FOR, row);
}

function leave(row) {
  if (!isGone(row)) return;
  if (isHeld(row)) return void setTimeout(leave, SETTLES_AFTER, row);
  lookFirst();
  row.remove();
}

/** Take over a fresh list. Gives the rows that came and those that are no longer in it. */
export function takeRows(fresh) {
  lookFirst();
  const wanted = [...fresh.children].filter((row) => !isDealt(row));
  const known = new Map(rows().map((row) => [row.dataset.key, row]));
  const keys = new Set(wanted.map((row) => row.dataset.key));
  const came = wanted.filter((row) => !known.has(row.dataset.key));
  const went = rows().filter((row) => !keys.has(row.dataset.key) && !isGone(row));
  for (const key of dealt.keys()) if (!fresh.querySelector(`[data-key="${CSS.escape(key)}"]`)) dealt.delete(key);
  const now = wanted.map((row) => (known.has(row.dataset.key) ? update(known.get(row.dataset.key), row) : adopt(row)));
  order = now.map((row) => row.dataset.key);
  arrange(now);
  return { came, went };
}

const isDealt = (row) => dealt.get(row.dataset.key) === revisionOf(row);

const looks = (row) => [revisionOf(row), ...[...row.querySelectorAll("h2, article > p:not(.queue-gone)")].map((part) => part.textContent)].join();

function update(row, fresh) {
  const before = looks(row);
  const wasGone = isGone(row);
  morph(row, fresh);
  fillTimes(row);
  if (wasGone || before !== looks(row)) unsettle(row);
  return row;
}

function adopt(row) {
  const own = document.adoptNode(row);
  fillTimes(own);
  unsettle(own);
  return own;
}

/** Take the order that was held back while the hand was in the way. */
export function settle() {
  const known = new Map(rows().map((row) => [row.dataset.key, row]));
  arrange(order.filter((key) => known.has(key)).map((key) => known.get(key)));
}

/** Put the rows in order; whatever stands at or above the row under the hand stays, and so does what is going. */
function arrange(now) {
  const shown = rows();
  const kept = shown.slice(0, shown.findLastIndex(isHeld) + 1);
  const wanted = [...kept, ...now.filter((row) => !kept.includes(row))];
  for (const [at, row] of shown.entries()) if (!wanted.includes(row)) wanted.splice(at, 0, row);
  wanted.forEach((row, at) => {
    if (list().children[at] === row) return;
    if (row.isConnected) unsettle(row);
    moveInto(list(), row, list().children[at] ?? null);
  });
}
