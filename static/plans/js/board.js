// The open board: its revision, its cards, and how frames reach them a few milliseconds at a time.

import { card, column, columnOf, dropCard, keepingPlace, putCard, releasePinned } from "./cards.js";
import { ask } from "./ask.js";
import { readRevisions } from "./checksum.js";
import { say } from "./announce.js";
import { addressed, filterCards } from "./filter.js";
import { paintFold } from "./fold.js";
import { later } from "./later.js";
import { Line } from "./live.js";
import { startLooking } from "./looking.js";
import { morph, parse } from "./morph.js";
import { paint, show, showHeld } from "./status.js";
import { fillTimes, write } from "./time.js";
import { tidy } from "./tidying.js";
import { markUnsaved } from "./unsaved.js";
import { rest } from "./walk.js";

const SLICE = 8;
const MOST_OPS = 60;
const RELEASE_EVERY = 500;
const TRIES = 3;
const COLUMNS = ["todo", "run", "ask", "done"];

/** Call back before the next picture; a page that nobody sees draws none. */
const soon = (then) => (document.hidden ? setTimeout(then) : requestAnimationFrame(then));

/** What a board that is held keeps back, which does not grow for as long as it is held: changes, and the steps they are of. */
const nothing = () => ({ ops: [], steps: new Set() });

class Board {
  constructor(root) {
    this.root = root;
    this.queue = [];
    this.held = null;
    this.touched = new Set();
    this.overflowed = false;
    this.read();
  }

  /** Take over what the server wrote on the board's root. */
  read() {
    const { namespace, epoch, revision, steps } = this.root.dataset;
    this.namespace = namespace;
    this.epoch = epoch;
    this.rev = Number(revision);
    this.revisions = readRevisions(steps);
  }

  // What the line asks of a page

  apply(frame) {
    this.rev = frame.rev;
    for (const op of frame.ops) {
      if (op.op === "card") this.revisions.set(op.id, op.rev);
      if (op.op === "drop") this.revisions.delete(op.id);
    }
    this.take(frame.ops);
  }

  applyState(frame) {
    // Of a step that is not known it tells what was before that went: what is new comes by a frame.
    if (frame.epoch === this.epoch) this.take(frame.ops.filter((op) => op.op !== "card" || this.revisions.has(op.id)));
  }

