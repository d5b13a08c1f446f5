// Find or run: one box for plans, steps, sessions and everything that a key does here.
//
// The board answers what is typed with options (part=palette of /search/); what keys do is known here. `>` asks
// for deeds only, `#` for a step's number, `@` for sessions; those two the board understands by itself.

import { say } from "../announce.js";
import { focusedCard } from "../cards.js";
import { open, openStep } from "../drawer.js";
import { goLinks, keysOf } from "../keylist.js";
import { keysNow } from "../keys.js";
import { parse } from "../morph.js";
import { readingOf, tellChanged } from "../reading.js";

const PATIENCE = 120;
const STEPS = { ArrowDown: 1, ArrowUp: -1 };
const HINTS = [["↑ ↓", "choose"], ["↵", "run"], [">", "actions only"], ["#", "step number"], ["@", "session"]];
const NO_WORDS = "The board did not answer. What keys do still works here.";

let dialog = null;
let offered = [];
let subject = "";
let reading = "";
let title = "";
let timer = 0;
let asking = new AbortController();
let waits = false;
let wanted = false;

const part = (selector) => dialog.querySelector(selector);
const field = () => part("input");
const options = () => [...dialog.querySelectorAll("[role=option]")];
const chosen = () => part("[aria-selected=true]");

function make(name, properties = {}, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) made.setAttribute(key, value);
  made.append(...inside);
  return made;
}

