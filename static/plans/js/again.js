// A view of a plan that is drawn by the server as a whole, and fetched again when the plan changed.

import { ask } from "./ask.js";
import { fadeIn } from "./cards.js";
import { readRevisions } from "./checksum.js";
import { open, openStep } from "./drawer.js";
import { addKeys } from "./keys.js";
import { later } from "./later.js";
import { Line } from "./live.js";
import { startLooking } from "./looking.js";
import { morph, parse } from "./morph.js";
import { paint, show, showHeld, state } from "./status.js";
import { fillTimes } from "./time.js";

const PAUSE = 1000;
const REST = 5;
const TRIES = 3;
const PATIENCE = 250;
const [TOO_MANY, FAULT] = [429, 500];
const AROUND = ["plan-head", "banner", "filter-told"];

const root = () => document.getElementById("view");
const app = () => document.querySelector(".app");

/**
 * One view: `draw(put)` is called around every redrawing, to keep what the reader looks at in its place;
 * `chosen(number)` gives the element of a step, to go back to when the drawer closes; `beside(element, by)` the one
 * after or before it; `shows(op)` tells whether a pushed card says nothing but what is drawn of the step already.
 */
export class View {
  constructor({ draw = (put) => put(), chosen, beside = () => null, shows = () => false }) {
    Object.assign(this, { draw, chosen, beside, shows });
    this.from = location.href;
    this.dueAt = 0;
    this.read();
  }

  read() {
    const { namespace, epoch, revision, steps, viewKind, past } = root().dataset;
    Object.assign(this, { namespace, epoch, rev: Number(revision), kind: viewKind, isPast: past !== undefined });
    this.drawn = this.rev;
    this.revisions = readRevisions(steps);
  }

  // What the line asks of a page

  apply(frame) {
    this.rev = frame.rev;
    const news = frame.ops.filter((op) => this.isNews(op));
    for (const op of frame.ops) {
      if (op.op === "card") this.revisions.set(op.id, op.rev);
      if (op.op === "drop") this.revisions.delete(op.id);
    }
    this.take(frame.ops, news);
  }

  /**
   * Tell whether the drawing has to change: most of what a worker says as it goes is not drawn. Whether a filter lets a
   * step through the server alone says, and that changes with its owner's life, too.
   */
  isNews(op) {
    if (op.op !== "card") return op.op === "drop";
    return this.revisions.get(op.id) !== op.rev || !this.shows(op) || new URL(location.href).searchParams.get("q");
  }

  applyState(frame) {
    if (frame.epoch === this.epoch) this.take(frame.ops, frame.ops.filter((op) => this.isNews(op)));
  }

