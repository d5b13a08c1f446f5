// For those who do not watch the board: once a minute in one sentence what changed. Loaded only where it was chosen.

import { say, typing } from "../announce.js";

const EVERY = 60_000;
const changed = new Map();

function sentence() {
  const count = (col) => [...changed.values()].filter((at) => at === col).length;
  const [ask, done, run] = ["ask", "done", "run"].map(count);
  const parts = [ask && `${ask} need${ask === 1 ? "s" : ""} you`, done && `${done} done`, run && `${run} in progress`];
  const said = parts.filter(Boolean).join(", ");
  return `${changed.size} step${changed.size === 1 ? "" : "s"} changed${said ? `: ${said}` : ""}.`;
}

export function startSummary() {
  document.addEventListener("planboard:step", ({ detail: { id, col } }) => col && changed.set(id, col));
  setInterval(() => {
    if (!changed.size || typing()) return;
    say(sentence(), "summary");
    changed.clear();
  }, EVERY);
}
