// The timeline: the scrubber goes through the revisions, and the page shows each; at now it stays live.

import { View, isPlain } from "../again.js";
import { say } from "../announce.js";
import { ask } from "../ask.js";
import { backKeys } from "../backkeys.js";
import { barBeside, barOf, restBars, startBars } from "../bars.js";
import { load, openStep } from "../drawer.js";
import { addKeys } from "../keys.js";
import { startLooking } from "../looking.js";
import { morph, parse } from "../morph.js";
import { countNewer, followNewer, sayHeld } from "../newer.js";
import { Player } from "../player.js";
import { state } from "../status.js";

const AROUND = ["replay-bar", "mobile-top"];
const WINDOW = ["around", "fragment"];
const MARGIN = 40;
const PAUSE = 1000;

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
  restBars();
  showLine();
}

function showLine() {
  const x = document.querySelector(".timeline-now line")?.getBoundingClientRect().x;
  const seen = box().getBoundingClientRect();
  const left = seen.left + (document.querySelector(".timeline-who")?.offsetWidth ?? 0);
  if (x === undefined || (x > left + MARGIN && x < seen.right - MARGIN)) return;
  box().scrollLeft += x - (left + seen.right) / 2;
}

/** At now the newest work is in sight; a plan that began a minute ago has an empty stretch behind it. */
function showNewest() {
  const ends = [...document.querySelectorAll(".timeline-bar rect:first-of-type")].map((bar) => bar.getBoundingClientRect().right);
  const seen = box().getBoundingClientRect();
  box().scrollLeft += Math.max(seen.left, ...ends) - (seen.right - MARGIN);
}

function address(rev) {
  const url = new URL(location.href);
  for (const name of WINDOW) url.searchParams.delete(name);
  if (rev === null) url.searchParams.delete("rev");
  else url.searchParams.set("rev", rev);
  return url;
}

class Timeline extends View {
  /** Another revision may be older than the one that is shown; this one was asked for. */
  redraw(content) {
    if (this.wanted !== undefined) this.rev = this.drawn = 0;
    for (const id of AROUND) {
      const [old, now] = [document.getElementById(id), content.querySelector(`#${id}`)];
      if (old && now) morph(old, now);
    }
    const drawn = super.redraw(content);
    if (range() && isEmpty) location.reload(); // from the first thing that is done there is something to go through
    else if (range()) settle();
    return drawn;
  }

  /** Of every frame the line below tells: none of them is lost where a drawing came before it. */
  follow() {
    super.follow();
  }

  /** Every revision is drawn: on the scrubber, if nowhere else. */
  isNews() {
    return true;
  }

  live() {
    // The line below follows newer revisions whatever is shown.
  }

  /** What is asked for beside a look would overtake its answer, and be refused itself: it was not wished for. */
  async resync() {
    await this.looking;
    return super.resync();
  }

  /** The revision that is asked for, or shown; null is now. */
  get looked() {
    if (this.wanted !== undefined) return this.wanted;
    return this.isPast ? this.rev : null;
  }

  /** Look at a revision, or at now. One request is under way at a time: the last wish is done, not each. */
  async look(rev) {
    this.wanted = rev;
    paintWish(rev);
    this.looking ??= this.lookOn().finally(() => (this.looking = null));
    return this.looking;
  }

  async lookOn() {
    let shown;
    do {
      shown = this.wanted;
      history.replaceState(history.state, "", address(shown));
      while (shown === this.wanted && !(await super.resync())) {
        if (!this.isAway()) return location.assign(address(shown));
        await new Promise((then) => setTimeout(then, PAUSE));
      }
      if (openStep() && shown === this.wanted) await this.besideAt(shown);
    } while (shown !== this.wanted);
    this.wanted = undefined;
    this.caughtUp();
    document.title = document.title.replace(/^(Rev \d+ · |\(\d+\) )?/, shown === null ? "" : `Rev ${shown} · `);
    return undefined;
  }

