// Which cards the filter leaves: asked of the server, which alone knows the language and what cards do not show.

import { ask } from "../ask.js";
import { filterCards } from "../filter.js";

const PATIENCE = 100;
const PAUSE = 1000;
const TOO_MANY = 429;

const root = () => document.getElementById("board");
const query = () => new URL(location.href).searchParams.get("q")?.trim() ?? "";

let turn = 0;
let timer = 0;
let dueAt = 0;
let newest = 0;

function put(steps, told, ...stays) {
  if (steps) root().dataset.matching = steps.join();
  else delete root().dataset.matching;
  const slot = document.getElementById("filter-told");
  if (slot.textContent !== told) slot.textContent = told;
  filterCards(...stays);
}

async function match(...stays) {
  const url = new URL(location.href);
  url.searchParams.set("fragment", "matching");
  turn += 1;
  const mine = turn;
  const { ok, status, text } = await ask(url);
  if (mine !== turn) return;
  if (!status || status >= TOO_MANY) later(); // no answer of the board: else the box would say what the cards do not
  if (!ok) return;
  const { revision, steps, told } = JSON.parse(text);
  put(steps, told, ...stays);
  if (revision < newest) later();
}

/** Something else is asked for: hide what it leaves out, whatever is under the hand. */
export function typed() {
  clearTimeout(timer);
  turn += 1;
  timer = 0;
  if (!query()) return put(null, "", () => false);
  timer = setTimeout(() => {
    timer = 0;
    match(() => false);
  }, PATIENCE);
}

/** Cards changed: ask again, once a second at most. */
function later() {
  if (timer || !query() || document.hidden) return;
  timer = setTimeout(async () => {
    timer = 0;
    dueAt = performance.now() + PAUSE;
    await match();
  }, Math.max(0, dueAt - performance.now()));
}

/** What stayed because it was under the hand goes when the hand does. */
function left() {
  if (query()) setTimeout(filterCards);
}

document.addEventListener("planboard:step", ({ detail }) => {
  newest = Math.max(newest, detail.at ?? 0);
  later();
});
document.addEventListener("planboard:redrawn", () => {
  newest = 0; // it may be another plan of that name
  later();
});
document.addEventListener("visibilitychange", later);
root().addEventListener("pointerleave", left);
root().addEventListener("focusout", left);
