// The step beside the queue: fetched as one goes from row to row, and drawn again when it changed.

import { ask } from "./ask.js";
import { restoreDrafts } from "./drafts.js";
import { morph, parse } from "./morph.js";
import { fillTimes } from "./time.js";

const RESTS_FOR = 120;
const FIELDS = "textarea, input:not([type=hidden], [type=radio], [type=checkbox])";
const KEPT = ["need-side", "need-record"];

let timer = 0;
let wanted = "";

export const slot = () => document.getElementById("drawer");
export const part = (selector) => slot().querySelector(selector);
export const shownKey = () => part("[data-need-key]")?.dataset.needKey ?? "";
export const shownRevision = () => part("[data-need-key]")?.dataset.rev ?? "";
export const shownMembers = () => part("[data-members]")?.dataset.members ?? "1";
export const showsResults = () => part("[data-results]") !== null;

const isTyped = (field) => field === document.activeElement || field.value !== field.defaultValue;
const isTyping = () => [...slot().querySelectorAll(FIELDS)].some(isTyped);

/** Show the step of a row, once one stays on it. */
export function showStep(url, { at = RESTS_FOR } = {}) {
  wanted = url;
  clearTimeout(timer);
  timer = setTimeout(load, at, url);
}

/** Let no step be drawn that is on its way. */
export function stop() {
  wanted = "";
  clearTimeout(timer);
  htmx.trigger(slot(), "htmx:abort");
}

/** Take the step away: nothing is left to show. */
export function showNothing() {
  stop(); // it would be there unseen, and keys act on it
  slot().replaceChildren();
  slot().hidden = true;
}

/** Fetch and draw; who went on to a field of the same step meanwhile keeps it, as does what had the focus before. */
async function load(url, focused = null) {
  const before = shownKey();
  const follow = ({ target }) => target.matches(FIELDS) && (focused = target);
  slot().addEventListener("focusin", follow);
  await htmx.ajax("GET", fragment(url), { target: "#drawer", source: "#drawer" }).finally(() => slot().removeEventListener("focusin", follow));
  if (focused && shownKey() === before) refocus(focused);
  if (url !== wanted) return;
  slot().hidden = slot().childElementCount === 0;
  fillTimes(slot());
  restoreDrafts(slot());
}

function refocus(focused) {
  const now = (focused.id && document.getElementById(focused.id)) || part("#drawer-title");
  if (now?.matches(FIELDS)) now.closest("details")?.setAttribute("open", "");
  now?.focus({ preventScroll: true });
}

function fragment(url) {
  const address = new URL(url, location.href);
  address.searchParams.set("fragment", "pane");
  address.hash = "";
  return address.pathname + address.search;
}

/** The step changed: draw it again; where somebody types, only its facts and history. */
export async function showAgain(url) {
  wanted = url;
  if (isTyping()) return refreshFacts(url);
  const focused = slot().contains(document.activeElement) ? document.activeElement : null;
  const scrolled = part(".need-body")?.scrollTop ?? 0;
  await load(url, focused);
  if (part(".need-body")) part(".need-body").scrollTop = scrolled;
}

async function refreshFacts(url) {
  const { ok, text } = await ask(fragment(url));
  if (!ok || url !== wanted) return;
  const fresh = parse(text);
  for (const id of KEPT) {
    const [old, now] = [document.getElementById(id), fresh.getElementById(id)];
    if (old && now) morph(old, now);
  }
  fillTimes(slot());
}
