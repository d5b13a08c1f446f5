// The bars of a timeline: walked by keys, and one of them all takes the Tab key.

import { typing } from "./announce.js";
import { addKeys } from "./keys.js";

const bars = (row) => [...row.querySelectorAll(".timeline-bar")];
const rows = () => [...document.querySelectorAll(".timeline-row")];
const focused = () => document.activeElement?.closest?.(".timeline-bar") ?? null;
const free = (key) => !typing() && !document.activeElement?.closest("#drawer, #dialog") && (!/^Arrow/.test(key ?? "") || focused() !== null);

let last = null;

/** The bar of a step, that of its first session if several had it. */
export const barOf = (number) => document.querySelector(`.timeline-bar[data-open*="/steps/${number}/"]`);

/** The next bar of the same session that is one step. */
export function barBeside(bar, by) {
  const row = bars(bar.closest(".timeline-row")).filter((other) => other.dataset.open);
  return row[row.indexOf(bar) + by];
}

/** Give the Tab key to the bar that somebody was at last, or to the first. */
export function restBars() {
  const all = rows().flatMap(bars);
  if (!all.includes(last)) last = focused() ?? all[0] ?? null;
  for (const bar of all) bar.setAttribute("tabindex", bar === last ? 0 : -1);
}

function enter(bar) {
  if (!bar) return;
  last = bar;
  restBars();
  bar.focus({ preventScroll: true });
  bar.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function along(by) {
  if (!focused()) return enter(last);
  const row = bars(focused().closest(".timeline-row"));
  return enter(row[row.indexOf(focused()) + by]);
}

function middle(bar) {
  const { x, width } = bar.getBoundingClientRect();
  return x + width / 2;
}

/** Go to the bar of another session that was at work at about the same time. */
function across(by) {
  if (!focused()) return enter(last);
  const all = rows();
  const row = all[all.indexOf(focused().closest(".timeline-row")) + by];
  const here = middle(focused());
  const off = (bar) => Math.abs(middle(bar) - here);
  return enter(row && bars(row).reduce((best, bar) => (off(bar) < off(best) ? bar : best)));
}

export function startBars() {
  restBars();
  addKeys([
    { group: "Move", key: "l", also: "ArrowRight", does: "next step of the session", may: free, run: () => along(1) },
    { group: "Move", key: "h", also: "ArrowLeft", does: "step before", may: free, run: () => along(-1) },
    { group: "Move", key: "j", also: "ArrowDown", does: "next session", may: free, run: () => across(1) },
    { group: "Move", key: "k", also: "ArrowUp", does: "session before", may: free, run: () => across(-1) },
  ]);
  document.addEventListener("focusin", () => {
    if (!focused() || focused() === last) return;
    last = focused();
    restBars();
  });
}
