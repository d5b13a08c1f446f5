// Cards and rows give way instead of jumping: what a change pushes aside glides there, what comes from another column
// fades in. What came under the finger so is not pressed: for a moment a card that was moved takes no click.

import { glideBy, pulse } from "../cards.js";

const LASTS = { duration: 140, easing: "ease-out" };
const SETTLES_AFTER = 600;
const NEAR = 4;
const still = matchMedia("(prefers-reduced-motion: reduce)");
const gliding = new WeakMap();
let before = null;
let lately = [];

/** What stands above and below a list gives way with its items: a group's head, what is said of the rest. */
const partsOf = (list) => [list.previousElementSibling, ...list.children, list.nextElementSibling].filter((part) => part && !part.hidden);

/** Say where everything stands that is to be seen, or may come into sight from a screen further down. */
function places() {
  const found = new Map();
  const queue = document.getElementById("queue-rows");
  for (const list of queue ? [queue] : document.querySelectorAll(".card-list")) {
    const body = list.closest(".column-body, .queue-list");
    const { top: start, bottom } = body.getBoundingClientRect();
    const [end, scrolled] = [Math.min(innerHeight, bottom) + innerHeight, body.scrollTop];
    for (const item of partsOf(list)) {
      const { top, left, bottom: low } = item.getBoundingClientRect();
      if (top > end) break;
      if (low > start) found.set(item, { top, left, scrolled });
    }
  }
  return found;
}

/** Before the next picture, and before anybody could see where they jumped to. */
function glide() {
  for (const item of before.keys()) gliding.get(item)?.cancel();
  for (const [item, { top, left, scrolled }] of places()) {
    const from = before.get(item);
    const [x, y] = from ? [from.left - left, from.top - top] : [0, 0];
    if (still.matches || scrolled || (from && !x && !y)) continue; // a scrolled column keeps its place by itself
    const start = { transform: `translate(${x}px, ${y}px)`, opacity: from ? (x ? 0.2 : 1) : 0 };
    gliding.set(item, item.animate([start, { transform: "none", opacity: 1 }], LASTS));
  }
  before = null;
}

/** Tell whether a change has put a card where another thing was, so lately that a press may have meant that. */
function hasSlid(item) {
  const now = item.getBoundingClientRect();
  const isFar = (then) => then && Math.abs(then.top - now.top) + Math.abs(then.left - now.left) > NEAR;
  return lately.some(({ at, stood }) => performance.now() - at < SETTLES_AFTER && isFar(stood.get(item)));
}

/** Keys mean the card that has the focus, wherever it went; a finger means the place. */
function refuse(event) {
  const item = event.detail && event.target.closest?.("button[form='act']")?.closest("#board li[data-key]");
  if (!item || !hasSlid(item)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  pulse(item.querySelector("article"));
}

function look() {
  if (before || document.hidden) return;
  const [at, stood] = [performance.now(), places()];
  lately = [...lately.filter((then) => at - then.at < SETTLES_AFTER), { at, stood }];
  before = stood;
  queueMicrotask(() => queueMicrotask(glide)); // whoever waits for the change itself sees it first
}

export function startGliding() {
  glideBy(look);
  addEventListener("click", refuse, true);
}
