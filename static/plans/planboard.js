/* Made by `make assets` from the files in js/; change those. */
const in_time = (() => {
const MINUTE = 60_000;
const clockFormat = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hour12: false });
const fullFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
function age(ms) {
const seconds = Math.max(0, Math.round(ms / 1000));
if (seconds < 60) return `${seconds} s`;
if (seconds < 7200) return `${Math.round(seconds / 60)} m`;
if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h`;
return `${Math.round(seconds / 86_400)} d`;
}
function words(element, at) {
const before = element.dataset.before ?? "";
const after = element.dataset.after ?? "";
const text = element.dataset.age === undefined ? clockFormat.format(at) : age(Date.now() - at);
return before + text + after;
}
function fillTimes(root = document) {
for (const element of root.querySelectorAll("time[datetime]")) {
const at = Date.parse(element.dateTime);
if (Number.isNaN(at)) continue;
const text = words(element, at);
if (element.textContent !== text) element.textContent = text;
if (!element.title) element.title = fullFormat.format(at);
}
}
function startTimes() {
fillTimes();
setInterval(fillTimes, MINUTE / 4);
}
return { age, fillTimes, startTimes };
})();
const in_morph = (() => {
const own = (node) => node.nodeType === Node.ELEMENT_NODE && node.hasAttribute("data-own");
function parse(html) {
const template = document.createElement("template");
template.innerHTML = html;
return template.content;
}
function morph(from, to) {
if (from.nodeType !== to.nodeType || from.nodeName !== to.nodeName) {
from.replaceWith(to);
return to;
}
if (from.nodeType !== Node.ELEMENT_NODE) {
if (from.nodeValue !== to.nodeValue) from.nodeValue = to.nodeValue;
return from;
}
morphAttributes(from, to);
if (from !== document.activeElement || !isEditor(from)) morphChildren(from, to);
return from;
}
const isEditor = (element) => element.matches("input, textarea, select");
function morphAttributes(from, to) {
for (const { name } of [...from.attributes]) {
if (!to.hasAttribute(name) && !name.startsWith("data-own-") && name !== "tabindex") from.removeAttribute(name);
}
for (const { name, value } of to.attributes) {
if (from.getAttribute(name) !== value) from.setAttribute(name, value);
}
}
const keyOf = (node) => (node?.nodeType === Node.ELEMENT_NODE && (node.id || node.dataset.key)) || "";
function keyed(node) {
return node.id ? document.getElementById(node.id) : document.querySelector(`li[data-key="${CSS.escape(node.dataset.key)}"]`);
}
function moveInto(parent, node, before) {
if (node.isConnected && parent.moveBefore) {
parent.moveBefore(node, before);
return;
}
const focused = node.contains(document.activeElement) ? document.activeElement : null;
parent.insertBefore(node, before);
focused?.focus({ preventScroll: true });
}
function morphChildren(from, to) {
const wanted = [...to.childNodes];
let at = from.firstChild;
for (const node of wanted) {
while (at && own(at)) at = at.nextSibling;
const match = keyOf(node) ? keyed(node) : keyOf(at) ? null : at;
if (!match) {
from.insertBefore(node, at);
} else if (match === at) {
at = morph(at, node).nextSibling;
} else {
moveInto(from, match, at);
morph(match, node);
}
}
while (at) {
const next = at.nextSibling;
if (!own(at)) at.remove();
at = next;
}
}
return { parse, morph, moveInto };
})();
const in_cards = (() => {
const { fillTimes } = in_time;
const { morph, moveInto, parse } = in_morph;
const PIN_LIMIT = 10_000;
const FADES = 3;
const ARRIVES = [{ opacity: 0.2 }, { opacity: 1 }];
const ARRIVES_IN = 140;
const OUTSIDE = Symbol("outside the window");
const COLUMN_NAMES = { todo: "To do", run: "In progress", ask: "Needs you", done: "Done" };
const card = (number) => document.getElementById(`step-${number}`);
const column = (name) => document.getElementById(`col-${name}`);
const itemOf = (article) => article.closest("li");
const focusedCard = () => document.activeElement?.closest?.("article[id^='step-']") ?? null;
const columnOf = (article) => article.closest(".column")?.id.replace("col-", "");
const SETTLES_AFTER = 600;
const settling = new WeakMap();
const waiting = new Map();
let acted = 0;
function actOn(number) {
acted = Number(number);
}
const justChanged = (article) => article.dataset.ownFresh !== undefined;
const isArming = (button) => button.getAttribute("aria-disabled") === "true";
function arm(button) {
button.setAttribute("aria-disabled", "true");
setTimeout(() => button.removeAttribute("aria-disabled"), SETTLES_AFTER);
}
function pulse(element) {
element.classList.remove("is-pulsing");
requestAnimationFrame(() => element.classList.add("is-pulsing"));
}
function unsettle(article) {
clearTimeout(settling.get(article));
article.dataset.ownFresh = "";
settling.set(article, setTimeout(() => delete article.dataset.ownFresh, SETTLES_AFTER));
}
function putCard(op) {
const fresh = parse(op.html).querySelector("article");
if (!fresh) return;
const old = card(op.id);
if (old && Number(old.dataset.at) > Number(fresh.dataset.at)) return;
const article = old ? update(old, fresh) : adopt(fresh);
if (!article) return;
if (isPinned(article) && columnOf(article) && op.id !== acted && spot(article, op)) wait(article, op);
else letGo(article, op);
if (op.id === acted) acted = 0;
}
function dropCard(number) {
const article = card(number);
if (!article) return;
const item = itemOf(article);
if (item.contains(document.activeElement)) {
article.closest(".column")?.querySelector("h2")?.focus({ preventScroll: true });
}
item.remove();
}
function update(old, fresh) {
const before = old.outerHTML;
morph(old, fresh);
fillTimes(old);
if (before !== old.outerHTML) touch(old);
return old;
}
function adopt(fresh) {
const item = document.createElement("li");
item.dataset.key = fresh.id.replace("step-", "");
item.append(document.adoptNode(fresh));
fillTimes(item);
touch(fresh);
return fresh;
}
function touch(article) {
unsettle(article);
if (document.querySelectorAll(".is-changed").length >= FADES) return;
article.classList.add("is-changed");
article.addEventListener("animationend", () => article.classList.remove("is-changed"), { once: true });
}
function place(article, op) {
const to = spot(article, op);
if (!to) return;
const item = itemOf(article);
if (to === OUTSIDE) {
item.remove();
return;
}
if (item.isConnected) unsettle(article);
moveItem(item, to.list, to.next);
}
function spot(article, { col, after }) {
const target = column(col);
const list = target && listFor(target, article);
if (!list) return null;
const above = after === null ? null : card(after);
if (after !== null && !above && target.querySelector("[data-more]")) return OUTSIDE;
const item = itemOf(article);
const over = above && itemOf(above).parentElement === list ? itemOf(above) : null;
if (item.parentElement === list && item.previousElementSibling === over) return null;
return { list, next: over ? over.nextElementSibling : list.firstElementChild };
}
function listFor(target, article) {
const group = article.dataset.group;
return (group && target.querySelector(`.card-list[data-group="${group}"]`)) || target.querySelector(".card-list");
}
function moveItem(item, list, next) {
const body = list.closest(".column-body");
const held = body ? anchor(body) : null;
const crosses = item.isConnected && !body?.contains(item);
moveInto(list, item, next);
if (crosses && !matchMedia("(prefers-reduced-motion: reduce)").matches) item.animate(ARRIVES, ARRIVES_IN);
if (held) body.scrollTop += held.element.getBoundingClientRect().top - held.top;
}
function anchor(body) {
if (body.scrollTop === 0) return null;
const top = body.getBoundingClientRect().top;
const element = [...body.querySelectorAll("li")].find((item) => item.getBoundingClientRect().bottom > top);
return element ? { element, top: element.getBoundingClientRect().top } : null;
}
const isPinned = (article) => article.matches(":hover") || article.contains(document.activeElement);
function wait(article, op) {
const known = waiting.get(op.id);
const since = known?.since ?? performance.now();
const note = known?.note ?? document.createElement("p");
note.className = "card-note is-moved";
note.dataset.own = "";
note.textContent = columnOf(article) === op.col ? "moved" : `moved to ${COLUMN_NAMES[op.col]}`;
if (!note.isConnected) article.append(note);
waiting.set(op.id, { op, since, note });
}
function letGo(article, op) {
waiting.get(op.id)?.note.remove();
waiting.delete(op.id);
place(article, op);
}
function releasePinned() {
for (const [number, { op, since }] of waiting) {
const article = card(number);
if (!article) waiting.delete(number);
else if (!isPinned(article) || performance.now() - since >= PIN_LIMIT) letGo(article, op);
}
}
return { card, column, itemOf, focusedCard, columnOf, actOn, justChanged, isArming, arm, pulse, putCard, dropCard, releasePinned };
})();
const in_checksum = (() => {
const encoder = new TextEncoder();
function checksum(revisions) {
const pairs = [...revisions].sort(([one], [other]) => one - other);
const bytes = encoder.encode(pairs.map(([number, revision]) => `${number}:${revision};`).join(""));
let value = 0x811c9dc5;
for (const byte of bytes) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
return value.toString(16).padStart(8, "0");
}
function readRevisions(text) {
const pairs = text ? text.split(",").map((pair) => pair.split(":").map(Number)) : [];
return new Map(pairs);
}
return { checksum, readRevisions };
})();
const in_announce = (() => {
const CLEARED_AFTER = 7000;
const PAUSES = { own: 0, needs: 10_000, watched: 5_000 };
const spoken = { own: -Infinity, needs: -Infinity, watched: -Infinity };
let timer = 0;
function say(sentence, kind = "own") {
const now = performance.now();
if (now - spoken[kind] < PAUSES[kind] || (kind !== "own" && typing())) return;
spoken[kind] = now;
speak(document.getElementById("announce"), sentence);
}
function alertPerson(sentence) {
speak(document.getElementById("alert"), sentence);
}
const typing = () => document.activeElement?.matches("input, textarea, select, [contenteditable]");
function speak(region, sentence) {
if (!region) return;
region.textContent = "";
clearTimeout(timer);
setTimeout(() => {
region.textContent = sentence.split(/\s+/).slice(0, 12).join(" ");
timer = setTimeout(() => (region.textContent = ""), CLEARED_AFTER);
}, 100);
}
return { say, alertPerson, typing };
})();
const in_tidying = (() => {
const { fillTimes } = in_time;
const times = (section, selector) =>
[...section.querySelectorAll(selector)].map((element) => element.dateTime).filter(Boolean).sort();
const FACTS = {
run: (section) => {
const owners = new Set([...section.querySelectorAll("article")].map((article) => article.dataset.owner));
owners.delete("");
return { words: owners.size ? `${owners.size.toLocaleString()} session${owners.size === 1 ? "" : "s"}` : "" };
},
ask: (section) => ({ words: "oldest ", since: times(section, "time[data-before='waits '], time[data-before='for ']")[0] }),
done: (section) => ({ words: "last ", since: times(section, ".card-facts > time").at(-1) }),
};
function tidy(section) {
if (!section) return;
const shown = section.querySelectorAll(".card-list > li").length;
const empty = section.querySelector("[data-empty]");
if (empty) empty.hidden = shown > 0;
if (section.querySelector("[data-more]")) {
const count = section.querySelector("[data-count]").textContent;
section.querySelector("[data-window]").textContent = `${shown.toLocaleString()} of ${count} shown`;
} else {
countGroups(section);
sayFact(section.querySelector("[data-fact]"), section);
}
}
function countGroups(section) {
if (section.querySelector("[data-more]")) return;
for (const head of section.querySelectorAll("[data-group-head]")) {
const list = section.querySelector(`.card-list[data-group="${head.dataset.groupHead}"]`);
const number = list.querySelectorAll(":scope > li:not([hidden])").length;
head.hidden = number === 0;
head.querySelector("span").textContent = number.toLocaleString();
}
}
function sayFact(slot, section) {
const fact = FACTS[slot?.dataset.fact]?.(section);
if (!fact) return;
if (!("since" in fact)) {
slot.textContent = fact.words;
return;
}
slot.replaceChildren();
if (!fact.since) return;
const time = document.createElement("time");
Object.assign(time.dataset, { age: "", before: fact.words });
time.dateTime = fact.since;
slot.append(time);
fillTimes(slot);
}
return { tidy, countGroups };
})();
const in_filter = (() => {
const { countGroups } = in_tidying;
const box = () => document.querySelector("[data-filter]");
function filterCards() {
const words = (box()?.value ?? "").toLowerCase().split(/\s+/).filter(Boolean);
const items = document.querySelectorAll("[data-filtered] li[data-key]");
let shown = 0;
for (const item of items) {
const text = words.length ? item.textContent.toLowerCase() : "";
item.hidden = !words.every((word) => text.includes(word));
shown += item.hidden ? 0 : 1;
}
document.querySelectorAll(".column").forEach(countGroups);
const none = document.querySelector("[data-no-match]");
if (none) none.hidden = words.length === 0 || shown > 0;
}
function startFilter() {
const input = box();
if (!input) return;
input.addEventListener("input", () => {
filterCards();
const url = new URL(location.href);
if (input.value) url.searchParams.set("q", input.value);
else url.searchParams.delete("q");
history.replaceState(history.state, "", url);
document.dispatchEvent(new CustomEvent("planboard:filter"));
});
document.addEventListener("click", (event) => {
if (!event.target.closest("[data-clear-filter]")) return;
event.preventDefault();
input.value = "";
input.dispatchEvent(new Event("input"));
input.focus();
});
filterCards();
}
return { filterCards, startFilter };
})();
const in_status = (() => {
const { alertPerson } = in_announce;
const WORDS = {
live: "Live",
catching: "Catching up",
reconnecting: "Reconnecting",
polling: "Live, every 5 s",
held: "Held:",
signedOut: "Signed out",
noAccess: "No access",
};
const LOST = new Set(["reconnecting", "signedOut", "noAccess"]);
const ALERT_AFTER = 10_000;
let now = { state: "catching", detail: "" };
let alertTimer = 0;
function show(state, detail = "") {
const changed = state !== now.state;
now = { state, detail };
paint();
if (!changed) return;
clearTimeout(alertTimer);
if (state === "reconnecting") alertTimer = setTimeout(() => alertPerson("Connection lost. Changes wait."), ALERT_AFTER);
if (state === "signedOut") alertPerson("You are signed out.");
}
const state = () => now.state;
function paint() {
document.documentElement.dataset.connection = now.state;
document.getElementById("board")?.setAttribute("aria-busy", String(now.state === "catching"));
for (const chip of document.querySelectorAll("[data-connection-chip]")) paintChip(chip);
}
function paintChip(chip) {
chip.classList.toggle("is-lost", LOST.has(now.state));
chip.classList.toggle("is-catching-up", now.state === "catching");
const text = chip.querySelector("[data-connection-words]");
if (text) text.textContent = [WORDS[now.state], now.detail].filter(Boolean).join(" ");
const facts = chip.querySelector("[data-connection-facts]");
if (facts) facts.hidden = now.state !== "live";
const retry = chip.querySelector("[data-retry]");
if (retry) retry.hidden = now.state !== "reconnecting";
const signIn = chip.querySelector("[data-sign-in]");
if (signIn) signIn.hidden = now.state !== "signedOut";
}
return { show, state, paint };
})();
const in_live = (() => {
const { checksum } = in_checksum;
const { show } = in_status;
const SILENCE = 35_000;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;
const SOCKETS_BEFORE_POLLING = 3;
const POLL_EVERY = 5_000;
const SIGNED_OUT = 4401;
const NO_ACCESS = 4403;
class Line {
constructor(url, page) {
this.url = url;
this.page = page;
this.failures = 0;
this.timers = {};
this.ended = false;
}
start() {
this.connect();
document.addEventListener("visibilitychange", () => document.hidden || this.wake());
addEventListener("pageshow", (event) => event.persisted && this.wake({ stale: true }));
addEventListener("online", () => this.wake());
addEventListener("pagehide", () => this.socket?.close());
}
wake({ stale = false } = {}) {
if (this.ended) return;
if (this.socket?.readyState === WebSocket.OPEN && !stale) this.hello();
else if (this.socket?.readyState !== WebSocket.CONNECTING || stale) this.connect();
}
connect() {
this.drop();
if (this.failures === 0) show("catching");
const socket = new WebSocket(this.url);
this.socket = socket;
socket.addEventListener("open", () => this.hello());
socket.addEventListener("message", (event) => this.heard(socket, event.data));
socket.addEventListener("close", (event) => socket === this.socket && this.closed(event.code));
this.listenForSilence();
}
hello() {
if (this.page.overflowed) return void this.resync();
this.send({ type: "hello", epoch: this.page.epoch, rev: this.page.rev });
}
send(message) {
if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
}
heard(socket, text) {
if (socket !== this.socket) return;
this.failures = 0;
clearInterval(this.timers.poll);
this.listenForSilence();
const message = JSON.parse(text);
if (message.type === "resync") this.resync();
else if (message.type === "heartbeat") this.check(message);
else if (message.type === "state") this.page.applyState(message);
else if (message.ops) this.frame(message);
if (!this.resyncing) this.page.settled();
}
frame(frame) {
if (frame.epoch === this.page.epoch && frame.rev <= this.page.rev) {
this.send({ type: "ack", rev: frame.rev });
} else if (frame.epoch !== this.page.epoch || frame.prev !== this.page.rev) {
this.resync();
} else {
this.page.apply(frame);
this.send({ type: "ack", rev: frame.rev });
}
}
check({ epoch, rev, sum }) {
if (this.resyncing || (epoch === this.page.epoch && rev < this.page.rev)) return;
const same = epoch === this.page.epoch && rev === this.page.rev && sum === checksum(this.page.revisions);
if (!same) this.resync();
}
async resync() {
if (this.resyncing) return;
this.resyncing = true;
show("catching");
const fetched = await this.page.resync();
this.resyncing = false;
if (fetched) this.hello();
else this.closed(0);
}
closed(code) {
this.drop();
if (code === SIGNED_OUT || code === NO_ACCESS) {
this.ended = true;
show(code === SIGNED_OUT ? "signedOut" : "noAccess");
return;
}
this.failures += 1;
if (this.failures === SOCKETS_BEFORE_POLLING) this.poll();
const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.failures);
this.countDown(FIRST_PAUSE + Math.random() * (longest - FIRST_PAUSE));
}
countDown(pause) {
const due = performance.now() + pause;
const tell = () => {
const left = Math.max(0, due - performance.now());
if (!this.polled) show("reconnecting", `in ${Math.ceil(left / 1000)} s`);
};
tell();
this.timers.tell = setInterval(tell, 1000);
this.timers.connect = setTimeout(() => this.connect(), pause);
}
poll() {
clearInterval(this.timers.poll);
this.timers.poll = setInterval(async () => {
this.polled = !document.hidden && (await this.page.resync());
if (this.polled && this.socket?.readyState !== WebSocket.OPEN) show("polling");
}, POLL_EVERY);
}
listenForSilence() {
clearTimeout(this.timers.silence);
this.timers.silence = setTimeout(() => this.closed(0), SILENCE);
}
drop() {
clearTimeout(this.timers.silence);
clearTimeout(this.timers.connect);
clearInterval(this.timers.tell);
const socket = this.socket;
this.socket = null;
socket?.close();
}
}
return { Line };
})();
const in_unsaved = (() => {
const { card } = in_cards;
const PREFIX = "planboard.unsaved.";
const HIDDEN = new Set(["csrfmiddlewaretoken", "revision", "key", "critical"]);
const keyOf = (step) => `${PREFIX}${document.getElementById("board")?.dataset.namespace}.${step}`;
function storage(deed) {
try {
return deed(sessionStorage);
} catch {
return null; // Storage is blocked: the form on the page still holds the text.
}
}
function typedIn(form) {
const changed = [...form.elements].filter(
(field) => field.name && !HIDDEN.has(field.name) && "defaultValue" in field && field.value !== field.defaultValue,
);
return changed.length === 1 ? changed[0].name : changed.length ? "edit" : "";
}
function keepUnsaved(form, request) {
const step = form?.dataset.step;
const what = step && (form.closest("dialog") ? known(step)?.what : typedIn(form));
if (!what) return;
const fields = Object.fromEntries([...new URLSearchParams(request.body)].filter(([name]) => name !== "csrfmiddlewaretoken"));
storage((kept) => kept.setItem(keyOf(step), JSON.stringify({ what, url: request.action, fields })));
}
function known(step) {
return JSON.parse(storage((kept) => kept.getItem(keyOf(step))) ?? "null");
}
function saved(form) {
const { step } = form.dataset;
if (!step) return;
storage((kept) => kept.removeItem(keyOf(step)));
card(step)?.querySelector(".is-unsaved")?.remove();
}
function markUnsaved() {
const keys = storage((kept) => Object.keys(kept)) ?? [];
const start = keyOf("");
for (const step of keys.filter((key) => key.startsWith(start)).map((key) => key.slice(start.length))) {
const article = card(step);
if (article && !article.querySelector(".is-unsaved")) article.querySelector(".card-foot").before(mark(step));
}
}
function mark(step) {
const made = document.getElementById("unsaved").content.firstElementChild.cloneNode(true);
made.querySelector("[data-what]").textContent = `Your ${known(step).what} was not saved`;
made.querySelector("button").dataset.compare = step;
return made;
}
function startUnsaved(send) {
markUnsaved();
document.addEventListener("click", (event) => {
const step = event.target.closest("[data-compare]")?.dataset.compare;
const kept = step && known(step);
if (kept) send(kept.url, kept.fields);
});
}
return { keepUnsaved, known, saved, markUnsaved, startUnsaved };
})();
const in_drafts = (() => {
const PREFIX = "planboard.draft.";
const keyOf = (field) => PREFIX + field.dataset.draft;
function store(key, value) {
try {
if (value === null) sessionStorage.removeItem(key);
else sessionStorage.setItem(key, value);
} catch {
}
}
function stored(key) {
try {
return sessionStorage.getItem(key);
} catch {
return null;
}
}
function restoreDrafts(root = document) {
for (const field of root.querySelectorAll("[data-draft]")) {
const kept = stored(keyOf(field));
if (kept === null || kept === field.value) continue;
field.value = kept;
const note = field.form?.querySelector("[data-restored]");
if (note) note.hidden = false;
field.closest("details")?.setAttribute("open", "");
}
}
function forgetDrafts(form) {
for (const field of form.querySelectorAll("[data-draft]")) store(keyOf(field), null);
}
function forgetStep(prefix) {
for (const key of Object.keys(sessionStorage)) {
if (key.startsWith(PREFIX + prefix)) store(key, null);
}
}
function startDrafts() {
document.addEventListener("input", (event) => {
const field = event.target.closest("[data-draft]");
if (field) store(keyOf(field), field.value === field.defaultValue ? null : field.value);
});
restoreDrafts();
}
return { restoreDrafts, forgetDrafts, forgetStep, startDrafts };
})();
const in_drawer = (() => {
const { arm, card, column } = in_cards;
const { fillTimes } = in_time;
const { restoreDrafts } = in_drafts;
const slot = () => document.getElementById("drawer");
const app = () => document.querySelector(".app");
const openStep = () => slot()?.querySelector("[data-step]")?.dataset.step ?? null;
async function open(url, { then = "#drawer-title", push = true } = {}) {
const drawer = slot();
if (!drawer) return;
await load(url);
app().classList.add("has-drawer");
fillTimes(drawer);
restoreDrafts(drawer);
if (push) remember(openStep());
enter(then);
const number = openStep();
card(number)?.scrollIntoView({ block: "nearest", inline: "nearest" });
}
function enter(selector) {
const target = slot().querySelector(selector);
const folded = target?.closest("details");
if (folded) folded.open = true;
const field = folded?.querySelector("form :is(textarea, input:not([type=hidden]), select, button)");
(field ?? target)?.focus({ preventScroll: selector === "#drawer-title" });
}
async function load(url) {
for (let tries = 0; tries < 3; tries += 1) {
await htmx.ajax("GET", url, { target: "#drawer", swap: "innerHTML" });
const shown = Number(slot().querySelector("[data-step]")?.dataset.rev);
const known = Number(card(openStep())?.dataset.rev ?? 0);
if (!(known > shown)) return;
}
}
function close() {
const number = openStep();
if (!number) return false;
const from = card(number);
slot().replaceChildren();
app().classList.remove("has-drawer");
remember(null);
(from ?? column("ask")?.querySelector("h2"))?.focus({ preventScroll: true });
return true;
}
function settleDrawer() {
if (!slot() || !document.getElementById("board")) return;
const number = openStep();
const wasOpen = app().classList.contains("has-drawer");
app().classList.toggle("has-drawer", number !== null);
remember(number);
if (wasOpen && number === null) column("todo")?.querySelector("h2")?.focus({ preventScroll: true });
}
function markOpen() {
for (const other of document.querySelectorAll("article[data-own-open]")) delete other.dataset.ownOpen;
const article = card(openStep());
if (article) article.dataset.ownOpen = "";
}
function remember(number) {
markOpen();
const url = new URL(location.href);
if (number) url.searchParams.set("step", number);
else url.searchParams.delete("step");
if (url.href !== location.href) history.pushState({}, "", url);
}
const FIELDS = "textarea, input:not([type=hidden]), select";
function isChanged(field) {
if (field === document.activeElement) return true;
if (field.options) return [...field.options].some((option) => option.selected !== option.defaultSelected && field.value !== field.options[0].value);
if (/radio|checkbox/.test(field.type)) return field.checked !== field.defaultChecked;
return field.value !== field.defaultValue;
}
const isDirty = () => [...slot().querySelectorAll(FIELDS)].some(isChanged);
async function refresh(number) {
if (String(number) !== openStep()) return;
const facts = slot().querySelector("[data-facts-url]");
if (isDirty() && facts) {
await htmx.ajax("GET", facts.dataset.factsUrl, { target: "#drawer-facts", swap: "outerHTML" });
} else {
await again(facts.dataset.factsUrl.replace(/\?.*/, ""));
}
fillTimes(slot());
}
async function again(url) {
const unfolded = [...slot().querySelectorAll("details[open]")].map((form) => form.id);
const had = slot().contains(document.activeElement);
const place = document.activeElement.id || document.activeElement.closest("[id]")?.id;
const scrolled = slot().querySelector(".drawer-body").scrollTop;
await load(url);
for (const id of unfolded) slot().querySelector(`#${id}`)?.setAttribute("open", "");
slot().querySelector(".drawer-body").scrollTop = scrolled;
if (had) (slot().querySelector(`#${place}`) ?? slot().querySelector("#drawer-title"))?.focus({ preventScroll: true });
}
function armAnswer() {
const button = slot().querySelector("[data-key-approve]");
if (button && !button.dataset.armed) arm(button);
if (button) button.dataset.armed = "";
}
function startDrawer() {
if (!slot()) return;
markOpen();
card(openStep())?.scrollIntoView({ block: "nearest", inline: "nearest" });
document.addEventListener("click", (event) => {
const link = event.target.closest("a[data-open]");
const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
if (link && plain) {
event.preventDefault();
open(link.dataset.open, { then: link.dataset.focus ?? "#drawer-title" });
}
if (event.target.closest("[data-close-drawer]")) {
event.preventDefault();
close();
}
});
new MutationObserver(armAnswer).observe(slot(), { childList: true, subtree: true });
document.addEventListener("planboard:step", (event) => refresh(event.detail.id));
addEventListener("popstate", () => {
const number = new URL(location.href).searchParams.get("step");
if (number) open(`${location.pathname}steps/${number}/`, { push: false });
else if (openStep()) close();
});
}
return { openStep, open, enter, close, settleDrawer, startDrawer };
})();
const in_walk = (() => {
const { card, columnOf, focusedCard } = in_cards;
const { open, openStep } = in_drawer;
const COLUMNS = ["todo", "run", "ask", "done"];
const LOOKED_AT = ["ask", "run", "todo", "done"];
const shown = (section) => [...section.querySelectorAll("li:not([hidden]) > article")];
const focusedColumn = () => document.activeElement?.closest?.(".column-body") ?? null;
const inDrawer = () => document.activeElement?.closest?.("#drawer");
function focusCard(article) {
if (!article) return;
article.focus({ preventScroll: true });
article.scrollIntoView({ block: "nearest", inline: "nearest" });
}
function firstCard() {
const sections = LOOKED_AT.map((name) => document.getElementById(`col-${name}`)).filter(Boolean);
return sections.flatMap(shown)[0];
}
const walks = () => focusedCard() !== null || focusedColumn() !== null;
function along(by) {
const at = focusedCard();
if (!at && inDrawer()) return openBeside(by);
if (!at) return focusCard(focusedColumn() ? shown(focusedColumn())[0] : firstCard());
const all = shown(at.closest(".column"));
return focusCard(all[all.indexOf(at) + by]);
}
function across(by) {
const at = focusedCard();
if (!at) return focusCard(firstCard());
const index = shown(at.closest(".column")).indexOf(at);
for (let to = COLUMNS.indexOf(columnOf(at)) + by; COLUMNS[to]; to += by) {
const all = shown(document.getElementById(`col-${COLUMNS[to]}`));
if (all.length) return focusCard(all[Math.min(index, all.length - 1)]);
}
return null;
}
function openBeside(by) {
const at = card(openStep());
if (!at) return;
const all = shown(at.closest(".column"));
const link = all[all.indexOf(at) + by]?.querySelector("a[data-open]");
if (link) open(link.dataset.open);
}
const controls = (root) => root.querySelectorAll(":is(a, button):not([data-own] *)");
function rest() {
for (const control of document.querySelectorAll(".card :is(a, button):not([tabindex])")) {
control.tabIndex = control.closest(".card").contains(document.activeElement) ? 0 : -1;
}
}
function reach(event) {
const article = event.target.closest?.(".card");
if (!article) return;
const leaves = event.type === "focusout" && !article.contains(event.relatedTarget);
for (const control of controls(article)) control.tabIndex = leaves ? -1 : 0;
}
function startWalking() {
if (!document.getElementById("board")) return;
document.addEventListener("focusin", reach);
document.addEventListener("focusout", reach);
document.addEventListener("click", (event) => {
const button = event.target.closest("[data-beside]");
if (button) openBeside(Number(button.dataset.beside));
});
rest();
}
return { walks, along, across, rest, startWalking };
})();
const in_board = (() => {
const { card, column, columnOf, dropCard, putCard, releasePinned } = in_cards;
const { readRevisions } = in_checksum;
const { say } = in_announce;
const { filterCards } = in_filter;
const { Line } = in_live;
const { morph, parse } = in_morph;
const { paint, show, state } = in_status;
const { fillTimes } = in_time;
const { tidy } = in_tidying;
const { markUnsaved } = in_unsaved;
const { rest } = in_walk;
const SLICE = 8;
const MOST_OPS = 60;
const RELEASE_EVERY = 500;
const TRIES = 3;
const COLUMNS = ["todo", "run", "ask", "done"];
class Board {
constructor(root) {
this.root = root;
this.queue = [];
this.held = null;
this.touched = new Set();
this.overflowed = false;
this.read();
}
read() {
const { namespace, epoch, revision, steps } = this.root.dataset;
this.namespace = namespace;
this.epoch = epoch;
this.rev = Number(revision);
this.revisions = readRevisions(steps);
}
apply(frame) {
this.rev = frame.rev;
for (const op of frame.ops) {
if (op.op === "card") this.revisions.set(op.id, op.rev);
if (op.op === "drop") this.revisions.delete(op.id);
}
this.take(frame.ops);
}
applyState(frame) {
if (frame.epoch === this.epoch) this.take(frame.ops);
}
async resync() {
for (let tries = 0; tries < TRIES; tries += 1) {
const done = await this.fetchOnce();
if (done !== null) return done;
}
return false;
}
async fetchOnce() {
const response = await this.fetch();
if (!response) return false;
if (response.status === 304) return true;
if (response.redirected || !response.ok) {
if (response.redirected) show("signedOut");
return false;
}
const fresh = parse(await response.text());
if (!this.redraw(fresh)) return null;
this.etag = response.headers.get("ETag");
return true;
}
async refetch() {
this.etag = null;
return this.resync();
}
async fetch() {
const url = new URL(location.href);
url.searchParams.delete("step");
url.searchParams.set("fragment", "board");
const headers = this.etag ? { "If-None-Match": this.etag } : {};
try {
return await fetch(url, { headers, cache: "no-store" });
} catch {
return null;
}
}
redraw(content) {
const fresh = content.querySelector("#board");
if (!fresh || (Number(fresh.dataset.revision) < this.rev && fresh.dataset.epoch === this.epoch)) return false;
this.queue = [];
this.overflowed = false;
for (const id of ["plan-head", "banner"]) {
const [old, now] = [document.getElementById(id), content.querySelector(`#${id}`)];
if (old && now) morph(old, now);
}
morph(this.root, fresh);
this.read();
fillTimes();
COLUMNS.forEach((name) => this.touched.add(name));
this.drawn();
document.dispatchEvent(new CustomEvent("planboard:redrawn"));
return true;
}
take(ops) {
if (this.held) {
this.held.push(...ops);
this.settled();
return;
}
this.queue.push(...ops);
if (this.queue.length > MOST_OPS) {
this.queue = [];
this.overflowed = true;
this.etag = null;
this.line.resync();
} else if (!this.working) {
this.work();
}
}
work() {
const until = performance.now() + SLICE;
while (this.queue.length && performance.now() < until) this.put(this.queue.shift());
this.working = this.queue.length > 0;
if (this.working) requestAnimationFrame(() => this.work());
else this.drawn();
}
put(op) {
if (op.op === "card") this.putCard(op);
else if (op.op === "drop") this.drop(op.id);
else if (op.op === "head") this.replace("plan-head", op.html);
else if (op.op === "banner") this.putBanner(op.html);
else if (op.op === "count") this.count(op);
}
putCard(op) {
const before = card(op.id);
const wasAsking = before && columnOf(before) === "ask";
this.touched.add(before ? columnOf(before) : op.col).add(op.col);
putCard(op);
if (op.sum) this.tell(op.sum);
if (op.col === "ask" && !wasAsking) say(`Step ${op.id} needs you`, "needs");
document.dispatchEvent(new CustomEvent("planboard:step", { detail: op }));
}
drop(number) {
const article = card(number);
if (article) this.touched.add(columnOf(article));
dropCard(number);
}
tell(sentence) {
const slot = document.getElementById("latest");
if (slot) slot.textContent = sentence;
const time = document.getElementById("latest-time");
if (time) time.dateTime = new Date().toISOString();
}
putBanner(html) {
const broken = () => document.querySelector("#banner .banner-error") !== null;
const before = broken();
this.replace("banner", html);
if (broken() !== before) this.line.resync();
}
replace(id, html) {
const slot = document.getElementById(id);
if (slot && !slot.contains(document.activeElement)) slot.replaceChildren(parse(html));
else if (slot) {
const fresh = slot.cloneNode(false);
fresh.append(parse(html));
morph(slot, fresh);
}
}
count({ col, n }) {
for (const slot of document.querySelectorAll(`[data-count="${col}"]`)) slot.textContent = n.toLocaleString();
if (col === "ask") document.title = (n ? `(${n}) ` : "") + document.title.replace(/^\(\d+\) /, "");
}
drawn() {
paint();
filterCards();
rest();
markUnsaved();
for (const name of this.touched) tidy(column(name));
this.touched.clear();
const isEmpty = this.revisions.size === 0;
for (const part of [this.root, document.querySelector(".mobile-columns")]) part.hidden = isEmpty;
for (const part of document.querySelectorAll("[data-when-empty]")) part.hidden = !isEmpty;
}
settled() {
const number = new Set(this.held?.filter((op) => op.op === "card" || op.op === "drop").map((op) => op.id)).size;
if (this.held) show("held", `${number.toLocaleString()} changed step${number === 1 ? "" : "s"}, p goes on`);
else show("live");
}
hold() {
if (this.held) {
const ops = this.held;
this.held = null;
this.settled();
this.take(ops);
say("Live again");
} else if (state() === "live") {
this.held = [];
this.settled();
say("Changes are held");
}
}
}
function startBoard() {
const root = document.getElementById("board");
if (!root) return null;
const board = new Board(root);
const scheme = location.protocol === "https:" ? "wss" : "ws";
board.line = new Line(`${scheme}://${location.host}/ws/plans/${encodeURIComponent(board.namespace)}/`, board);
board.line.start();
setInterval(releasePinned, RELEASE_EVERY);
document.addEventListener("click", (event) => {
if (event.target.closest("[data-retry]")) board.line.wake();
});
return board;
}
return { startBoard };
})();
const in_columns = (() => {
const bar = () => document.querySelector(".mobile-columns");
function showColumn(name) {
for (const section of document.querySelectorAll(".column")) {
section.classList.toggle("is-shown", section.id === `col-${name}`);
}
for (const link of bar()?.querySelectorAll("a") ?? []) {
if (link.hash === `#col-${name}`) link.setAttribute("aria-current", "true");
else link.removeAttribute("aria-current");
}
}
function startColumns() {
if (!bar()) return;
bar().addEventListener("click", (event) => {
const link = event.target.closest("a");
if (!link) return;
event.preventDefault();
showColumn(link.hash.replace("#col-", ""));
});
const busy = ["ask", "run", "todo", "done"].find((name) => document.querySelector(`#col-${name} li`));
showColumn(busy ?? "todo");
}
return { showColumn, startColumns };
})();
const in_hanging = (() => {
const HANGING = ":is(.add-step, .plan-menu)[open]";
function leave(event) {
const details = event.key === "Escape" && event.target.closest?.(HANGING);
if (!details) return;
event.preventDefault();
details.open = false;
details.querySelector("summary").focus();
}
function pressElsewhere(event) {
for (const details of document.querySelectorAll(HANGING)) {
if (!details.contains(event.target)) details.open = false;
}
}
function enter(event) {
if (!event.target.matches(HANGING)) return;
event.target.querySelector(":is([aria-invalid=true], input:not([type=hidden]))")?.focus();
}
function landed({ detail: { ctx } }) {
const status = ctx.response?.raw?.status ?? ctx.response?.status ?? 0;
const form = ctx.sourceElement?.closest?.("form");
const details = form?.closest(HANGING);
if (!details || status < 200 || status >= 300) return;
form.reset();
for (const told of details.querySelectorAll("[role=alert], .field-error")) told.remove();
details.open = false;
}
function startHanging() {
document.addEventListener("keydown", leave);
document.addEventListener("click", pressElsewhere);
document.addEventListener("toggle", enter, { capture: true });
document.addEventListener("htmx:after:request", landed);
}
return { startHanging };
})();
const in_help = (() => {
const SETTING = "planboard.keys";
const NAMES = { Escape: "Esc", Enter: "↵" };
function singleKeys() {
try {
return localStorage.getItem(SETTING) !== "off";
} catch {
return true;
}
}
function showKeys(entries) {
const dialog = document.getElementById("keys");
if (!dialog || dialog.open) return;
const groups = Map.groupBy(entries, (entry) => entry.group);
dialog.querySelector("[data-keys]").replaceChildren(...[...groups].map(([name, keys]) => section(name, keys)));
dialog.showModal();
}
function section(name, keys) {
const made = document.createElement("section");
const heading = document.createElement("h3");
heading.textContent = name;
const list = document.createElement("dl");
list.append(...keys.map(row));
made.append(heading, list);
return made;
}
function row({ key, does }) {
const made = document.createElement("div");
const term = document.createElement("dt");
const kbd = document.createElement("kbd");
kbd.textContent = NAMES[key] ?? key;
term.append(kbd);
const words = document.createElement("dd");
words.textContent = does;
made.append(term, words);
return made;
}
function startHelp() {
const box = document.querySelector("[data-single-keys]");
if (!box) return;
box.checked = singleKeys();
box.addEventListener("change", () => {
try {
localStorage.setItem(SETTING, box.checked ? "on" : "off");
} catch {
}
});
}
return { singleKeys, showKeys, startHelp };
})();
const in_popover = (() => {
const GAP = 6;
const CAN_ANCHOR = CSS.supports("anchor-name: --picker");
function hang(panel, article) {
document.querySelector(".has-picker")?.classList.remove("has-picker");
article.classList.add("has-picker");
panel.showPopover();
if (!CAN_ANCHOR) place(panel, article);
panel.addEventListener("toggle", (event) => event.newState === "closed" && leave(panel, article), { once: true });
}
function leave(panel, article) {
article.classList.remove("has-picker");
const inside = document.activeElement === document.body || panel.contains(document.activeElement);
if (inside && article.isConnected) article.focus({ preventScroll: true });
}
function place(panel, article) {
if (matchMedia("(max-width: 760px)").matches) return;
const at = article.getBoundingClientRect();
const top = Math.min(at.bottom + GAP, innerHeight - panel.offsetHeight - GAP);
panel.style.top = `${Math.max(GAP, top)}px`;
panel.style.left = `${Math.min(at.left, innerWidth - panel.offsetWidth - GAP)}px`;
}
return { hang };
})();
const in_menu = (() => {
const { hang } = in_popover;
const panel = () => document.getElementById("card-menu");
function openMenu(article, entries) {
const list = panel()?.querySelector("[role=menu]");
if (!list) return;
list.setAttribute("aria-label", `Actions for step ${article.id.replace("step-", "")}`);
list.replaceChildren(...entries.flatMap((entry) => [...(entry.below ? [document.createElement("hr")] : []), item(entry, article)]));
hang(panel(), article);
list.querySelector("button").focus();
}
function item(entry, article) {
const made = document.getElementById("menu-item").content.firstElementChild.cloneNode(true);
const use = made.querySelector("use");
use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${entry.menu}`));
made.querySelector(".option-text").textContent = entry.label;
made.querySelector("kbd").textContent = entry.key === "Enter" ? "↵" : entry.key;
made.addEventListener("click", () => {
panel().hidePopover();
article.focus({ preventScroll: true });
entry.run();
});
return made;
}
const STEPS = { ArrowDown: 1, ArrowUp: -1 };
function startMenu() {
panel()?.addEventListener("keydown", (event) => {
const items = [...panel().querySelectorAll("[role=menuitem]")];
const at = items.indexOf(document.activeElement);
const to = { Home: 0, End: items.length - 1 }[event.key] ?? (STEPS[event.key] ? at + STEPS[event.key] : null);
if (to === null && event.key.length === 1) {
const pressed = items.find((found) => found.querySelector("kbd").textContent === event.key);
pressed?.click();
} else if (to !== null) {
event.preventDefault();
items[(to + items.length) % items.length]?.focus();
}
});
}
return { openMenu, startMenu };
})();
const in_picker = (() => {
const { fillTimes } = in_time;
const { hang } = in_popover;
const panel = () => document.getElementById("picker");
async function pickOwner(article) {
const link = article.querySelector("a[data-open]");
await htmx.ajax("GET", `${link.dataset.open}?part=owners`, { target: "#picker", swap: "innerHTML" });
if (!panel().querySelector("form")) return;
fillTimes(panel());
hang(panel(), article);
(panel().querySelector("input:checked") ?? panel().querySelector("input:not([type=hidden])")).focus();
}
function find(field) {
const word = field.value.trim().toLowerCase();
const offers = [...field.form.querySelectorAll("[data-offer]")];
for (const offer of offers) offer.hidden = !offer.textContent.toLowerCase().includes(word);
const first = offers.find((offer) => !offer.hidden);
if (first && word) first.querySelector("input").checked = true;
for (const title of field.form.querySelectorAll("[data-offers]")) {
title.hidden = !title.querySelector("[data-offer]:not([hidden])");
}
}
function startPicker() {
document.addEventListener("input", (event) => event.target.matches("[data-find-owner]") && find(event.target));
document.addEventListener("click", (event) => {
const link = event.target.closest("[data-pick-owner]");
const article = link?.closest("article");
if (!article || event.ctrlKey || event.metaKey || event.shiftKey) return;
event.preventDefault();
event.stopPropagation();
pickOwner(article);
}, { capture: true });
}
return { pickOwner, startPicker };
})();
const in_toast = (() => {
const SHOWN_FOR = 8000;
let timer = 0;
const slot = () => document.getElementById("toast");
function later() {
clearTimeout(timer);
const toast = slot()?.firstElementChild;
if (!toast || toast.classList.contains("is-error")) return;
timer = setTimeout(hideToast, SHOWN_FOR);
}
function hideToast() {
clearTimeout(timer);
const toast = slot();
if (toast?.contains(document.activeElement)) document.getElementById("main")?.focus({ preventScroll: true });
toast?.replaceChildren();
}
function showError(sentence) {
const box = document.createElement("div");
box.className = "toast is-error";
const text = document.createElement("p");
text.textContent = sentence;
const close = document.createElement("button");
close.type = "button";
close.className = "link-button";
close.textContent = "Close";
close.dataset.closeToast = "";
box.append(text, close);
slot()?.replaceChildren(box);
}
const undoButton = () => slot()?.querySelector("[data-undo]");
function startToasts() {
const toast = slot();
if (!toast) return;
new MutationObserver(later).observe(toast, { childList: true });
for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, () => clearTimeout(timer));
for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, later);
toast.addEventListener("click", (event) => {
if (event.target.closest("[data-close-toast]")) hideToast();
});
later();
}
return { hideToast, showError, undoButton, startToasts };
})();
const in_sending = (() => {
const { alertPerson, say } = in_announce;
const { actOn, card, dropCard, isArming, justChanged, pulse, putCard } = in_cards;
const { forgetDrafts, restoreDrafts } = in_drafts;
const { settleDrawer } = in_drawer;
const { showError } = in_toast;
const { fillTimes } = in_time;
const { keepUnsaved, markUnsaved, saved } = in_unsaved;
const STALE = 409;
function act(button) {
button.form.requestSubmit(button);
}
function send(url, fields) {
const form = document.getElementById("act");
const parts = Object.entries(fields).map(([name, value]) =>
Object.assign(document.createElement("input"), { type: "hidden", name, value }),
);
const button = Object.assign(document.createElement("button"), { type: "submit", hidden: true });
button.setAttribute("formaction", url);
form.append(...parts, button);
form.requestSubmit(button);
for (const part of [...parts, button]) part.remove();
}
async function reject(button) {
if (justChanged(button.closest("article"))) return pulse(button.closest("article"));
return htmx.ajax("GET", button.dataset.reject, { target: "#dialog", swap: "innerHTML" });
}
function guard(event) {
const button = event.submitter;
const changed = button && (isArming(button) ? button.closest("form") : recent(button));
if (changed) {
event.preventDefault();
event.stopImmediatePropagation();
pulse(changed);
} else if (event.target.id === "act" && button?.closest("article")) {
actOn(button.closest("article").id.replace("step-", ""));
}
}
function recent(button) {
const article = button.closest("#board article");
return article && justChanged(article) ? article : null;
}
function landed(event) {
const { ctx } = event.detail;
const status = ctx.response?.raw?.status ?? ctx.response?.status ?? 0;
const form = ctx.sourceElement?.closest?.("form");
const done = status >= 200 && status < 300;
if (!done) actOn(0);
if (status === STALE) {
keepUnsaved(form, ctx.request);
alertPerson("Your edit was not saved. Compare and decide.");
} else if (done && form) {
forgetDrafts(form);
saved(form);
form.closest("[popover]")?.hidePopover();
}
}
let from = "";
let sender = null;
function noteOrigin(event) {
const article = event.submitter?.closest("article");
sender = event.target;
if (sender.closest("#picker")) sender.setAttribute("hx-swap", "none"); // the card changes; the drawer stays as it was
const named = event.target.closest("#dialog, #picker") && card(event.target.dataset.step);
from = article || named ? `#${(article ?? named).id}` : event.target.closest("#drawer, #dialog") ? "#drawer-title" : "";
}
function keepFocus() {
if (document.activeElement !== document.body || !from) return;
document.querySelector(from)?.focus({ preventScroll: true });
}
function swapped() {
takeIn();
fillTimes();
keepFocus();
settleDrawer();
restoreDrafts(document.getElementById("drawer") ?? document);
markUnsaved();
tellField();
openDialog();
const told = document.querySelector("#toast [data-say]");
if (told && !told.dataset.said) {
told.dataset.said = "1";
say(told.dataset.say);
}
}
function takeIn() {
for (const box of document.querySelectorAll("#incoming > template")) {
const { place, col, after, gone } = box.dataset;
actOn(place ?? 0);
if (gone) dropCard(Number(gone));
else putCard({ id: Number(place), col, after: after ? Number(after) : null, html: box.innerHTML });
box.remove();
}
}
function tellField() {
const told = document.querySelector("[role=alert][data-field]");
const field = told && sender?.elements[told.dataset.field];
if (!field?.id) return;
const error = document.createElement("p");
error.className = "field-error";
error.id = `${field.id}-error`;
error.textContent = told.textContent;
document.getElementById(error.id)?.remove();
told.remove();
field.after(error);
field.setAttribute("aria-invalid", "true");
field.setAttribute("aria-describedby", error.id);
field.focus();
const fixed = () => {
error.remove();
field.removeAttribute("aria-invalid");
field.removeAttribute("aria-describedby");
};
field.addEventListener("input", fixed, { once: true });
}
function openDialog() {
const dialog = document.querySelector("#dialog dialog:not([open])");
if (!dialog) return;
dialog.showModal();
dialog.addEventListener("close", () => dialog.remove(), { once: true });
}
function pressed(event) {
if (event.target.closest("[data-close-dialog]")) event.target.closest("dialog")?.close();
const forget = event.target.closest("[data-forget-draft]")?.dataset.forgetDraft;
if (forget) {
const forms = document.querySelectorAll(`form[data-step="${forget}"]`);
forms.forEach((form) => [forgetDrafts, saved].forEach((drop) => drop(form)));
}
const button = event.target.closest("[data-reject]");
if (button) {
event.preventDefault();
reject(button);
}
}
function startSending() {
document.addEventListener("submit", guard, { capture: true });
document.addEventListener("submit", noteOrigin, { capture: true });
document.addEventListener("click", pressed);
document.addEventListener("htmx:after:request", landed);
document.addEventListener("htmx:after:swap", swapped);
document.addEventListener("htmx:error", () => showError("Not confirmed: the board did not answer. Nothing was lost; try again."));
openDialog();
}
return { act, send, reject, startSending };
})();
const in_keys = (() => {
const { say, typing } = in_announce;
const { actOn, focusedCard, justChanged } = in_cards;
const { close: closeDrawer, enter, open, openStep } = in_drawer;
const { showKeys, singleKeys, startHelp } = in_help;
const { openMenu } = in_menu;
const { pickOwner } = in_picker;
const { act, reject, send } = in_sending;
const { undoButton } = in_toast;
const { across, along, walks } = in_walk;
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
function registry(board) {
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
function sendForm(event) {
const form = event.target.closest?.("form");
if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !form) return;
event.preventDefault();
form.requestSubmit(form.querySelector("[data-ctrl-enter]") ?? undefined);
}
function startKeys(board) {
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
return { registry, startKeys };
})();
const in_settings = (() => {
function startSettings() {
document.addEventListener("change", (event) => {
const name = event.target.dataset?.setting;
if (!name) return;
document.documentElement.dataset[name] = event.target.value;
try {
localStorage.setItem(`planboard.${name}`, event.target.value);
} catch {
}
});
for (const field of document.querySelectorAll("[data-setting]")) {
const chosen = document.documentElement.dataset[field.dataset.setting];
if (chosen) field.value = chosen;
}
}
return { startSettings };
})();
const in_windows = (() => {
const PATIENCE = 250;
const EARLY = "200px";
let busy = false;
let asked = 0;
const shownAll = (board) => document.querySelectorAll("#board article").length >= board.revisions.size;
async function widen(board, link) {
if (busy) return;
busy = true;
const section = link.closest(".column");
const last = [...section.querySelectorAll("article")].at(-1);
const here = new URL(location.href);
here.searchParams.set("more", new URL(link.href).searchParams.get("more"));
history.replaceState(history.state, "", here);
const had = link === document.activeElement;
await board.refetch();
if (had && last) {
const all = [...section.querySelectorAll("article")];
all[all.indexOf(last) + 1]?.focus({ preventScroll: true });
}
busy = false;
}
function narrow(board) {
clearTimeout(asked);
if (shownAll(board) && !board.isNarrowed) return;
asked = setTimeout(() => {
board.isNarrowed = new URL(location.href).searchParams.has("q");
board.refetch();
}, PATIENCE);
}
function startWindows(board) {
if (!board) return;
board.isNarrowed = new URL(location.href).searchParams.has("q");
const watcher = new IntersectionObserver(
(entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => widen(board, entry.target)),
{ rootMargin: EARLY },
);
const watch = () => {
watcher.disconnect();
document.querySelectorAll("a[data-more]").forEach((link) => watcher.observe(link));
};
document.addEventListener("click", (event) => {
const link = event.target.closest("a[data-more]");
if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
event.preventDefault();
widen(board, link);
});
document.addEventListener("planboard:filter", () => narrow(board));
document.addEventListener("planboard:redrawn", watch);
watch();
}
return { startWindows };
})();
const in_main = (() => {
const { startBoard } = in_board;
const { startColumns } = in_columns;
const { startDrafts } = in_drafts;
const { startDrawer } = in_drawer;
const { startFilter } = in_filter;
const { startHanging } = in_hanging;
const { startKeys } = in_keys;
const { startMenu } = in_menu;
const { startPicker } = in_picker;
const { send, startSending } = in_sending;
const { startSettings } = in_settings;
const { startTimes } = in_time;
const { startToasts } = in_toast;
const { startUnsaved } = in_unsaved;
const { startWalking } = in_walk;
const { startWindows } = in_windows;
startTimes();
startToasts();
startDrafts();
startFilter();
startSending();
startUnsaved(send);
startPicker();
startMenu();
startDrawer();
startSettings();
startHanging();
startColumns();
startWalking();
const board = startBoard();
startWindows(board);
startKeys(board);
return {  };
})();
