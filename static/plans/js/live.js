// The socket of one board. The server is right: whatever does not chain is fetched again.

import { checksum } from "./checksum.js";
import { show } from "./status.js";

const SILENCE = 35_000;
const ANSWER = 10_000;
const TICK = 5_000;
const ASLEEP = 20_000;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;
const SOCKETS_BEFORE_POLLING = 3; // where one got through before; else the first that does not is enough
const POLL_EVERY = 5_000;
const ENDS = { 4401: "signedOut", 4403: "noAccess" };

/**
 * Keeps a page on the newest revision.
 * `page` gives `epoch`, `rev` and `revisions` (a Map), and takes `apply(frame)`, `applyState(frame)`,
 * `settled()` when it is on the newest, and `resync()`, which fetches the board and resolves to true when it did;
 * where the server refuses to give it, the page says so by `refused(status)` of its line.
 */
export class Line {
  constructor(path, page) {
    this.url = `${location.protocol.replace("http", "ws")}//${location.host}/ws/${path}/`;
    this.page = page;
    this.failures = 0;
    this.timers = {};
  }

  show(state, detail) {
    show(state, detail);
  }

  start() {
    this.connect();
    document.addEventListener("visibilitychange", () => document.hidden || this.wake());
    document.addEventListener("click", ({ target }) => target.closest("[data-retry]") && this.wake());
    // Which way the network changed, nobody knows of the socket that was: another one tells.
    for (const name of ["online", "offline"]) addEventListener(name, () => this.connect());
    addEventListener("pageshow", (event) => event.persisted && this.connect());
    addEventListener("pagehide", () => this.drop());
    document.addEventListener("planboard:signed-out", () => this.closed(4401));
    let seen = Date.now();
    setInterval(() => {
      const slept = Date.now() - seen > ASLEEP;
      seen = Date.now();
      if (slept && !document.hidden) this.wake();
    }, TICK);
  }

  /** Ask what is new at once: the person asked, or the page or the machine came back. */
  wake() {
    const { readyState } = this.socket ?? {};
    if (readyState === WebSocket.OPEN) {
      this.show("catching");
      this.hello();
    } else if (readyState !== WebSocket.CONNECTING) this.connect();
  }

  connect() {
    this.drop();
    if (!this.ended && !this.polled && !this.gone) this.show(this.failures ? "reconnecting" : "catching");
    const socket = new WebSocket(this.url);
    this.socket = socket;
    this.n = 0;
    socket.addEventListener("open", () => socket === this.socket && this.hello());
    socket.addEventListener("message", (event) => socket === this.socket && this.heard(JSON.parse(event.data)));
    socket.addEventListener("close", (event) => socket === this.socket && this.closed(event.code));
    this.listenForSilence(ANSWER);
  }

  hello() {
    // What was dropped because it was too much is not on the page, though its revision is: only a fetch brings it.
    if (this.page.overflowed) return void this.resync();
    this.send({ type: "hello", epoch: this.page.epoch, rev: this.page.rev });
    this.listenForSilence(ANSWER);
  }

  send(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /** What a socket is told is numbered: what comes twice or late is left, and what never came is noticed. */
  heard(message) {
    this.listenForSilence(SILENCE);
    const { n } = message;
    if (n <= this.n) return;
    const lost = n > this.n + 1;
    this.n = n;
    this.take(message, lost);
  }

  take(message, lost) {
    if (lost || message.type === "resync") this.resync();
    else if (message.type === "heartbeat") this.check(message);
    else if (message.type === "state") this.page.applyState(message);
    else if (message.ops) this.frame(message);
    if (this.resyncing) return;
    this.wasOpen = true;
    this.failures = 0;
    this.polled = this.gone = false;
    clearInterval(this.timers.poll);
    this.page.settled();
  }

  frame(frame) {
    if (frame.epoch === this.page.epoch && frame.rev <= this.page.rev) {
      this.send({ type: "ack", rev: frame.rev });
    } else if (frame.epoch !== this.page.epoch || frame.prev !== this.page.rev) {
      this.resync();
    } else {
      this.page.apply(frame);
      this.send({ type: "ack", rev: frame.rev });
    }
  }

  check({ epoch, rev, sum }) {
    if (this.resyncing || (epoch === this.page.epoch && rev < this.page.rev)) return;
    if (epoch !== this.page.epoch || rev !== this.page.rev) this.resync();
    else if (!sum || sum === checksum(this.page.revisions)) this.send({ type: "ack", rev });
    else {
      this.send({ type: "differs", rev });
      this.page.etag = null;
      this.resync();
    }
  }

  /** Fetch the board, then go on from what it says. */
  async resync() {
    if (this.resyncing) return;
    this.resyncing = true;
    if (!this.gone) this.show("catching");
    const fetched = await this.fetch();
    this.resyncing = false;
    if (fetched) this.hello();
    else if (!this.gone && !this.ended) this.closed(0); // of a plan that is gone the server says when it is there again
  }

  /** Fetch the board; what else of the page shows the plan may have missed something, if it has moved on. */
  async fetch() {
    const { rev, epoch } = this.page;
    const fetched = await this.page.resync();
    if (fetched && (this.page.rev !== rev || this.page.epoch !== epoch)) document.dispatchEvent(new CustomEvent("planboard:caught-up"));
    return fetched;
  }

  /** The server does not give the board: to nobody who is signed out, to this person, or there is no such plan. */
  refused(status) {
    if (status === 404) {
      this.gone = true;
      this.show("gone");
    } else if (ENDS[4000 + status]) this.closed(4000 + status);
  }

  closed(code) {
    this.drop();
    this.ended = code in ENDS;
    if (this.ended) {
      clearInterval(this.timers.poll);
      this.failures = 0;
      this.show(ENDS[code]);
      return;
    }
    this.failures += 1;
    if (this.failures === (this.wasOpen ? SOCKETS_BEFORE_POLLING : 1)) this.poll();
    const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.failures);
    this.countDown(FIRST_PAUSE + Math.random() * (longest - FIRST_PAUSE));
  }

  countDown(pause) {
    const due = performance.now() + pause;
    const tell = () => {
      const left = Math.max(0, due - performance.now());
      if (!this.polled && !this.gone) this.show("reconnecting", `in ${Math.ceil(left / 1000)} s`);
    };
    tell();
    this.timers.tell = setInterval(tell, 1000);
    this.timers.connect = setTimeout(() => this.connect(), pause);
  }

  /** Where sockets do not get through, ask over HTTP; an unchanged board costs a 304. */
  poll() {
    clearInterval(this.timers.poll);
    this.timers.poll = setInterval(async () => {
      if (document.hidden || this.asking || this.page.held) return;
      this.asking = true;
      const fetched = await this.fetch();
      this.asking = false;
      if (this.ended || this.failures === 0) return;
      this.polled = fetched;
      if (fetched) this.gone = false;
      if (fetched && !this.resyncing) this.show("polling");
    }, POLL_EVERY);
  }

  listenForSilence(limit) {
    clearTimeout(this.timers.silence);
    this.timers.silence = setTimeout(() => this.closed(0), limit);
  }

  drop() {
    clearTimeout(this.timers.silence);
    clearTimeout(this.timers.connect);
    clearInterval(this.timers.tell);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }
}
