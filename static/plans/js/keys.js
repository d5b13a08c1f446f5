// One list of keys: it moves the hands, and the help dialog is written from it.

import { say, typing } from "./announce.js";
import { justChanged } from "./cards.js";
import { close as closeDrawer, enter, open, openStep } from "./drawer.js";
import { act, focusedCard } from "./sending.js";
import { undoButton } from "./toast.js";

const COLUMNS = ["todo", "run", "ask", "done"];

const cards = (section) => [...section.querySelectorAll("li:not([hidden]) > article")];
const sectionOf = (article) => article.closest(".column");

function focusCard(article) {
  if (!article) return;
  article.focus({ preventScroll: true });
  article.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function firstCard() {
  for (const name of ["ask", "run", "todo", "done"]) {
    const found = document.querySelector(`#col-${name} li:not([hidden]) > article`);
    if (found) return found;
  }
  return null;
}

function along(by) {
  const at = focusedCard();
  if (!at) return focusCard(firstCard());
  const all = cards(sectionOf(at));
  return focusCard(all[all.indexOf(at) + by]);
}

function across(by) {
  const at = focusedCard();
  if (!at) return focusCard(firstCard());
  const index = cards(sectionOf(at)).indexOf(at);
  for (let to = COLUMNS.indexOf(sectionOf(at).id.replace("col-", "")) + by; COLUMNS[to]; to += by) {
    const all = cards(document.getElementById(`col-${COLUMNS[to]}`));
    if (all.length) return focusCard(all[Math.min(index, all.length - 1)]);
  }
  return null;
}

const can = (verb) => document.getElementById("board")?.dataset.can?.split(" ").includes(verb);
const opened = (article, then) => open(article.querySelector("a[data-open]").dataset.open, { then });
const inDrawer = (selector) => document.querySelector(`#drawer ${selector}`);

function approve() {
  const article = focusedCard();
  if (!article) return inDrawer("[data-key-approve]")?.click();
  const button = article.querySelector("[data-key-approve]");
  if (!button || !can("approve")) return null;
  if (justChanged(article)) return act(button);
  if (article.dataset.risk && article.dataset.risk !== "normal") return opened(article, "[data-key-approve]");
  return act(button);
}

function onStep(selector) {
  return () => {
    const article = focusedCard();
    const isOpen = !article || String(openStep()) === article.id.replace("step-", "");
    return isOpen ? inDrawer(selector) && enter(selector) : opened(article, selector);
  };
}

function press(selector) {
  return async () => {
    const article = focusedCard();
    if (article && !inDrawer(selector)) await opened(article, "#drawer-title");
    inDrawer(selector)?.click();
  };
}

async function copyLink() {
  const link = focusedCard()?.querySelector("a[data-open]") ?? inDrawer("[data-permalink]");
  if (!link) return;
  await navigator.clipboard.writeText(link.href);
  say("Link copied");
}

function leave() {
  if (closeDrawer()) return;
  document.activeElement?.blur();
}

/** key, what it does in words, and the hand; `always` works while typing too. */
export function registry(board) {
  return [
    { key: "j", also: "ArrowDown", does: "next step", run: () => along(1) },
    { key: "k", also: "ArrowUp", does: "previous step", run: () => along(-1) },
    { key: "h", also: "ArrowLeft", does: "column to the left", run: () => across(-1) },
    { key: "l", also: "ArrowRight", does: "column to the right", run: () => across(1) },
    { key: "Enter", does: "open the step", run: () => focusedCard() && opened(focusedCard()), only: () => document.activeElement === focusedCard() },
    { key: "Escape", does: "close, and go back", run: leave, always: true },
    { key: "a", does: "approve what the step asks", run: approve },
    { key: "x", does: "reject it, with a note", run: onStep("[name=note]") },
    { key: "d", does: "decide the waiting gate", run: () => document.querySelector("#banner a[data-open], #plan-head a[data-decide]")?.click() },
    { key: "o", does: "choose another owner", run: onStep("[data-key-owner]") },
    { key: "m", does: "move the step", run: onStep("[data-key-move]") },
    { key: "e", does: "edit the step", run: onStep("[data-key-edit]") },
    { key: "c", does: "comment", run: onStep("[data-key-comment]") },
    { key: "u", does: "up in its column", run: press("[data-key-up]") },
    { key: "i", does: "down in its column", run: press("[data-key-down]") },
    { key: "y", does: "copy the step's link", run: copyLink },
    { key: "z", does: "undo what you just did", run: () => undoButton()?.click() },
    { key: "p", does: "hold live changes, or go on", run: () => board?.hold() },
    { key: "/", does: "filter", run: () => document.querySelector("[data-filter]")?.focus() },
    { key: "?", does: "show these keys", run: help },
  ];
}

function help() {
  const dialog = document.getElementById("keys");
  if (!dialog || dialog.open) return;
  const list = dialog.querySelector("[data-keys]");
  list.replaceChildren();
  for (const { key, does } of registry(null)) {
    const term = document.createElement("dt");
    const kbd = document.createElement("kbd");
    kbd.textContent = { Escape: "Esc" }[key] ?? key;
    term.append(kbd);
    const words = document.createElement("dd");
    words.textContent = does;
    list.append(term, words);
  }
  dialog.showModal();
}

export function startKeys(board) {
  const keys = new Map();
  for (const entry of registry(board)) {
    keys.set(entry.key, entry);
    if (entry.also) keys.set(entry.also, entry);
  }
  document.addEventListener("keydown", (event) => {
    const entry = keys.get(event.key);
    if (!entry || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (document.querySelector("dialog[open]") || (typing() && !entry.always)) return;
    if (entry.only && !entry.only()) return;
    if (event.key.startsWith("Arrow") && !focusedCard()) return;
    event.preventDefault();
    entry.run();
  });
  document.addEventListener("keydown", (event) => {
    const form = event.target.closest?.("form");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[data-ctrl-enter]") ?? undefined);
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-show-keys]")) help();
  });
}
