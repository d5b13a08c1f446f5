// A card's actions, written from the list of keys, so that every key has its place to be pressed.

import { say } from "../announce.js";
import { keysNow } from "../keys.js";
import { carryOut, into, seenOf } from "../meaning.js";
import { hang } from "../popover.js";
import { readingOf, tellChanged } from "../reading.js";

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

const panel = () => document.getElementById("card-menu");
const numberOf = (article) => article.id.replace("step-", "Step ");

export function openMenu(article) {
  const list = panel()?.querySelector("[role=menu]");
  if (!list || !article) return;
  const entries = keysNow().filter((entry) => entry.on === "step" && entry.icon);
  list.setAttribute("aria-label", `Actions for ${numberOf(article).toLowerCase()}`);
  list.replaceChildren(...entries.flatMap((entry) => [...(entry.below ? [document.createElement("hr")] : []), item(entry, article)]));
  if (article.closest("#board")) list.append(...elsewhere(article));
  hang(panel(), article);
  list.querySelector("button").focus();
}

function item(entry, article) {
  const reading = readingOf(article);
  const made = document.getElementById("menu-item").content.firstElementChild.cloneNode(true);
  const use = made.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${entry.icon}`));
  made.querySelector(".option-text").textContent = entry.label;
  if (entry.key) made.querySelector("kbd").textContent = entry.key === "Enter" ? "↵" : entry.key;
  else made.querySelector("kbd").remove();
  made.addEventListener("click", () => {
    panel().hidePopover();
    // Where the card is gone, a deed would do what it does in the drawer: to the step that is open there.
    if (!article.isConnected) return say(`${numberOf(article)} is gone. Nothing was done.`);
    article.focus({ preventScroll: true });
    if (entry.group === "Decide" && readingOf(article) !== reading) return tellChanged(article.id.replace("step-", ""));
    return entry.run();
  });
  return made;
}

const COLUMNS = { todo: "move", run: "person", ask: "lock", done: "check" };

/** What dragging the card into another column does, one press each. */
function elsewhere(article) {
  const seen = seenOf(article);
  const ways = Object.entries(COLUMNS).map(([to, icon]) => [into(article, to), icon]);
  const entries = ways.filter(([meant]) => meant.run && !/^(Approve|Reply)/.test(meant.label));
  const made = entries.map(([meant, icon]) => item({ icon, label: meant.label, key: "", run: () => carryOut(meant, article, seen) }, article));
  return made.length ? [document.createElement("hr"), ...made] : [];
}

panel()?.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return; // the browser's: Ctrl and A chooses all, and approves nothing
  const items = [...panel().querySelectorAll("[role=menuitem]")];
  const at = items.indexOf(document.activeElement);
  const to = { Home: 0, End: items.length - 1 }[event.key] ?? (STEPS[event.key] ? at + STEPS[event.key] : null);
  if (to === null && event.key.length === 1) {
    const pressed = items.find((found) => found.querySelector("kbd")?.textContent === event.key);
    pressed?.click();
  } else if (to !== null) {
    event.preventDefault();
    items[(to + items.length) % items.length]?.focus();
  }
});