  /** Draw the view as the server has it; true when that is done. */
  async resync() {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const done = await this.fetchOnce();
      if (done !== null) return done;
    }
    return false;
  }

  settled() {
    if (this.held) showHeld(this, this.held);
    else show(this.lags() ? "catching" : "live");
  }

  /** Tell whether what came after an absence is not drawn yet; a page that is live may draw a moment later. */
  lags() {
    return Boolean(this.isStale || this.timer) && ["catching", "reconnecting"].includes(state());
  }

  get socket() {
    return this.line?.socket;
  }

  // Fetching

  take(ops, news) {
    if (this.held) {
      for (const op of news) this.held.add(op.id);
      this.settled();
      return;
    }
    for (const op of ops) this.put(op);
    if (news.length) this.soon();
  }

  put(op) {
    if (op.op === "head" || op.op === "banner") this.replace(op.op === "head" ? "plan-head" : "banner", op.html);
    if (op.sum) {
      document.getElementById("latest").textContent = op.sum;
      document.getElementById("latest-time").dateTime = new Date().toISOString();
      fillTimes(document.querySelector(".telegraph"));
    }
    if (op.op === "card") document.dispatchEvent(new CustomEvent("planboard:step", { detail: op }));
    if (op.op === "people") document.dispatchEvent(new CustomEvent("planboard:people", { detail: op }));
  }

  replace(id, html) {
    const slot = document.getElementById(id);
    if (!slot || this.isPast) return;
    const fresh = slot.cloneNode(false);
    fresh.append(parse(html));
    morph(slot, fresh);
    paint();
  }

  /** Fetch soon: at once after a rest, else a second after the last time, or more where fetching takes long. */
  soon() {
    this.isStale = true;
    if (this.timer || document.hidden) return;
    this.timer = setTimeout(() => this.again(), Math.max(0, this.dueAt - performance.now()));
  }

  async again() {
    const began = performance.now();
    this.isStale = false;
    const done = await this.resync();
    const ended = performance.now();
    this.dueAt = ended + Math.max(PAUSE, REST * (ended - began));
    this.timer = 0;
    if (done) this.caughtUp();
    if (this.isStale || !(done || this.line?.ended || this.line?.gone)) this.soon();
  }

  caughtUp() {
    if (state() === "catching" && this.socket?.readyState === WebSocket.OPEN) show("live");
  }

  /** Show what another address asks for: a filter, a wave unfolded, another order. True when that is done. */
  async go(url, { push = true } = {}) {
    if (push) history.pushState({}, "", url);
    const done = await this.resync();
    if (!done && !this.isAway()) location.assign(url);
    else if (!done) this.soon();
    return done;
  }

  /** Tell whether nobody answered who knows the plan; then the page stays, says so, and is drawn when somebody does. */
  isAway() {
    const isAway = !this.status || this.status === TOO_MANY || this.status >= FAULT;
    if (isAway && ["live", "polling"].includes(state())) show("catching");
    return isAway;
  }

  /** Narrow the view to what is typed; where no answer comes, what is typed is not lost for that: it is asked again. */
  async narrow() {
    if (!(await this.resync())) this.soon();
  }

  /** Fetch and draw; null where a change overtook the answer. Who asks later does it for all who asked before. */
  fetchOnce() {
    this.newest = this.fetchNow();
    return this.newest;
  }

  async fetchNow() {
    const url = new URL(location.href);
    url.hash = "";
    url.searchParams.set("fragment", this.kind);
    const turn = (this.turn ?? 0) + 1;
    this.turn = turn;
    const { ok, status, etag, text } = await ask(url, this.asked === url.href ? this.etag : "");
    if (turn !== this.turn) return this.newest; // another address was asked for meanwhile
    this.status = status;
    if (status === 304) return true;
    if (!ok) {
      this.line?.refused(status);
      return false;
    }
    if (!this.redraw(parse(text))) return null;
    [this.etag, this.asked] = [etag, url.href];
    return true;
  }

  /** Put an answer on the page, unless it is older than what is drawn; true when that is done. */
  redraw(content) {
    const fresh = content.querySelector("#view");
    const rev = fresh?.dataset.epoch === this.epoch ? Number(fresh.dataset.revision) : Infinity;
    if (!fresh || rev < this.drawn) return false;
    const isAhead = rev > this.rev;
    this.draw(() => morph(root(), fresh));
    if (rev < this.rev) this.isBehind(rev);
    else this.isNewest(content);
    fillTimes();
    this.mark();
    paint();
    this.follow(isAhead);
    return true;
  }

  /** Changes came while it was asked for, as they may each time: what they put around the view stays, more is fetched. */
  isBehind(rev) {
    this.drawn = rev;
    this.soon();
  }

  isNewest(content) {
    this.held?.clear(); // they are in it
    for (const id of AROUND) {
      const [old, now] = [document.getElementById(id), content.querySelector(`#${id}`)];
      if (old && now) morph(old, now);
    }
    this.read();
  }

  // The drawer beside it

  /** Mark the step that is open; no redrawing takes the mark away. */
  mark() {
    for (const other of root().querySelectorAll("[data-own-chosen]")) delete other.dataset.ownChosen;
    for (const other of root().querySelectorAll(".is-chosen")) other.classList.remove("is-chosen");
    const shown = openStep() && this.chosen(openStep());
    if (shown) (shown.closest("tr") ?? shown).dataset.ownChosen = "";
  }

  drawerChanged() {
    const was = this.open;
    this.open = openStep();
    app().classList.toggle("has-drawer", this.open !== null);
    if (this.open !== was) this.mark();
    this.follow();
    if (was && !this.open && document.activeElement === document.body) {
      (this.chosen(was) ?? root().querySelector("[tabindex='0']"))?.focus({ preventScroll: true });
    }
  }

  /**
   * The open step may be older than what is known of it: it changed while it was on its way, or the drawing came before
   * the frames that it `isAhead` of, which tell nothing any more.
   */
  follow(isAhead = false) {
    if (!this.open) return;
    const known = this.revisions.get(Number(this.open));
    const isOld = known > Number(document.querySelector("#drawer [data-step]")?.dataset.rev) && this.followed !== `${this.open}.${known}`;
    if (isOld) this.followed = `${this.open}.${known}`; // once: nobody asks without end
    if (isOld || isAhead) setTimeout(() => document.dispatchEvent(new CustomEvent("planboard:caught-up")));
  }

  /** Show the next or previous step in the drawer. */
  openBeside(by) {
    const at = openStep() && this.chosen(openStep());
    const to = at && this.beside(at, by);
    if (to) open(to.dataset.open);
  }

  /** Hold live changes and count them; again to go on. */
  hold() {
    later("hold").then(({ holdChanges }) => holdChanges(this, () => new Set(), () => this.soon()));
  }

  start() {
    this.open = openStep();
    this.mark();
    new MutationObserver(() => this.drawerChanged()).observe(document.getElementById("drawer"), { childList: true });
    document.addEventListener("planboard:filter", () => {
      clearTimeout(this.asking);
      this.asking = setTimeout(() => this.narrow(), PATIENCE);
    });
    document.addEventListener("click", ({ target }) => {
      const button = target.closest("[data-beside]");
      if (button) this.openBeside(Number(button.dataset.beside));
    });
    addEventListener("popstate", () => this.go(location.href, { push: false }));
    document.addEventListener("visibilitychange", () => this.isStale && this.soon());
    if (!this.isPast) this.live();
  }

  live() {
    this.line = new Line(`plans/${encodeURIComponent(this.namespace)}`, this);
    this.line.start();
    startLooking(this.line);
    addKeys([{ group: "Live", key: "p", does: "hold live changes", run: () => this.hold() }]);
    document.addEventListener("htmx:after:request", ({ detail }) => detail.ctx?.request?.method !== "GET" && this.soon());
  }
}

/** Let what says something else after `put` fade in; `read` gives what an element says. */
export function fade(put, { elements, read }) {
  const before = new Map(elements().map((element) => [element.id, read(element)]));
  put();
  const changed = before.size ? elements().filter((element) => before.get(element.id) !== read(element)) : [];
  for (const element of changed) fadeIn(element, "is-news");
}

/** Name the look of a pushed card: running, asking … */
export const lookOf = (op) => /class="card status-(\w+)/.exec(op.html)?.[1];

export const inDrawer = () => Boolean(document.activeElement?.closest?.("#drawer"));

/** Tell whether a click is one that follows a link in this tab. */
export const isPlain = (event) => event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
