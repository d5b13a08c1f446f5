// The open board: its revision, its cards, and how frames reach them a few milliseconds at a time.

import { card, column, columnOf, dropCard, putCard, releasePinned } from "./cards.js";
import { readRevisions } from "./checksum.js";
import { say } from "./announce.js";
import { filterCards } from "./filter.js";
import { Line } from "./live.js";
import { morph, parse } from "./morph.js";
import { paint, show, state } from "./status.js";
import { fillTimes } from "./time.js";

const SLICE = 8;
const MOST_OPS = 60;
const RELEASE_EVERY = 500;

class Board {
  constructor(root) {
    this.root = root;
    this.queue = [];
    this.held = null;
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
    if (frame.epoch === this.epoch) this.take(frame.ops);
  }

  async resync() {
    const response = await this.fetch();
    if (!response) return false;
    if (response.status === 304) return true;
    if (response.redirected || !response.ok) {
      if (response.redirected) show("signedOut");
      return false;
    }
    this.etag = response.headers.get("ETag");
    this.queue = [];
    this.redraw(parse(await response.text()));
    return true;
  }

  async fetch() {
    const url = new URL(location.href);
    url.searchParams.delete("step");
    url.searchParams.set("fragment", "board");
    const headers = this.etag ? { "If-None-Match": this.etag } : {};
    try {
      return await fetch(url, { headers, cache: "no-store" });
    } catch {
      return null;
    }
  }

  redraw(content) {
    const fresh = content.querySelector("#board");
    if (!fresh || Number(fresh.dataset.revision) < this.rev && fresh.dataset.epoch === this.epoch) return;
    for (const id of ["plan-head", "banner"]) {
      const [old, now] = [document.getElementById(id), content.querySelector(`#${id}`)];
      if (old && now) morph(old, now);
    }
    morph(this.root, fresh);
    this.read();
    this.drawn();
  }

  // Ops, a slice at a time

  take(ops) {
    if (this.held) {
      this.held.push(...ops);
      this.settled();
      return;
    }
    this.queue.push(...ops);
    if (this.queue.length > MOST_OPS) {
      this.queue = [];
      this.line.resync();
    } else if (!this.working) {
      this.working = true;
      requestAnimationFrame(() => this.work());
    }
  }

  work() {
    const until = performance.now() + SLICE;
    while (this.queue.length && performance.now() < until) this.put(this.queue.shift());
    this.working = this.queue.length > 0;
    if (this.working) requestAnimationFrame(() => this.work());
    else this.drawn();
  }

  put(op) {
    if (op.op === "card") this.putCard(op);
    else if (op.op === "drop") dropCard(op.id);
    else if (op.op === "head") this.replace("plan-head", op.html);
    else if (op.op === "banner") this.putBanner(op.html);
    else if (op.op === "count") this.count(op);
  }

  putCard(op) {
    const before = card(op.id);
    const wasAsking = before && columnOf(before) === "ask";
    putCard(op);
    if (op.sum) this.tell(op.sum);
    if (op.col === "ask" && !wasAsking) say(`Step ${op.id} needs you`, "needs");
    document.dispatchEvent(new CustomEvent("planboard:step", { detail: op }));
  }

  tell(sentence) {
    const slot = document.getElementById("latest");
    if (slot) slot.textContent = sentence;
    const time = document.getElementById("latest-time");
    if (time) time.dateTime = new Date().toISOString();
  }

  /** Where the file became unreadable or reads again, what may be done changed with it. */
  putBanner(html) {
    const broken = () => document.querySelector("#banner .banner-error") !== null;
    const before = broken();
    this.replace("banner", html);
    if (broken() !== before) this.line.resync();
  }

  replace(id, html) {
    const slot = document.getElementById(id);
    if (slot && !slot.contains(document.activeElement)) slot.replaceChildren(parse(html));
    else if (slot) {
      const fresh = slot.cloneNode(false);
      fresh.append(parse(html));
      morph(slot, fresh);
    }
  }

  count({ col, n }) {
    for (const slot of document.querySelectorAll(`[data-count="${col}"]`)) slot.textContent = n.toLocaleString();
  }

  drawn() {
    fillTimes();
    paint();
    filterCards();
    for (const name of ["todo", "run", "ask", "done"]) this.tidy(column(name));
  }

  /** Groups and empty columns say how many they hold. */
  tidy(section) {
    if (!section) return;
    for (const head of section.querySelectorAll("[data-group-head]")) {
      const list = section.querySelector(`.card-list[data-group="${head.dataset.groupHead}"]`);
      const number = list.childElementCount;
      head.hidden = number === 0;
      const slot = head.querySelector("span");
      if (slot && !section.querySelector("[data-more]")) slot.textContent = number.toLocaleString();
    }
    const empty = section.querySelector("[data-empty]");
    if (empty) empty.hidden = section.querySelector(".card-list > li") !== null;
  }

  /** Say that the page is on the newest, or what it keeps back. */
  settled() {
    const number = new Set(this.held?.filter((op) => op.op === "card" || op.op === "drop").map((op) => op.id)).size;
    if (this.held) show("held", `${number.toLocaleString()} changed step${number === 1 ? "" : "s"}, p goes on`);
    else show("live");
  }

  /** Hold live changes and count them; again to go on. */
  hold() {
    if (this.held) {
      const ops = this.held;
      this.held = null;
      this.settled();
      this.take(ops);
      say("Live again");
    } else if (state() === "live") {
      this.held = [];
      this.settled();
      say("Changes are held");
    }
  }
}

/** Start the board of this page, if it has one. */
export function startBoard() {
  const root = document.getElementById("board");
  if (!root) return null;
  const board = new Board(root);
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  board.line = new Line(`${scheme}://${location.host}/ws/plans/${encodeURIComponent(board.namespace)}/`, board);
  board.line.start();
  setInterval(releasePinned, RELEASE_EVERY);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-retry]")) board.line.wake();
  });
  return board;
}