function icon(name) {
  const drawn = document.getElementById("menu-item").content.querySelector("svg").cloneNode(true);
  const use = drawn.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${name}`));
  return drawn;
}

function build() {
  const input = make("input", {
    "type": "text", "role": "combobox", "aria-autocomplete": "list", "aria-expanded": "true", "aria-controls": "palette-list",
    "aria-label": "Find a plan, step or session, or run an action", "placeholder": "Find or run…",
    "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false", "maxlength": "200", "enterkeyhint": "go",
  });
  const close = make("button", { "type": "button", "class": "palette-close", "aria-label": "Close" }, make("kbd", {}, "Esc"));
  close.addEventListener("click", () => dialog.close());
  const list = make("div", { "class": "options", "role": "listbox", "id": "palette-list", "aria-label": "Results", "tabindex": "-1" });
  const deeds = make("div", { "data-deeds": "", "role": "presentation" });
  const found = make("div", { "data-found": "", "role": "presentation" });
  list.append(deeds, found, make("div", { "data-go-to": "", "role": "presentation" }));
  const hints = HINTS.map(([keys, does]) => make("span", {}, ...keys.split(" ").flatMap((key) => [make("kbd", {}, key), " "]), does));
  dialog = make("dialog", { "class": "dialog palette", "id": "palette", "aria-label": "Find or run" },
    make("div", { "class": "palette-field" }, icon("search"), input, close), list,
    make("p", { "class": "palette-none", "role": "status" }), make("div", { "class": "palette-foot", "aria-hidden": "true" }, ...hints));
  input.addEventListener("input", typed);
  dialog.addEventListener("keydown", pressed);
  dialog.addEventListener("click", clicked);
  dialog.addEventListener("close", () => asking.abort());
  document.getElementById("main").append(dialog);
}

/** What has the focus as the palette opens is what its deeds are about. */
const about = () => focusedCard()?.id.replace("step-", "") ?? openStep() ?? "";
const read = () => readingOf(focusedCard() ?? document.querySelector("#drawer [data-step]"));

export function openPalette(text = "") {
  if (!dialog) build();
  if (dialog.open) return;
  [subject, reading] = [about(), read()];
  title = `Step ${subject} ${focusedCard() ? "has focus" : "is open"}`;
  offered = keysNow().filter((entry) => !entry.also && !entry.always);
  field().value = text;
  part("[data-found]").replaceChildren();
  dialog.showModal();
  field().focus();
  typed();
}

// What is offered

function typed() {
  const text = field().value.trim();
  const local = /^[#@]/.test(text) ? null : text.replace(/^>\s*/, "").toLowerCase().split(/\s+/).filter(Boolean);
  wanted = false;
  waits = true;
  showLocal(local);
  clearTimeout(timer);
  asking.abort();
  tell("");
  if (!text || text.startsWith(">")) arrived("");
  else timer = setTimeout(ask, PATIENCE, text);
}

/** What keys do for the step, what they do on the page, and where `g` leads; null shows none of it. */
function showLocal(words) {
  const deeds = offered.filter((entry) => entry.on === "step");
  const others = offered.filter((entry) => entry.on !== "step");
  const links = [...goLinks(), ...placesToGo()];
  part("[data-deeds]").replaceChildren(...group(title, deeds, words), ...(words?.length ? [] : group("On this screen", others, words)));
  part("[data-go-to]").replaceChildren(...(words?.length ? group("On this screen", others, words) : []), ...group("Go to", links, words));
  choose(options()[0]);
}

/** Name what can be gone to besides, once each: a phone's page has the same links elsewhere. */
function placesToGo() {
  const links = new Map([...document.querySelectorAll("a[data-palette]")].map((link) => [link.href, link]));
  return [...links.values()].map((link) => ({ does: link.textContent.trim(), link }));
}

function group(name, entries, words) {
  const fitting = words ? entries.filter((entry) => words.every((word) => saidOf(entry).toLowerCase().includes(word))) : [];
  if (!fitting.length) return [];
  const head = make("div", { "class": "options-title", "role": "presentation" }, name);
  return [make("div", { "role": "group", "aria-label": name }, head, ...fitting.map((entry) => option(entry, words)))];
}

const nameOf = (entry) => entry.label ?? entry.does[0].toUpperCase() + entry.does.slice(1);
const saidOf = (entry) => `${nameOf(entry)} ${entry.does}${entry.on === "step" ? ` step ${subject}` : ""}`;

function option(entry, words) {
  const made = make(entry.link ? "a" : "div", { "class": "option", "role": "option", ...(entry.link && { href: entry.link.href, tabindex: "-1" }) });
  const drawn = entry.link?.querySelector("svg")?.cloneNode(true) ?? icon(entry.icon ?? "key");
  const side = make("span", { "class": "option-side" }, ...(entry.key ? keysOf(entry.key) : []));
  made.append(drawn, make("span", { "class": "option-text" }, ...marked(nameOf(entry), words)), side);
  if (entry.run) made.addEventListener("click", () => run(entry));
  return made;
}

/** Mark the words that were typed, as the board marks them in what it finds. */
function marked(text, words) {
  if (!words.length) return [text];
  const pieces = text.split(new RegExp(`(${words.map(RegExp.escape ?? escaped).join("|")})`, "i"));
  return pieces.map((piece, at) => (at % 2 ? make("mark", {}, piece) : piece));
}

const escaped = (word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

async function ask(text) {
  asking = new AbortController();
  const { signal } = asking;
  const here = document.getElementById("board")?.dataset.namespace ?? document.getElementById("sidebar-plans")?.dataset.current ?? "";
  const answer = await fetch(`/search/?${new URLSearchParams({ q: text, part: "palette", here })}`, { signal }).catch(() => null);
  if (signal.aborted) return;
  if (!answer?.ok || answer.redirected) {
    arrived("");
    tell(answer?.redirected ? "You are signed out. Reload the page to sign in." : NO_WORDS);
    return;
  }
  const html = await answer.text().catch(() => "");
  if (!signal.aborted) arrived(html);
}

/** Put the board's options where they belong; what was chosen stays chosen. */
function arrived(html) {
  waits = false;
  part("[data-found]").replaceChildren(parse(html));
  if (!chosen()) choose(options()[0]);
  else number();
  if (!options().length) tell("Nothing has all these words.");
  if (wanted && chosen()) chosen().click();
}

function tell(sentence) {
  part("[role=status]").textContent = sentence;
}

// Choosing and running

function number() {
  options().forEach((one, at) => (one.id = `palette-option-${at + 1}`));
  const one = chosen();
  field().setAttribute("aria-expanded", String(options().length > 0));
  if (one) field().setAttribute("aria-activedescendant", one.id);
  else field().removeAttribute("aria-activedescendant");
}

function choose(one) {
  for (const other of options()) other.setAttribute("aria-selected", String(other === one));
  number();
  one?.scrollIntoView({ block: "nearest" });
}

function pressed(event) {
  if (event.isComposing) return;
  if (event.key in STEPS) {
    event.preventDefault();
    const all = options();
    choose(all[(all.indexOf(chosen()) + STEPS[event.key] + all.length) % all.length]);
  } else if (event.key === "Enter" && event.target === field()) {
    event.preventDefault();
    const { ctrlKey, metaKey } = event;
    // What the board found for other words than these is not what is meant.
    wanted = waits && (!chosen() || part("[data-found]").contains(chosen()));
    if (!wanted) chosen()?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey, metaKey }));
  } else if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    dialog.close();
  }
}

function clicked(event) {
  if (event.target === dialog) dialog.close();
  const link = event.target.closest("a[role=option]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  dialog.close();
  const url = new URL(link.href);
  const step = url.searchParams.get("step");
  if (!step || url.pathname !== location.pathname || !document.getElementById("board")) return;
  event.preventDefault();
  open(`${url.pathname}steps/${step}/`);
}

/** The focus goes back first; a step that is gone meanwhile leaves nothing that the deed was meant for, and one that
 *  changed is not decided on unseen. */
function run(entry) {
  dialog.close();
  if (entry.on === "step" && about() !== subject) say(`Step ${subject} is gone. Nothing was done.`);
  else if (entry.on === "step" && entry.group === "Decide" && read() !== reading) tellChanged(subject);
  else entry.run();
}
