// The keys of "Needs you": they act on the row that is marked, through the form that is open beside it.

import { enter } from "./drawer.js";
import { addKeys } from "./keys.js";
import { later } from "./later.js";
import { part, shownKey, slot } from "./needpane.js";
import { isGone, linkOf, refuses, rowOf } from "./queue.js";
import { send } from "./sending.js";
import { undoButton } from "./toast.js";

const DECIDES = "[data-key-approve], [data-key-retry]";

/** `queue` gives `selected()`, `move(by)` and `back()`. */
export function startNeedKeys(queue) {
  const row = () => rowOf(queue.selected());
  const isShown = () => shownKey() !== "" && (row() === null || shownKey() === queue.selected());
  const acts = () => isShown() && !(row() && isGone(row()));
  const guarded = (deed) => () => acts() && !refuses(row()) && deed();

  function approve() {
    const button = part(DECIDES);
    if (!button) return part("#decide-note")?.focus();
    const risky = (part("[data-need-key]").dataset.risk ?? "normal") !== "normal";
    if (risky && document.activeElement !== button) return button.focus();
    return button.click();
  }

  const snooze = (minutes) => () => {
    const { needKey, rev } = part("[data-need-key]").dataset;
    send(`/needs/${needKey}/snooze/`, { revision: rev, for: minutes });
  };

  const copyLink = () => {
    const link = linkOf(row());
    later("link").then((found) => found.copyLink(link));
  };

  const inQueue = (key) => !key?.startsWith("Arrow") || document.activeElement.closest("#queue-list") !== null;
  const has = (selector) => () => acts() && part(selector) !== null;
  const open = (selector) => () => enter(selector);
  const step = (entry) => ({ group: "Change", on: "step", ...entry });
  addKeys([
    { group: "Move", key: "j", also: "ArrowDown", does: "next in the queue", may: inQueue, run: () => queue.move(1) },
    { group: "Move", key: "k", also: "ArrowUp", does: "previous in the queue", may: inQueue, run: () => queue.move(-1) },
    { group: "Move", key: "Escape", does: "back to the queue", run: queue.back, always: true },
    step({ group: "Decide", key: "a", does: "approve, or retry what failed", label: "Approve", icon: "check", may: acts, run: guarded(approve) }),
    step({ group: "Decide", key: "x", does: "reject or answer: write the note", label: "Reject…", icon: "close", may: has("#decide-note"), run: () => part("#decide-note").focus() }),
    step({ group: "Decide", key: "o", does: "owner", label: "Assign…", icon: "person", may: has("[data-key-owner]"), run: open("[data-key-owner]") }),
    step({ group: "Decide", key: "h", does: "snooze for 15 minutes", label: "Snooze", icon: "snooze", may: has("#snooze"), run: guarded(snooze(15)) }),
    step({ group: "Decide", key: "H", does: "snooze for an hour", label: "Snooze for an hour", icon: "snooze", may: has("#snooze"), run: guarded(snooze(60)) }),
    step({ group: "Decide", key: "w", does: "snooze until another step is done", label: "Snooze until…", icon: "snooze", may: has("[data-snooze-step]"), run: open("[data-snooze-step]") }),
    { group: "Decide", key: "z", does: "undo", may: undoButton, run: () => undoButton().click() },
    step({ key: "m", does: "move to…", label: "Move to…", icon: "move", may: has("[data-key-move]"), run: open("[data-key-move]") }),
    step({ key: "e", does: "edit", label: "Edit", icon: "edit", may: has("[data-key-edit]"), run: open("[data-key-edit]") }),
    step({ key: "c", does: "comment", label: "Comment", icon: "comment", may: has("[data-key-comment]"), run: open("[data-key-comment]") }),
    step({ key: "y", does: "copy the link", label: "Copy link", icon: "copy", may: () => row() !== null, run: copyLink }),
  ]);
  slot().addEventListener("click", stepByStep(queue));
}

/** The arrows at the head of the step. */
const stepByStep = (queue) => (event) => {
  const by = event.target.closest("[data-need-by]")?.dataset.needBy;
  if (by) queue.move(Number(by));
};
