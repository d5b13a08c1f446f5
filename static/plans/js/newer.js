// What comes in while somebody looks back is counted, and moves nothing.

import { Line } from "./live.js";

/** A line that only tells of newer revisions: nothing that it brings has to be drawn. */
class Counter extends Line {
  /** Another plan has taken the name: nothing that the page shows, or asks for, is of it. */
  take(message, lost) {
    if (message.epoch && message.epoch !== this.page.epoch) location.reload();
    else super.take(message, lost);
  }

  frame(frame) {
    this.page.rev = frame.rev;
    this.page.told(frame);
    this.send({ type: "ack", rev: frame.rev });
  }

  check({ rev }) {
    if (rev > this.page.rev) this.resync();
    else this.send({ type: "ack", rev });
  }
}

/**
 * Follow the revisions of a plan from `rev` on. `told(frame)` hears of each frame, `stated(frame)` of what has no
 * revision, `settled()` that there is nothing more; `resync()` must find out the newest revision, 0 if it cannot.
 * Gives the line.
 */
export function followNewer({ namespace, epoch, rev, told, stated = () => {}, settled = () => {}, isHeld = () => false, resync }) {
  const page = { epoch, rev, told, applyState: stated, settled, get held() { return isHeld(); } };
  page.resync = async () => {
    const newest = await resync();
    page.rev = newest || page.rev;
    return newest > 0;
  };
  const line = new Counter(`plans/${encodeURIComponent(namespace)}`, page);
  line.start();
  return line;
}

/** Say in the bar how many changes are held, and restore from the newest of them. */
export function countNewer(newest) {
  const bar = document.getElementById("replay");
  if (!bar) return;
  const count = newest - Number(bar.dataset.revision);
  const were = Number(bar.dataset.newest);
  if (!(newest > were)) return;
  bar.dataset.newest = newest;
  bar.querySelector("[data-newer]").textContent = `${count.toLocaleString()} newer change${count === 1 ? " is" : "s are"} held.`;
  const field = bar.querySelector("input[data-newest]");
  if (field) field.value = newest;
  for (const link of bar.querySelectorAll("a[data-to-newest]")) {
    const url = new URL(link.href);
    for (const name of ["from", "to"]) if (Number(url.searchParams.get(name)) === were) url.searchParams.set(name, newest);
    link.href = url;
  }
  sayHeld();
}

/** The line at the foot says it, too. */
export function sayHeld() {
  const { revision, newest } = document.getElementById("replay").dataset;
  const count = newest - revision;
  const line = document.getElementById("latest");
  if (!line) return;
  line.textContent = `Live is held while you look back. ${count.toLocaleString()} change${count === 1 ? "" : "s"} since rev ${revision}.`;
  const time = document.getElementById("latest-time");
  time.removeAttribute("datetime");
  time.textContent = "";
}
