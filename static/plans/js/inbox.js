// What is about all plans, or counts what needs the person: a socket tells that something changed, and the parts of the
// page ask for it, answered by 304 as a rule. Where no socket gets through they ask by the clock.

import { Line } from "./live.js";
import { show } from "./status.js";

const PAUSE = 1_000;
const REST = 5;
const EVERY = 5_000;
const SELDOM = 60_000;
const ANSWER = 35_000; // whoever looks at all queues rests after a look that took long

const parts = [];
let isTrue = false;

class Bell extends Line {
  /** What the queue counts; 0 while the line is not open. */
  count = 0;

  hello() {
    this.send({ type: "hello", all: parts.some((part) => part.all) });
    this.listenForSilence(ANSWER);
  }

  take({ type, rev }, lost) {
    const isNews = lost || rev !== this.count;
    this.failures = 0;
    this.count = rev;
    if (isTrue) show("live");
    for (const part of parts) if (isNews || (part.all && type === "changed")) part.soon();
  }

  closed(code) {
    const wasOpen = this.count > 0;
    this.count = 0;
    super.closed(code);
    if (wasOpen) for (const part of parts) part.soon();
  }

  // It is no page's state, and the parts ask by the clock themselves.
  show() {}
  poll() {}
}

let bell = null;

class Part {
  constructor({ run, all = false, every = EVERY, seldom = SELDOM, hidden = 0, from = 0 }) {
    Object.assign(this, { run, all, every, seldom, hidden, dueAt: from });
  }

  /** Ask as soon as it may: at once after a rest, else a second after the last time, or more where it takes long. */
  soon() {
    this.isStale = true;
    this.wait();
  }

  wait() {
    clearTimeout(this.timer);
    if (this.isAsking || (document.hidden && !this.hidden)) return;
    const clock = Math.max(bell.count ? this.seldom : this.every, document.hidden ? this.hidden : 0);
    const pause = this.isStale ? this.dueAt - performance.now() : clock;
    this.timer = setTimeout(() => this.ask(), Math.max(0, pause));
  }

  async ask() {
    clearTimeout(this.timer);
    if (this.isAsking) return;
    const began = performance.now();
    this.isAsking = true;
    this.isStale = this.isUrgent = false;
    await this.run();
    this.isAsking = false;
    const took = performance.now() - began;
    const rest = Math.max(document.hidden ? this.hidden : PAUSE, REST * took);
    this.dueAt = this.isUrgent ? 0 : performance.now() + rest;
    this.wait();
  }

  /** Ask now, or as soon as the answer is there that is under way. */
  now() {
    this.isUrgent = true;
    this.dueAt = 0;
    this.soon();
  }
}

/**
 * Keep a part of the page true by `run`: at once, when the queue changed, or with `all` when anything did; without a
 * socket every `every` ms, with one after `seldom`. A hidden page rests, unless `hidden` gives its pause. Where `from`
 * is given, what the page shows is new enough for so many ms after it was opened.
 */
export function keep(options) {
  const part = new Part(options);
  const wasAll = parts.some(({ all }) => all);
  parts.push(part);
  if (bell === null) open();
  else if (part.all && !wasAll) bell.hello();
  if (options.from) part.wait();
  else part.now();
  return part;
}

/** Take a part away. */
export function forget(part) {
  clearTimeout(part.timer);
  part.wait = () => {};
  parts.splice(parts.indexOf(part), 1);
}

function open() {
  bell = new Bell("inbox", null);
  bell.start();
  document.addEventListener("click", ({ target }) => {
    for (const part of target.closest("[data-retry]") ? parts : []) part.now();
  });
  document.addEventListener("visibilitychange", lookAgain);
  addEventListener("pageshow", (event) => event.persisted && lookAgain());
}

/** The page went out of sight or came back: then what it shows is as old as its absence, until the answer is there. */
function lookAgain() {
  if (isTrue && !document.hidden) show("catching");
  isTrue &&= document.hidden;
  // An answer to what is asked on leaving would come with the page when it comes back, and be old by then.
  for (const part of parts) document.hidden ? part.wait() : part.now();
}

const REFUSED = { 401: "signedOut", 403: "noAccess" };

/** Show on a page about all plans what the status of an answer says of the connection; 0 for none. */
export function showAnswer(status) {
  const isGood = status > 0 && status < 400;
  isTrue = isGood && !parts.some((part) => part.isAsking && part.isUrgent); // else it was asked before the page was left
  if (!isGood) show(REFUSED[status] ?? "reconnecting");
  else if (!isTrue) return;
  else if (bell.count) show("live");
  else if (bell.ended) bell.connect();
  else if (bell.failures) show("polling");
}