  /** Draw the board as the server has it; true when that is done. */
  async resync() {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const done = await this.fetchOnce();
      if (done !== null) return done;
    }
    return false;
  }

  /** Where the board is that the address asks for. */
  get url() {
    const url = addressed("step");
    url.searchParams.set("fragment", "board");
    return url.href;
  }

  /** Fetch and draw; null where a change overtook the answer. What nobody asks for any more is never drawn. */
  async fetchOnce() {
    const { url } = this;
    const { ok, status, etag, text } = await ask(url, this.etag);
    if (url !== this.url) return this.fetchOnce();
    if (status === 304) return true;
    if (!ok) {
      this.line.refused(status);
      return false;
    }
    if (!this.redraw(parse(text))) return null;
    this.etag = etag;
    return true;
  }

  /** Fetch the board again as the address now says: a wider window, another filter. */
  async refetch() {
    this.etag = null;
    return this.resync();
  }

  redraw(content) {
    const fresh = content.querySelector("#board");
    if (!fresh || (Number(fresh.dataset.revision) < this.rev && fresh.dataset.epoch === this.epoch)) return false;
    this.queue = [];
    if (this.held) this.held = nothing(); // they are in it
    this.overflowed = false;
    for (const id of ["plan-head", "banner", "document"]) {
      const [old, now] = [document.getElementById(id), content.querySelector(`#${id}`)];
      if (old && now) morph(old, now);
    }
    releasePinned(0);
    keepingPlace([...this.root.querySelectorAll(".column-body")], () => morph(this.root, fresh));
    this.read();
    fillTimes();
    COLUMNS.forEach((name) => this.touched.add(name));
    this.finish();
    document.dispatchEvent(new CustomEvent("planboard:redrawn"));
    return true;
  }

  // Ops, a slice at a time

  take(ops) {
    if (this.held) {
      for (const { id } of ops) if (id) this.held.steps.add(id); // only what is about a step has one
      if (this.held.ops.length <= MOST_OPS) this.held.ops.push(...ops); // else all is fetched in the end
      this.settled();
      return;
    }
    this.queue.push(...ops);
    if (this.queue.length > MOST_OPS) {
      this.queue = [];
      this.overflowed = true;
      this.etag = null;
      this.line.resync();
    } else if (!this.working) {
      // At once: whoever waits for the next picture waits up to 16 ms for nothing.
      this.work();
    }
  }

  work() {
    const until = performance.now() + SLICE;
    while (this.queue.length && performance.now() < until) this.put(this.queue.shift());
    this.working = this.queue.length > 0;
    if (this.working) soon(() => this.work());
    else this.drawn();
  }

  /** What follows from the changes is done once before the next picture; the changes themselves wait for nothing. */
  drawn() {
    if (this.finishing) return;
    this.finishing = true;
    soon(() => this.finish());
  }

  put(op) {
    if (op.op === "card") this.putCard(op);
    else if (op.op === "head") this.replace("plan-head", op.html);
    else if (op.op === "banner") this.putBanner(op.html);
    else if (op.op === "count") this.count(op);
    else {
      if (op.op === "drop") this.drop(op.id);
      document.dispatchEvent(new CustomEvent(`planboard:${op.op}`, { detail: op }));
    }
  }

  putCard(op) {
    const before = card(op.id);
    const wasAsking = before && columnOf(before) === "ask";
    this.touched.add(before ? columnOf(before) : op.col).add(op.col);
    putCard(op);
    if (op.sum) this.tell(op.sum);
    if (op.col === "ask" && !wasAsking) say(`Step ${op.id} needs you`, "needs");
    document.dispatchEvent(new CustomEvent("planboard:step", { detail: op }));
  }

  drop(number) {
    const article = card(number);
    if (article) this.touched.add(columnOf(article));
    dropCard(number);
  }

  tell(sentence) {
    write(document.getElementById("latest"), sentence);
    const time = document.getElementById("latest-time");
    if (time) time.dateTime = new Date().toISOString();
    if (time) fillTimes(time.parentElement);
  }

  /** Where the file became unreadable or reads again, or its text changed, more than the banner is new. */
  putBanner(html) {
    const said = () => {
      const banner = document.getElementById("banner");
      return `${banner.querySelector(".banner-error") !== null} ${banner.querySelector("[data-document]")?.dataset.document}`;
    };
    const before = said();
    this.replace("banner", html);
    if (said() !== before) this.line.resync();
  }

  replace(id, html) {
    const slot = document.getElementById(id);
    const fresh = slot?.cloneNode(false);
    fresh?.append(parse(html));
    if (slot) morph(slot, fresh);
  }

  count({ col, n }) {
    for (const slot of document.querySelectorAll(`[data-count="${col}"]`)) write(slot, n.toLocaleString());
  }

  finish() {
    this.finishing = false;
    paint();
    paintFold();
    filterCards();
    rest();
    markUnsaved();
    for (const name of this.touched) tidy(column(name));
    this.touched.clear();
    const isEmpty = this.revisions.size === 0;
    for (const part of [this.root, document.querySelector(".mobile-columns")]) part.hidden = isEmpty;
    for (const part of document.querySelectorAll("[data-when-empty]")) part.hidden = !isEmpty;
  }

  /** Say that the page is on the newest, or what it keeps back. */
  settled() {
    if (this.held) showHeld(this, this.held.steps);
    else show("live");
  }

  /** Hold live changes and count them; again to go on. */
  hold() {
    later("hold").then(({ holdChanges }) => holdChanges(this, nothing, ({ ops }) => this.take(ops)));
  }
}

/** Start the board of this page, if it has one. */
export function startBoard() {
  const root = document.getElementById("board");
  if (!root || "past" in root.dataset) return null;
  const board = new Board(root);
  board.line = new Line(`plans/${encodeURIComponent(board.namespace)}`, board);
  board.line.start();
  startLooking(board.line);
  setInterval(releasePinned, RELEASE_EVERY);
  return board;
}
