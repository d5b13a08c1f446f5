// One list of keys: it moves the hands, fills a card's menu, and the help dialog is written from it.

import { say, typing } from "./announce.js";
import { actOn, focusedCard, justChanged } from "./cards.js";
import { close as closeDrawer, enter, open, openStep } from "./drawer.js";
import { showKeys, singleKeys, startHelp } from "./help.js";
import { openMenu } from "./menu.js";
import { pickOwner } from "./picker.js";
import { act, reject, send } from "./sending.js";
import { undoButton } from "./toast.js";
import { across, along, walks } from "./walk.js";

const WITHOUT_LETTERS = /^(Arrow|Enter|Escape)/;

const can = (verb) => document.getElementById("board")?.dataset.can?.split(" ").includes(verb);
const linkOf = (article) => article.querySelector("a[data-open]");
const opened = (article, then) => open(linkOf(article).dataset.open, { then });
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

function refuse() {
  const article = focusedCard();
  if (!article) return inDrawer("[name=note]")?.focus();
  const button = article.querySelector("[data-reject]");
  return button && can("reject") ? reject(button) : null;
}

function owner() {
  const article = focusedCard();
  if (!article) return inDrawer("[data-key-owner]") && enter("[data-key-owner]");
  return can("reassign") ? pickOwner(article) : null;
}

function onStep(selector) {
  return () => {
    const article = focusedCard();
    const isOpen = !article || String(openStep()) === article.id.replace("step-", "");
    return isOpen ? inDrawer(selector) && enter(selector) : opened(article, selector);
  };
}

function shift(to) {
  return () => {
    const article = focusedCard();
    if (!article) return inDrawer(`[data-key-${to}]`)?.click();
    if (!can("move")) return null;
    actOn(article.id.replace("step-", ""));
    return send(`${linkOf(article).dataset.open}move/`, { revision: article.dataset.rev, to });
  };
}

async function copyLink() {
  const article = focusedCard();
  const link = article ? linkOf(article) : inDrawer("[data-permalink]");
  if (!link) return;
  await navigator.clipboard.writeText(link.href);
  say("Link copied");
}

function leave() {
  if (closeDrawer()) return;
  document.activeElement?.blur();
}

function menu() {
  const article = focusedCard();
  if (article) openMenu(article, registry(null).filter((entry) => entry.menu && (!entry.needs || can(entry.needs))));
}

/** What each key does; `menu` names its icon in a card's menu, `needs` the verb one must be allowed. */
export function registry(board) {
  const atCard = () => document.activeElement === focusedCard();
  const openCard = () => focusedCard() && opened(focusedCard());
  const decideGate = () => document.querySelector("#banner a[data-decide]")?.click();
  return [
    { group: "Move", key: "j", also: "ArrowDown", does: "next step", run: () => along(1) },
    { group: "Move", key: "k", also: "ArrowUp", does: "previous step", run: () => along(-1) },
    { group: "Move", key: "h", also: "ArrowLeft", does: "column to the left", run: () => across(-1) },
    { group: "Move", key: "l", also: "ArrowRight", does: "column to the right", run: () => across(1) },
    { group: "Move", key: "Enter", does: "open the step", menu: "eye", label: "Open", run: openCard, only: atCard },
    { group: "Move", key: "Escape", does: "close, back to the card", run: leave, always: true },
    { group: "Move", key: "/", does: "filter", run: () => document.querySelector("[data-filter]")?.focus() },
    { group: "Decide", key: "a", does: "approve", run: approve },
    { group: "Decide", key: "x", does: "reject with a note", run: refuse },
    { group: "Decide", key: "d", does: "decide the waiting gate", run: decideGate },
    { group: "Decide", key: "z", does: "undo", run: () => undoButton()?.click() },
    { group: "Change", key: "o", does: "owner", menu: "person", label: "Assign…", needs: "reassign", run: owner },
    { group: "Change", key: "m", does: "move to…", menu: "move", label: "Move to…", needs: "move", run: onStep("[data-key-move]") },
    { group: "Change", key: "u", does: "up in the column", menu: "up", label: "Move up", needs: "move", run: shift("up") },
    { group: "Change", key: "i", does: "down in the column", menu: "down", label: "Move down", needs: "move", run: shift("down") },
    { group: "Change", key: "e", does: "edit", menu: "edit", label: "Edit", needs: "edit", run: onStep("[data-key-edit]"), below: true },
    { group: "Change", key: "c", does: "comment", menu: "comment", label: "Comment", needs: "comment", run: onStep("[data-key-comment]") },
    { group: "Change", key: "y", does: "copy the link", menu: "copy", label: "Copy link", run: copyLink },
    { group: "Change", key: ".", does: "actions menu", run: menu },
    { group: "Page", key: "p", does: "hold live changes", run: () => board?.hold() },
    { group: "Page", key: "?", does: "show these keys", run: () => showKeys(registry(null)) },
  ];
}

function press(event, keys) {
  const entry = keys.get(event.key);
  if (!entry || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (!singleKeys() && !WITHOUT_LETTERS.test(event.key)) return;
  if (document.querySelector("dialog[open], [popover]:popover-open") || (typing() && !entry.always)) return;
  if (entry.only && !entry.only()) return;
  if (event.key.startsWith("Arrow") && !walks()) return;
  event.preventDefault();
  entry.run();
}

/** Ctrl and Enter send the form that one types in. */
function sendForm(event) {
  const form = event.target.closest?.("form");
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !form) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("[data-ctrl-enter]") ?? undefined);
}

export function startKeys(board) {
  const entries = registry(board);
  const keys = new Map(entries.flatMap((entry) => [[entry.key, entry], ...(entry.also ? [[entry.also, entry]] : [])]));
  document.addEventListener("keydown", (event) => press(event, keys));
  document.addEventListener("keydown", sendForm);
  document.addEventListener("click", (event) => {
    const dots = event.target.closest(".card-menu");
    if (dots && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      dots.closest("article").focus({ preventScroll: true });
      menu();
    }
    if (event.target.closest("[data-show-keys]")) showKeys(registry(null));
  });
  startHelp();
}
