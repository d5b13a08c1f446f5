// The timeline: the scrubber goes through the revisions, and the page shows each; at now it stays live.

import { View, isPlain } from "../again.js";
import { say, typing } from "../announce.js";
import { backKeys } from "../backkeys.js";
import { openStep } from "../drawer.js";
import { addKeys } from "../keys.js";
import { morph, parse } from "../morph.js";
import { countNewer, followNewer, sayHeld } from "../newer.js";
import { state } from "../status.js";

const SPEEDS = [1, 4, 16];
const AROUND = ["replay-bar", "mobile-top"];
const WINDOW = ["around", "fragment"];

const box = () => document.getElementById("timeline");
const range = () => document.querySelector("[data-scrub]");

/** What somebody looks at keeps its place; the line of the revision stays in sight. */
function draw(put) {
  const { scrollLeft, scrollTop } = box();
  const had = box().contains(document.activeElement);
  put();
  box().scrollLeft = scrollLeft;
  box().scrollTop = scrollTop;
  if (had && document.activeElement === document.body) box().focus({ preventScroll: true });
  rest();
  showLine();
}

const bars = (row) => [...row.querySelectorAll(".timeline-bar")];
const rows = () => [...document.querySelectorAll(".timeline-row")];
const focused = () => document.activeElement?.closest?.(".timeline-bar") ?? null;
const middle = (bar) => bar.getBoundingClientRect().x + bar.getBoundingClientRect().width / 2;

let last = null;

/** Of all bars one takes the Tab key: the one that somebody was at last, or the first. */
function rest() {
  const all = rows().flatMap(bars);
  if (!all.includes(last)) last = focused() ?? all[0] ?? null;
  for (const bar of all) bar.setAttribute("tabindex", bar === last ? 0 : -1);
}

function enter(bar) {
  if (!bar) return;
  last = bar;
  rest();
  bar.focus({ preventScroll: true });
  bar.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function along(by) {
  if (!focused()) return enter(last);
  const row = bars(focused().closest(".timeline-row"));
  return enter(row[row.indexOf(focused()) + by]);
}

/** Go to the bar of another session that was at work at about the same time. */
function across(by) {
  if (!focused()) return enter(last);
  const all = rows();
  const row = all[all.indexOf(focused().closest(".timeline-row")) + by];
  const here = middle(focused());
  return enter(row && bars(row).reduce((best, bar) => (Math.abs(middle(bar) - here) < Math.abs(middle(best) - here) ? bar : best)));
}

function showLine() {
  const line = document.querySelector(".timeline-now line");
  const seen = box().getBoundingClientRect();
  const who = document.querySelector(".timeline-who")?.offsetWidth ?? 0;
  const x = line?.getBoundingClientRect().x;
  if (!line || (x > seen.left + who + 40 && x < seen.right - 40)) return;
  box().scrollLeft += x - (seen.left + who + seen.right) / 2;
}

class Timeline extends View {
  /** Another revision may be older than the one that is shown; this one was asked for. */
  redraw(content) {
    if (this.wanted !== undefined) this.rev = 0;
    for (const id of AROUND) {
      const [old, now] = [document.getElementById(id), content.querySelector(`#${id}`)];
      if (old && now) morph(old, now);
    }
    const drawn = super.redraw(content);
    settle();
    return drawn;
  }

  /** Every revision is drawn: on the scrubber, if nowhere else. */
  isNews() {
    return true;
  }

  live() {
    // The line below follows newer revisions whatever is shown.
  }

  /** Look at a revision; null is now. One request is under way at a time: the last wish is done, not each. */
  async look(rev) {
    this.wanted = rev;
    paintWish(rev);
    if (this.looking) return this.looking;
    this.looking = this.lookOn();
    await this.looking;
    this.looking = null;
    return null;
  }

  async lookOn() {
    let shown;
    do {
      shown = this.wanted;
      history.replaceState(history.state, "", address(shown));
      if (!(await this.resync())) return location.assign(address(shown));
    } while (shown !== this.wanted);
    this.wanted = undefined;
    document.title = document.title.replace(/^(Rev \d+ · |\(\d+\) )?/, shown === null ? "" : `Rev ${shown} · `);
    if (openStep()) await beside(shown);
    return null;
  }
}

/** The open step is shown as of the same revision: what can be changed now cannot be changed there. */
function beside(rev) {
  const url = `/plans/${encodeURIComponent(view.namespace)}/steps/${openStep()}/${rev === null ? "" : `?rev=${rev}`}`;
  return htmx.ajax("GET", url, { target: "#drawer", swap: "innerHTML" });
}

function address(rev) {
  const url = new URL(location.href);
  for (const name of WINDOW) url.searchParams.delete(name);
  if (rev === null) url.searchParams.delete("rev");
  else url.searchParams.set("rev", rev);
  return url;
}

const chosen = (number) => document.querySelector(`.timeline-bar[data-open*="/steps/${number}/"]`);

/** The next step of the same session that can be opened. */
function beside(at, by) {
  const row = bars(at.closest(".timeline-row")).filter((bar) => bar.dataset.open);
  return row[row.indexOf(at) + by];
}

const view = new Timeline({ draw, chosen, beside });
let newest = Number(range()?.max ?? 0);
let playing = null;
let speed = SPEEDS[1];

const shown = () => (view.isPast ? view.rev : null);
const wish = () => (view.wanted === undefined ? shown() : view.wanted);
/** The newest revision is now. */
const look = (rev) => view.look(rev === null || rev >= newest ? null : Math.max(1, rev));

/** The scrubber answers at once, before the picture is there. */
function paintWish(rev) {
  const at = rev ?? newest;
  range().value = at;
  range().setAttribute("aria-valuetext", rev === null ? "Now" : `Revision ${at}`);
  document.querySelector(".scrubber-rev b").textContent = `rev ${at}`;
}

/** What a redrawing writes again that is this reader's own: the speed, whether it plays, a slide that goes on. */
function settle() {
  if (!range()) return;
  newest = Math.max(newest, Number(range().max));
  range().max = newest;
  paintWish(wish());
  paintPlay();
  if (document.getElementById("replay")) sayHeld();
}

function paintPlay() {
  const button = document.querySelector("[data-play]");
  const use = button.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, playing ? "#pause" : "#play"));
  button.setAttribute("aria-label", playing ? "Pause, Space" : "Play, Space");
  const chip = document.querySelector("[data-speed]");
  chip.textContent = `${speed}/s`;
  chip.setAttribute("aria-label", `Speed, ${speed} revisions a second`);
}

