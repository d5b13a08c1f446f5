// Cards and rows give way instead of jumping: what a change pushes aside glides there, what comes from another column
// fades in.

import { glideBy } from "../cards.js";

const LASTS = { duration: 140, easing: "ease-out" };
const ARRIVES = [{ opacity: 0.2 }, { opacity: 1 }];
const BELOW = 300; // what comes into sight from there glides, too
const still = matchMedia("(prefers-reduced-motion: reduce)");
const gliding = new WeakMap();
let before = null;

/** Say where the cards stand that are to be seen. A column that is scrolled keeps its place by itself. */
function places() {
  const found = new Map();
  for (const body of document.querySelectorAll("#board .column-body, #queue-list")) {
    const end = Math.min(innerHeight, body.getBoundingClientRect().bottom) + BELOW;
    for (const item of body.scrollTop ? [] : body.querySelectorAll("li[data-key]:not([hidden])")) {
      const { top, left } = item.getBoundingClientRect();
      if (top > end) break;
      found.set(item, { top, left });
    }
  }
  return found;
}

/** Before the next picture, and before anybody could see where they jumped to. */
function glide() {
  for (const item of before.keys()) gliding.get(item)?.cancel();
  for (const [item, { top, left }] of places()) {
    const from = before.get(item);
    if (!from) {
      item.animate([{ opacity: 0 }, { opacity: 1 }], LASTS); // from out of sight
      continue;
    }
    const [x, y] = [from.left - left, from.top - top];
    if (!x && !y) continue;
    const start = { transform: `translate(${x}px, ${y}px)`, opacity: x ? 0.2 : 1 };
    gliding.set(item, item.animate([start, { transform: "none", opacity: 1 }], LASTS));
  }
  before = null;
}

export const startGliding = () =>
  glideBy(() => {
    if (before || still.matches || document.hidden) return;
    before = places();
    queueMicrotask(glide);
  });
