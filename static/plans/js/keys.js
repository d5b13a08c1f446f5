// The keys of this page in one list: it moves the hands; menus, the help and the palette are written from it.

import { typing } from "./announce.js";
import { later } from "./later.js";

const LETTERS = "planboard.keys";
const MAP = "planboard.keymap";
const NO_LETTER = /^(Arrow|Enter|Escape|Home|End)/;
const GO = "g";
const SECOND_WITHIN = 1500;

const list = [];
let first = "";
let timer = 0;
let early = null;
let hinted = null;

/**
 * Add keys to this page's list, and with that to its help and to the palette:
 *
 *     addKeys([{ group: "Track", key: "f", does: "fold or unfold a finished wave", run: fold }]);
 *
 * - group, does: where the help names it, and what it says ("next step")
 * - key: as `event.key` gives it ("f", "J", "Home"); also: a second one, which no person changes
 * - run(): does it
 * - label, icon: how menus and the palette name and draw it, where `does` is too short
 * - on: "step" puts it into a card's menu (with an icon) and among what the palette offers for the focused step
 * - may(key): tells whether it does anything now; otherwise the press is left alone. Without a key: whether it
 *   is to be offered
 * - here(): tells whether this page has what it acts on at all; otherwise nothing names the key
 * - needs: the verb that one must be allowed for it to be offered
 * - always: acts while one types, too
 *
 * Where two have the same key, the one that a person chose it for acts, or else the one that was added last.
 * Gives a function that takes them away again.
 */
export function addKeys(entries) {
  list.push(...entries);
  return () => entries.forEach((entry) => list.splice(list.indexOf(entry), 1));
}

function kept(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null; // Storage is blocked: the keys are as they were made.
  }
}

/** Tell whether letters act; they rest while one types in any case. */
export const singleKeys = () => kept(LETTERS) !== "off";

/** Which other key this person presses for a key, by that key. */
export function keymap() {
  try {
    return JSON.parse(kept(MAP)) ?? {};
  } catch {
    return {};
  }
}

/** Hints are written anew only for who has keys of their own. */
const paintHints = () => (!singleKeys() || Object.keys(keymap()).length || hinted) && (hinted = later("hints").then((hints) => hints.paintHints()));

/** Keep a choice about keys in this browser: `LETTERS` on or off, or another map. */
export function keepKeys({ letters, map }) {
  try {
    if (letters !== undefined) localStorage.setItem(LETTERS, letters ? "on" : "off");
    if (map) localStorage.setItem(MAP, JSON.stringify(map));
  } catch {
    // Storage is blocked: the choice cannot be kept.
  }
  paintHints();
}

/** Tell whether this person is allowed a verb on the board; elsewhere what is not allowed is not drawn. */
export function can(verb) {
  const board = document.getElementById("board");
  return !verb || !board || board.dataset.can.split(" ").includes(verb);
}

const may = (entry, key) => !entry.may || entry.may(key);

/** Give entries with the key that this person presses for each; `default` is the usual one. */
export function withMap(entries) {
  const map = keymap();
  return entries.map((entry) => ({ ...entry, default: entry.key, key: map[entry.key] ?? entry.key }));
}

/** Give the keys of this page. */
export const allKeys = () => withMap(list.filter((entry) => !entry.here || entry.here()));

/** Give those of them that do something here and now. */
export const keysNow = () => allKeys().filter((entry) => can(entry.needs) && may(entry));

function press(event) {
  if (event.defaultPrevented || event.altKey || event.isComposing) return;
  const inDialog = document.querySelector("dialog[open], [popover]:popover-open");
  if (event.ctrlKey || event.metaKey) chord(event, inDialog);
  else if (early !== null) keepEarly(event);
  else if (!inDialog) single(event);
}

/** Ctrl and Enter send the form that one types in; Ctrl and K open the palette wherever one is. */
function chord(event, inDialog) {
  const form = event.target.closest?.("form");
  if (event.key === "Enter" && form) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-ctrl-enter]") ?? undefined);
  } else if (event.key.toLowerCase() === "k" && !event.shiftKey && !inDialog) {
    event.preventDefault();
    openPalette();
  }
}

function single(event) {
  const { key } = event;
  if (!NO_LETTER.test(key) && !singleKeys()) return;
  if (!typing() && (first || key === GO)) return go(event);
  const found = allKeys().filter((entry) => [entry.key, entry.also].includes(key) && (!typing() || entry.always));
  const able = found.filter((other) => may(other, key));
  const entry = able.find((other) => other.key !== other.default && other.key === key) ?? able.at(-1);
  if (!entry || (event.repeat && entry.group === "Decide")) return; // a key that is held down decides once
  event.preventDefault();
  entry.run();
}

/** `g` and a letter follow the page's link of that letter; nothing else happens, whatever the letter is. */
function go(event) {
  if (event.key === "Shift") return;
  event.preventDefault();
  clearTimeout(timer);
  if (first) document.querySelector(`a[data-go="${CSS.escape(event.key)}"]`)?.click();
  first = first ? "" : GO;
  if (first) timer = setTimeout(() => (first = ""), SECOND_WITHIN);
}

/** Until the palette is there, what is typed is kept for it, and does nothing else. */
async function openPalette() {
  if (early !== null) return;
  early = "";
  try {
    const palette = await later("palette");
    palette.openPalette(early);
  } finally {
    early = null;
  }
}

function keepEarly(event) {
  if (event.key.length > 1) return;
  event.preventDefault();
  early += event.key;
}

export const showKeys = () => later("help").then((help) => help.showKeys());

export function startKeys() {
  document.addEventListener("keydown", press);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-show-keys]")) showKeys();
    if (!event.target.closest("[data-find]") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openPalette();
  });
  addKeys([
    { group: "Move", key: "/", does: "filter", here: () => document.querySelector("[data-filter]"), run: () => document.querySelector("[data-filter]").focus() },
    { group: "Go to", key: "?", does: "show these keys", run: showKeys },
  ]);
  paintHints();
}
