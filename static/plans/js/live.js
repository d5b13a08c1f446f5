// The socket of one board. The server is right: whatever does not chain is fetched again.

import { checksum } from "./checksum.js";
import { show } from "./status.js";

const SILENCE = 35_000;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;
const SOCKETS_BEFORE_POLLING = 3;
const POLL_EVERY = 5_000;
const SIGNED_OUT = 4401;
const NO_ACCESS = 4403;

/**
 * Keeps a page on the newest revision.
 * `page` gives `epoch`, `rev` and `revisions` (a Map), and takes `apply(frame)`, `applyState(frame)`,
 * `settled()` when it is on the newest, and `resync()`, which fetches the board and resolves to true when it did.
 */
export class Line {
  constructor(url, page) {
    this.url = url;
    this.page = page;
    this.failures = 0;
    this.timers = {};
    this.ended = false;
  }

  show(state, detail) {
    show(state, detail);
  }

  start() {
    this.connect();
    document.addEventListener("visibilitychange", () => document.hidden || this.wake());
    addEventListener("pageshow", (event) => event.persisted && this.wake({ stale: true }));
    addEventListener("online", () => this.wake());
    addEventListener("pagehide", () => this.socket?.close());
  }

  /** Connect at once: the person asked, or the page came back. */
  wake({ stale = false } = {}) {
    if (this.ended) return;
    if (this.socket?.readyState === WebSocket.OPEN && !stale) this.hello();
    else if (this.socket?.readyState !== WebSocket.CONNECTING || stale) this.connect();
  }

  connect() {
    this.drop();
    if (this.failures === 0) this.show("catching");
    const socket = new WebSocket(this.url);
    this.socket = socket;
    socket.addEventListener("open", () => this.hello());
    socket.addEventListener("message", (event) => this.heard(socket, event.data));
    socket.addEventListener("close", (event) => socket === this.socket && this.closed(event.code));
    this.listenForSilence();
  }

  hello() {
    // What was dropped because it was too much is not on the page, though its revision is: only a fetch brings it.
    if (this.page.overflowed) return void this.resync();
    this.send({ type: "hello", epoch: this.page.epoch, rev: this.page.rev });
  }

  send(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  heard(socket, text) {
    if (socket !== this.socket) return;
    this.failures = 0;
    clearInterval(this.timers.poll);
    this.listenForSilence();
    const message = JSON.parse(text);
    if (message.type === "resync") this.resync();
    else if (message.type === "heartbeat") this.check(message);
    else if (message.type === "state") this.page.applyState(message);
    else if (message.ops) this.frame(message);
    if (!this.resyncing) this.page.settled();
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
    const same = epoch === this.page.epoch && rev === this.page.rev && sum === checksum(this.page.revisions);
    if (!same) this.resync();
  }

  /** Fetch the board, then go on from what it says. */
  async resync() {
    if (this.resyncing) return;
    this.resyncing = true;
    this.show("catching");
    const fetched = await this.page.resync();
    this.resyncing = false;
    if (fetched) this.hello();
    else this.closed(0);
  }

  closed(code) {
    this.drop();
    if (code === SIGNED_OUT || code === NO_ACCESS) {
      this.ended = true;
      this.show(code === SIGNED_OUT ? "signedOut" : "noAccess");
      return;
    }
    this.failures += 1;
    if (this.failures === SOCKETS_BEFORE_POLLING) this.poll();
    const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.failures);
    this.countDown(FIRST_PAUSE + Math.random() * (longest - FIRST_PAUSE));
  }

  countDown(pause) {
    const due = performance.now() + pause;
    const tell = () => {
      const left = Math.max(0, due - performance.now());
      if (!this.polled) this.show("reconnecting", `in ${Math.ceil(left / 1000)} s`);
    };
    tell();
    this.timers.tell = setInterval(tell, 1000);
    this.timers.connect = setTimeout(() => this.connect(), pause);
  }

  /** Where sockets do not get through, ask over HTTP; an unchanged board costs a 304. */
  poll() {
    clearInterval(this.timers.poll);
    this.timers.poll = setInterval(async () => {
      this.polled = !document.hidden && (await this.page.resync());
      if (this.polled && this.socket?.readyState !== WebSocket.OPEN) this.show("polling");
    }, POLL_EVERY);
  }

  listenForSilence() {
    clearTimeout(this.timers.silence);
    this.timers.silence = setTimeout(() => this.closed(0), SILENCE);
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
