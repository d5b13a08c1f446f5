// The keys of the board, its cards and the drawer.

import { actOn, focusedCard, justChanged } from "./cards.js";
import { close as closeDrawer, enter, open, openStep } from "./drawer.js";
import { addKeys, can } from "./keys.js";
import { later } from "./later.js";
import { act, reject, send } from "./sending.js";
import { leaveWall } from "./settings.js";
import { undoButton } from "./toast.js";
import { across, along, walks } from "./walk.js";

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
  if (!article) return inDrawer("#decide-note")?.focus();
  const button = article.querySelector("[data-reject]");
  return button && can("reject") ? reject(button) : null;
}

const pickOwner = (article) => later("picker").then((picker) => picker.pickOwner(article));

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

function copyLink() {
  const article = focusedCard();
  const link = article ? linkOf(article) : inDrawer("[data-permalink]");
  if (link) later("link").then((found) => found.copyLink(link));
}

function leave() {
  if (closeDrawer() || leaveWall()) return;
  document.activeElement?.blur();
}

const bulk = () => later("bulk");
const menu = () => focusedCard() && later("menu").then((found) => found.openMenu(focusedCard()));
const gate = () => document.querySelector("#banner a[data-decide]");

const here = () => focusedCard() ?? inDrawer("[data-step]");
const asks = (selector) => () => (focusedCard() ?? document.getElementById("drawer")).querySelector(selector);
const onCard = () => document.activeElement === focusedCard();
const walking = (key) => !key?.startsWith("Arrow") || walks();

const step = (entry) => ({ group: "Change", on: "step", may: here, ...entry });

/** `board` null means that there is none to hold. */
export const boardKeys = (board) => [
  { group: "Move", key: "j", also: "ArrowDown", does: "next step", may: walking, run: () => along(1) },
  { group: "Move", key: "k", also: "ArrowUp", does: "previous step", may: walking, run: () => along(-1) },
  { group: "Move", key: "h", also: "ArrowLeft", does: "column to the left", may: walking, run: () => across(-1) },
  { group: "Move", key: "l", also: "ArrowRight", does: "column to the right", may: walking, run: () => across(1) },
  step({ group: "Move", key: "Enter", does: "open the step", icon: "eye", label: "Open", may: onCard, run: () => opened(focusedCard()) }),
  { group: "Move", key: "Escape", does: "close, back to the card", run: leave, always: true },
  step({ group: "Decide", key: "a", does: "approve", icon: "check", label: "Approve", needs: "approve", may: asks("[data-key-approve]"), run: approve }),
  step({ group: "Decide", key: "x", does: "reject with a note", icon: "close", label: "Reject…", needs: "reject", may: asks("[data-reject], #decide-note"), run: refuse }),
  { group: "Decide", key: "d", does: "decide the waiting gate", may: gate, run: () => gate()?.click() },
  { group: "Decide", key: "z", does: "undo", may: undoButton, run: () => undoButton()?.click() },
  step({ key: "o", does: "owner", icon: "person", label: "Assign…", needs: "reassign", run: owner }),
  step({ key: "m", does: "move to…", icon: "move", label: "Move to…", needs: "move", run: onStep("[data-key-move]") }),
  step({ key: "u", does: "up in the column", icon: "up", label: "Move up", needs: "move", run: shift("up") }),
  step({ key: "i", does: "down in the column", icon: "down", label: "Move down", needs: "move", run: shift("down") }),
  step({ key: "e", does: "edit", icon: "edit", label: "Edit", needs: "edit", run: onStep("[data-key-edit]"), below: true }),
  step({ key: "c", does: "comment", icon: "comment", label: "Comment", needs: "comment", run: onStep("[data-key-comment]") }),
  step({ key: "y", does: "copy the link", icon: "copy", label: "Copy link", run: copyLink }),
  step({ key: "v", does: "select", icon: "check", label: "Select", needs: "move", may: focusedCard, run: () => { const at = focusedCard(); bulk().then((found) => found.toggle(at)); } }),
  { group: "Change", key: "J", does: "select and go on", needs: "move", may: focusedCard, run: () => bulk().then((found) => found.extend(1)) },
  { group: "Change", key: "K", does: "select and go back", needs: "move", may: focusedCard, run: () => bulk().then((found) => found.extend(-1)) },
  { group: "Change", key: ".", does: "actions menu", may: focusedCard, run: menu },
  ...(board ? [{ group: "Live", key: "p", does: "hold live changes", run: () => board.hold() }] : []),
];

/** `board` is what `startBoard` gave; null on a step's own page. */
export function startBoardKeys(board) {
  if (!document.querySelector("#drawer:not(.need-slot)")) return;
  addKeys(boardKeys(board));
  document.addEventListener("click", (event) => {
    const dots = event.target.closest(".card-menu");
    if (!dots || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    dots.closest("article").focus({ preventScroll: true });
    menu();
  });
  document.addEventListener("click", choose, { capture: true });
  document.addEventListener("pointerdown", grab);
  if (can("move")) document.getElementById("board")?.addEventListener("pointerover", bulk, { once: true });
  // There before the finger is: a browser asks at the first touch whether anything may keep it from scrolling.
  document.getElementById("board")?.addEventListener("touchmove", (event) => event.cancelable && "ownDragging" in event.currentTarget.dataset && event.preventDefault(), { passive: false });
  document.addEventListener("dragstart", (event) => event.target.closest("#board") && event.preventDefault());
  document.addEventListener("input", ({ target }) => {
    if (target.matches("[data-find-owner]")) later("picker").then((picker) => picker.findOwner(target));
  });
}

/** A press on a card that is not one on a button may become a drag. */
function grab(event) {
  const article = event.target.closest("#board article");
  const isButton = event.target.closest("button, .card a:not([data-open])");
  if (!article || isButton || event.button || !event.isPrimary || !can("move")) return;
  // The script may come when the press is over: a drag that nobody holds would swallow the next click.
  const over = new AbortController();
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => over.abort(), { capture: true, signal: over.signal });
  later("drag").then((drag) => over.signal.aborted || drag.press(event, article));
}

/** A card's owner is a link to its drawer; a plain press hangs the owner picker on the card instead. */
function choose(event) {
  const article = event.target.closest("[data-pick-owner]")?.closest("article");
  if (!article || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  event.stopPropagation();
  pickOwner(article);
}
