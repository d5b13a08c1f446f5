// The list of sessions: fetched again when something changed, and for the heartbeats. Rows keep their places.

import { ask } from "../ask.js";
import { keep, showAnswer } from "../inbox.js";
import { addKeys } from "../keys.js";
import { morph, parse } from "../morph.js";

const SELDOM = 10_000;
const AFTER_TYPING = 200;
const HELD_AT_MOST = 10_000;
const MOST_KEPT = 300;
const ROWS = "#session-rows > tr";

const list = document.getElementById("session-list");
const box = document.querySelector("[data-filter]");
const links = () => [...document.querySelectorAll("[data-session]")];
const focused = () => document.activeElement?.closest?.("tr")?.querySelector("[data-session]");

let etag = "";
let asked = "";
let heldSince = 0;
let comesIntoView = false;

function address() {
  const url = new URL(location.href);
  url.searchParams.set("fragment", "rows");
  if (box.value) url.searchParams.set("q", box.value);
  else url.searchParams.delete("q");
  return url;
}

/** Ask for the rows that are there: of a long list others would come and go all the time. */
function keeping(url) {
  const keys = [...document.querySelectorAll(`${ROWS}.session-row`)].map((row) => row.id.replace("session-", ""));
  if (document.getElementById("session-more") && keys.length <= MOST_KEPT) url.searchParams.set("keep", keys);
  return url;
}

/** Tell whether somebody has a hand on the rows; but a list that waits too long is wrong. */
function held() {
  const touched = list.matches(":hover") || list.contains(document.activeElement);
  heldSince = touched ? heldSince || Date.now() : 0;
  return touched && Date.now() - heldSince < HELD_AT_MOST;
}

const silent = (root) => [...root.querySelectorAll("tr.is-stale")].map((row) => row.id).join();

/** Change what rows say and leave them where they are; new ones come last, unless a hand is on the list. */
function inPlace(fresh, isHeld) {
  const rows = [...document.querySelectorAll(ROWS)];
  const next = new Map([...fresh.querySelectorAll("tr[id]")].map((row) => [row.id, row]));
  for (const row of rows) {
    const now = next.get(row.id);
    next.delete(row.id);
    if (now) morph(row, now);
    else if (!isHeld) row.remove();
  }
  if (!isHeld) document.getElementById("session-rows").append(...next.values());
  return !isHeld;
}

/**
 * Take in the rows as they are now. They are sorted when the page comes into view, and when somebody falls silent
 * or comes back: then a person is needed, or no longer. A list that sorts itself all the time cannot be read.
 */
function take(fresh, { sort }) {
  for (const id of ["session-said", "session-chips"]) morph(document.getElementById(id), fresh.getElementById(id));
  const isHeld = !sort && held();
  const hasRows = document.querySelector(ROWS) && fresh.querySelector("tr[id]");
  const isSorted = sort || !hasRows || (!isHeld && silent(list) !== silent(fresh));
  const whole = isSorted || inPlace(fresh, isHeld);
  if (isSorted) morph(list, fresh.getElementById("session-list"));
  return whole;
}

async function refresh() {
  const place = address().href;
  const sort = comesIntoView || place !== asked;
  comesIntoView = false;
  const url = sort ? place : keeping(address()).href;
  const { ok, status, etag: fetched, text } = await ask(url, sort ? "" : etag);
  showAnswer(status);
  if (!ok || place !== address().href) return;
  const whole = take(parse(text), { sort });
  [etag, asked] = [whole ? fetched : "", place];
}

async function handOver(link) {
  const url = new URL(link.dataset.handOver, location.origin);
  url.searchParams.set("part", "dialog");
  await htmx.ajax("GET", url.pathname + url.search, { target: "#dialog", source: "#dialog" });
}

function walk(by) {
  const all = links();
  const at = all.indexOf(focused());
  const next = all[at < 0 ? 0 : at + by];
  next?.focus({ preventScroll: true });
  next?.closest("tr").scrollIntoView({ block: "nearest" });
}

const ownButton = () => focused()?.closest("tr").querySelector("[data-hand-over]");
const among = (key) => !key?.startsWith("Arrow") || Boolean(focused());

document.addEventListener("visibilitychange", () => (comesIntoView = true));
const part = keep({ run: refresh, all: true, seldom: SELDOM });
document.addEventListener("close", () => part.now(), { capture: true });
let typing = 0;
box.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(() => part.now(), AFTER_TYPING);
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-hand-over]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  handOver(link);
});
addKeys([
  { group: "Move", key: "j", also: "ArrowDown", does: "next session", may: among, run: () => walk(1) },
  { group: "Move", key: "k", also: "ArrowUp", does: "previous session", may: among, run: () => walk(-1) },
  { group: "Change", key: "o", does: "reassign all that a session has", may: () => ownButton(), run: () => handOver(ownButton()) },
]);
