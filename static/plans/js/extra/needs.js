// Needs you: a queue that stays true by itself, one step open beside it, and keys to go through it.

import { say, typing } from "../announce.js";
import { ask } from "../ask.js";
import { paintCount, paintTitle } from "../counting.js";
import { startGliding } from "./gliding.js";
import { keep, showAnswer } from "../inbox.js";
import { morph, parse } from "../morph.js";
import { deedOf, isDone, isTakenBack, wordsFor } from "../needdeeds.js";
import { startNeedKeys } from "../needkeys.js";
import { shownKey, shownMembers, shownRevision, showAgain, showNothing, showsResults, showStep, slot, stop } from "../needpane.js";
import { listOwnEdits } from "../ownedits.js";
import { alikeOf, deal, grey, isGone, linkOf, mark, redeal, refuses, revisionOf, rowOf, rows, settle, takeRows } from "../queue.js";
import { fillTimes } from "../time.js";

const LOOK_EVERY = 2_000;
const SELDOM = 30_000;
const HIDDEN = 20_000;
const SOON = 250;
const SAY_EVERY = 10_000;
const PARTS = ["queue-facts", "queue-chips", "queue-rest"];
const MOST_ASKED = 10;

const inbox = document.querySelector(".inbox");
const narrow = matchMedia("(max-width: 760px)");
let selected = shownKey();
let etag = "";
let asked = "";
let timer = 0;
let fresh = 0;
let said = -Infinity;
let shownGone = "";

// Which step is open

/** Name the part of the queue that is shown, as an address does. */
function shownPart() {
  const { show: word } = document.getElementById("queue").dataset;
  return word ? `?show=${word}` : "";
}