  /** The open step is shown as of the same revision: what can be changed now cannot be changed there. */
  besideAt(rev) {
    const url = `/plans/${encodeURIComponent(this.namespace)}/steps/${openStep()}/${rev === null ? "" : `?rev=${rev}`}`;
    return load(url);
  }
}

const view = new Timeline({ draw, chosen: barOf, beside: barBeside });
const isEmpty = range() === null;
let newest = Number(range()?.max ?? 0);

/** The newest revision is now. */
const look = (rev) => view.look(rev === null || rev >= newest ? null : Math.max(1, rev));

const player = new Player(async () => {
  await look(view.looked === null ? 1 : view.looked + 1);
  return view.looked !== null;
});

/** The scrubber answers at once, before the picture is there. */
function paintWish(rev) {
  const at = rev ?? newest;
  range().value = at;
  range().setAttribute("aria-valuetext", rev === null ? "Now" : `Revision ${at}`);
  document.querySelector(".scrubber-rev b").textContent = `rev ${at}`;
}

/** What a redrawing writes again that is this reader's own: a slide that goes on, the speed, whether it plays. */
function settle() {
  newest = Math.max(newest, Number(range().max));
  range().max = newest;
  paintWish(view.looked);
  player.paint();
  if (document.getElementById("replay")) sayHeld();
}

/** Go there at once, and say where that is. */
function go(rev) {
  player.stop();
  look(rev);
  say(rev === null || rev >= newest ? "Now" : `Rev ${Math.max(1, rev)}`);
}

const step = (by) => go((view.looked ?? newest) + by);

const PRESSES = {
  "data-first": () => go(1),
  "data-older": () => step(-1),
  "data-newer-rev": () => step(1),
  "data-last": () => go(null),
  "data-now": () => go(null),
  "data-play": () => player.toggle(),
  "data-speed": () => player.faster(),
};

function pressed(event) {
  const target = event.target.closest("a, button");
  const press = target && isPlain(event) && Object.keys(PRESSES).find((name) => target.hasAttribute(name));
  if (!press) return;
  event.preventDefault();
  PRESSES[press]();
}

function slid({ target }) {
  if (target !== range()) return;
  player.stop();
  look(Number(target.value));
}

function told(frame) {
  newest = Math.max(newest, frame.rev);
  range().max = newest;
  if (view.looked === null) view.take(frame.ops, frame.ops);
  else countNewer(newest);
}

/** Find out what the newest revision is, after the line has lost count. */
async function recount() {
  const url = address(null);
  url.searchParams.set("fragment", "timeline");
  const { ok, status, text } = await ask(url);
  if (!ok) view.line.refused(status);
  const fresh = ok ? parse(text).querySelector("#view") : null;
  const found = Number(fresh?.dataset.revision ?? 0);
  if (found) told({ rev: found, ops: [] });
  if (found && view.looked === null) view.soon();
  return found;
}

function startScrubber() {
  document.addEventListener("click", pressed);
  document.addEventListener("input", slid);
  range().form.addEventListener("submit", (event) => event.preventDefault());
  const isBack = () => view.looked !== null;
  addKeys(backKeys({ older: () => step(-1), newer: () => step(1), first: () => go(1), now: () => go(null), play: () => player.toggle(), isBack }));
  addKeys([{ group: "Live", key: "p", does: "hold live changes", may: () => !isBack() && (view.held || ["live", "polling"].includes(state())), run: () => view.hold() }]);
  view.line = followNewer({
    namespace: view.namespace,
    epoch: view.epoch,
    rev: newest,
    told,
    stated: (frame) => view.applyState(isBack() ? { ...frame, ops: frame.ops.filter(({ op }) => op === "people") } : frame),
    settled: () => isBack() || view.settled(),
    isHeld: () => view.held,
    resync: recount,
  });
  startLooking(view.line);
}

view.start();
if (!isEmpty) {
  startBars();
  startScrubber();
  if (view.isPast) showLine();
  else showNewest();
} else {
  View.prototype.live.call(view); // nothing was done yet: wait for the first
}
