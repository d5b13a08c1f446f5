// What the person did with a step of the queue, read off the form that was sent, and how its row says it.

import { reasonOf } from "./queue.js";

const ADDRESS = /^\/(?:plans\/([^/]+)\/steps|needs\/([^/]+))\/(\d+)\/(\w+)\/$/;
const DONE = {
  approve: "Approved by you",
  reject: "Rejected by you",
  reply: "Answered by you",
  reassign: "Reassigned by you",
  retry: "Put back by you",
  release: "Released by you",
  complete: "Completed by you",
  cancel: "Cancelled by you",
  fail: "Given up by you",
  remove: "Removed by you",
  snooze: "Snoozed",
};
const GOES_ON = new Set(["approval", "input", "problem", "hold"]);

export const isTakenBack = (verb) => verb === "undo" || verb === "wake";

/** Tell whether a form was sent and taken. */
export function isDone(ctx) {
  const { status } = ctx.response;
  return ctx.request.method?.toUpperCase() === "POST" && status >= 200 && status < 300;
}

/** Name the step and what was done with it; null where many were answered at once. */
export function deedOf(ctx) {
  const found = ADDRESS.exec(new URL(ctx.request.action, location.href).pathname);
  return found && { key: `${decodeURIComponent(found[1] ?? found[2])}/${found[3]}`, verb: found[4] };
}

/** Say what was done, and what it changed: whose work goes on now. Empty where the step stays in the queue. */
export function wordsFor(row, verb) {
  if (verb === "comment") return reasonOf(row) === "mention" ? "Answered by you" : "";
  const owner = row.querySelector(".owner b")?.title;
  const goesOn = owner && (verb === "reply" || (verb === "approve" && GOES_ON.has(reasonOf(row))));
  return goesOn ? `${DONE[verb]}, ${owner} goes on` : (DONE[verb] ?? "");
}