async function play() {
  if (playing) return stop();
  const turn = {};
  playing = turn;
  paintPlay();
  if (wish() === null) await look(1);
  while (playing === turn && view.isPast) {
    const began = performance.now();
    await look(wish() + 1);
    await new Promise((then) => setTimeout(then, Math.max(0, 1000 / speed - (performance.now() - began))));
  }
  if (playing === turn) stop();
  return null;
}

function stop() {
  playing = null;
  paintPlay();
}

function step(by) {
  const from = wish() ?? newest;
  stop();
  look(from + by);
  say(from + by >= newest ? "Now" : `Rev ${Math.max(1, from + by)}`);
}

function ends(rev) {
  stop();
  look(rev);
  say(rev === null ? "Now" : `Rev ${rev}`);
}

const LINKS = { "data-first": () => ends(1), "data-older": () => step(-1), "data-newer-rev": () => step(1), "data-last": () => ends(null), "data-now": () => ends(null) };

function pressed(event) {
  const target = event.target.closest("a, button");
  if (!target || !isPlain(event)) return;
  const found = Object.keys(LINKS).find((name) => target.hasAttribute(name));
  if (found) LINKS[found]();
  else if (target.matches("[data-play]")) play();
  else if (target.matches("[data-speed]")) faster();
  else return;
  event.preventDefault();
}

function faster() {
  speed = SPEEDS[(SPEEDS.indexOf(speed) + 1) % SPEEDS.length];
  paintPlay();
}

function told(frame) {
  newest = Math.max(newest, frame.rev);
  if (view.isPast || view.wanted !== undefined) {
    range().max = newest;
    countNewer(newest);
  } else {
    view.take(frame.ops, frame.ops);
  }
}

async function resync() {
  const url = address(null);
  url.searchParams.set("fragment", "timeline");
  const response = await fetch(url, { cache: "no-store" }).catch(() => null);
  const fresh = response?.ok && !response.redirected ? parse(await response.text()).querySelector("#view") : null;
  const found = Number(fresh?.dataset.revision ?? 0);
  if (found) told({ rev: found, ops: [] });
  if (found && !view.isPast) view.soon();
  return found;
}

const onBars = (key) => !typing() && !document.activeElement?.closest("#drawer, #dialog") && (!/^Arrow/.test(key ?? "") || focused() !== null);

view.start();
rest();
if (range()) {
  document.addEventListener("click", pressed);
  range().form.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("input", ({ target }) => target === range() && (stop(), look(Number(target.value))));
  addKeys(backKeys({ older: () => step(-1), newer: () => step(1), first: () => ends(1), now: () => ends(null), play, isBack: () => wish() !== null }));
  addKeys([
    { group: "Move", key: "l", also: "ArrowRight", does: "next step of the session", may: onBars, run: () => along(1) },
    { group: "Move", key: "h", also: "ArrowLeft", does: "step before", may: onBars, run: () => along(-1) },
    { group: "Move", key: "j", also: "ArrowDown", does: "next session", may: onBars, run: () => across(1) },
    { group: "Move", key: "k", also: "ArrowUp", does: "session before", may: onBars, run: () => across(-1) },
  ]);
  document.addEventListener("focusin", () => focused() && focused() !== last && ((last = focused()), rest()));
  addKeys([{ group: "Live", key: "p", does: "hold live changes", may: () => !view.isPast && (view.held || state() === "live"), run: () => view.hold() }]);
  const settled = () => view.isPast || view.settled();
  const stated = (frame) => view.isPast || view.applyState(frame);
  followNewer({ namespace: view.namespace, epoch: view.epoch, rev: newest, told, stated, settled, resync });
  if (view.isPast) showLine();
  else box().scrollLeft = box().scrollWidth;
} else {
  View.prototype.live.call(view);
}