function select(key, { focus = true, at } = {}) {
  const row = rowOf(key);
  if (!row) return;
  selected = key;
  mark(key);
  history.replaceState(history.state, "", linkOf(row).href);
  if (shownKey() !== key) showStep(linkOf(row).href, at === undefined ? {} : { at });
  if (!focus) return;
  linkOf(row).focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function move(by) {
  const all = rows().filter((row) => !isGone(row) || row.dataset.key === selected);
  const next = all[all.findIndex((row) => row.dataset.key === selected) + by];
  if (next) select(next.dataset.key);
}

/** Go on to the next row when one is dealt with; the focus goes along, if it was there. */
function advance(row) {
  const focus = slot().contains(document.activeElement) || row.contains(document.activeElement) || document.activeElement === document.body;
  const all = rows();
  const at = all.indexOf(row);
  const next = [...all.slice(at + 1), ...all.slice(0, at).reverse()].find((other) => !isGone(other));
  inbox.classList.remove("is-open");
  if (next) return select(next.dataset.key, { focus, at: 0 });
  selected = "";
  history.replaceState(history.state, "", `/needs/${shownPart()}`);
  showNothing();
  if (focus) document.getElementById("queue-title").focus({ preventScroll: true });
}

function back() {
  if (!slot().contains(document.activeElement)) return document.activeElement.blur();
  const row = rowOf(selected);
  (row ? linkOf(row) : document.getElementById("queue-title")).focus({ preventScroll: true });
}

// What the person did

function landed({ detail: { ctx } }) {
  if (!isDone(ctx)) return;
  const deed = deedOf(ctx);
  if (deed) did(deed);
  else setTimeout(() => document.getElementById("drawer-title")?.focus({ preventScroll: true }));
  if (ctx.sourceElement.closest("[data-alike]")) rest();
  soon();
}

/** What became of many stands there until somebody goes on: no step of the queue is drawn over it. */
function rest() {
  selected = "";
  stop();
}

function did({ key, verb }) {
  const row = rowOf(key);
  if (isTakenBack(verb)) {
    redeal(key);
    if (row && !isGone(row) && verb === "wake") grey(row, "Back in the queue");
  } else if (row && wordsFor(row, verb)) {
    deal(row, wordsFor(row, verb));
    if (key === selected) advance(row);
  } else if (key === shownKey()) {
    showStep(location.href, { at: 0 });
  }
}

/** A press right after a row changed is ignored once; forms of the step leave the step as it is. */
function guard(event) {
  const row = event.submitter?.closest(".queue-item")?.parentElement;
  if (row && refuses(row)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  } else if (slot().contains(event.target) && event.target.dataset.alike === undefined) {
    event.target.setAttribute("hx-swap", "none");
  }
}

function pressed(event) {
  const link = event.target.closest("a");
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (!link || !plain) return;
  if (link.dataset.open !== undefined && slot().contains(link)) event.stopPropagation(); // it leads to the plan's board
  if (link.dataset.need === undefined || narrow.matches) return;
  event.preventDefault();
  const { key } = link.closest("li").dataset;
  if (key === selected && key === shownKey()) document.getElementById("drawer-title")?.focus({ preventScroll: true });
  else select(key, { at: 0 });
}

// What others did

async function refresh() {
  const url = new URL(location.href);
  url.hash = "";
  url.searchParams.set("fragment", "queue");
  const { ok, status, etag: fetched, text } = await ask(url, url.href === asked ? etag : "");
  showAnswer(status);
  if (ok) {
    [etag, asked] = [fetched, url.href];
    take(parse(text));
  }
  look();
}

/** Do what waited for the hand to go away, or for the person to have typed. */
function look() {
  settle();
  tell();
  listOwnEdits();
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(() => part.now(), SOON);
}

function take(content) {
  const { came, went } = takeRows(content.getElementById("queue-rows"));
  for (const id of PARTS) morph(document.getElementById(id), content.getElementById(id));
  fillTimes(document.getElementById("queue"));
  const count = Number(content.getElementById("queue").dataset.count);
  paintCount(count);
  paintTitle(count);
  fresh += came.length;
  went.forEach((row, at) => goes(row, at < MOST_ASKED));
  keepUp();
}

/** Grey a row with who did what to it; where very many go at once, without. */
async function goes(row, asks) {
  grey(row, "No longer needs you");
  const { ok, text: words } = asks ? await ask(`${linkOf(row).pathname}gone/`) : {};
  if (!ok || !isGone(row)) return;
  grey(row, words);
  if (row.dataset.key === selected) say(words, "watched");
}

/** Keep the marks and the open step true after the rows changed. */
function keepUp() {
  const row = rowOf(selected);
  const first = rows().find((other) => !isGone(other));
  if (!row && !showsResults() && first && !shownKey()) return select(first.dataset.key, { focus: false });
  mark(selected);
  if (!row || showsResults() || shownKey() !== selected) return undefined;
  const changed = isGone(row) ? shownGone !== selected : isOld(row);
  shownGone = isGone(row) ? selected : "";
  return changed ? showAgain(linkOf(row).href) : undefined;
}

/** Tell whether the open step is no longer what its row stands for. */
const isOld = (row) => shownMembers() !== alikeOf(row) || (shownRevision() !== "" && Number(shownRevision()) < Number(revisionOf(row)));

/** Say how many newly need a person: seldom, all at once, and never while one types. */
function tell() {
  if (!fresh || typing() || performance.now() - said < SAY_EVERY) return;
  said = performance.now();
  const since = Date.parse(document.querySelector("#queue-facts time")?.dateTime);
  const minutes = Math.round((Date.now() - since) / 60_000);
  say(`${fresh} new step${fresh === 1 ? " needs" : "s need"} you.${minutes > 0 ? ` Longest wait ${minutes} minute${minutes === 1 ? "" : "s"}.` : ""}`, "needs");
  fresh = 0;
}

document.addEventListener("submit", guard, { capture: true });
document.addEventListener("click", pressed, { capture: true });
document.addEventListener("htmx:after:request", landed);
startGliding();
startNeedKeys({ selected: () => selected, move, back });
mark(selected);
const part = keep({ run: refresh, seldom: SELDOM, hidden: HIDDEN });
setInterval(() => document.hidden || look(), LOOK_EVERY);
