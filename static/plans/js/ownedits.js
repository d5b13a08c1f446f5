// Edits of this tab that came too late: the queue names them until they are compared on their plan's board.

import { UNSAVED } from "./unsaved.js";

const list = () => document.getElementById("queue-own");

function kept() {
  try {
    const keys = Object.keys(sessionStorage).filter((key) => key.startsWith(UNSAVED));
    return keys.map((key) => [key.slice(UNSAVED.length), JSON.parse(sessionStorage.getItem(key))]);
  } catch {
    return []; // Storage is blocked: nothing was kept.
  }
}

/** Write the list; it is hidden while there is nothing to compare. */
export function listOwnEdits() {
  const edits = kept();
  list().hidden = edits.length === 0;
  list().replaceChildren(...edits.map(([step, { what }]) => entry(step, what)));
}

function entry(step, what) {
  const made = list().nextElementSibling.content.firstElementChild.cloneNode(true);
  const at = step.lastIndexOf(".");
  const [namespace, number] = [step.slice(0, at), step.slice(at + 1)];
  made.querySelector("[data-what]").textContent = `Your ${what} was not saved`;
  made.querySelector("[data-where]").textContent = `${namespace}, step ${number}`;
  made.querySelector("a").href = `/plans/${encodeURIComponent(namespace)}/?step=${number}`;
  return made;
}
