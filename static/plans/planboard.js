/* Made by `make assets` from the files in js/; change those. */
const in_time = (() => {
const MINUTE = 60_000;
const clockFormat = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hour12: false });
const fullFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
function age(ms) {
const seconds = Math.max(0, Math.round(ms / 1000));
if (seconds < 60) return `${seconds} s`;
if (seconds < 5400) return `${Math.round(seconds / 60)} m`;
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
if (!to.hasAttribute(name) && !name.startsWith("data-own-")) from.removeAttribute(name);
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
const COLUMN_NAMES = { todo: "To do", run: "In progress", ask: "Needs you", done: "Done" };
const card = (number) => document.getElementById(`step-${number}`);
const column = (name) => document.getElementById(`col-${name}`);
const itemOf = (article) => article.closest("li");
const columnOf = (article) => article.closest(".column")?.id.replace("col-", "");
const SETTLES_AFTER = 600;
const settling = new WeakMap();
const waiting = new Map();
let acted = 0;
function actOn(number) {
acted = Number(number);
}
const justChanged = (article) => article.dataset.ownFresh !== undefined;
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
if (isPinned(article) && columnOf(article) && columnOf(article) !== op.col && op.id !== acted) wait(article, op);
else place(article, op);
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
function place(article, { col, after }) {
const target = column(col);
const list = listFor(target, article);
if (!list) return;
const above = after === null ? null : card(after);
const hidden = after !== null && !above;
if (hidden && target.querySelector("[data-more]")) {
itemOf(article)?.remove();
return;
}
const item = itemOf(article);
const next = above && itemOf(above).parentElement === list ? itemOf(above).nextElementSibling : list.firstElementChild;
if (item.parentElement === list && (next === item || item.previousElementSibling === (above && itemOf(above)))) return;
if (item.isConnected) unsettle(article);
moveItem(item, list, next);
}
function listFor(target, article) {
const group = article.dataset.group;
return (group && target.querySelector(`.card-list[data-group="${group}"]`)) || target.querySelector(".card-list");
}
function moveItem(item, list, next) {
const body = list.closest(".column-body");
const held = body ? anchor(body) : null;
moveInto(list, item, next);
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
note.textContent = `moved to ${COLUMN_NAMES[op.col]}`;
if (!note.isConnected) article.append(note);
waiting.set(op.id, { op, since, note });
}
function releasePinned() {
for (const [number, { op, since, note }] of waiting) {
const article = card(number);
if (article && isPinned(article) && performance.now() - since < PIN_LIMIT) continue;
waiting.delete(number);
note.remove();
if (article) place(article, op);
}
}
return { card, column, itemOf, columnOf, actOn, justChanged, putCard, dropCard, releasePinned };
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
const in_filter = (() => {
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
const in_board = (() => {
const { card, column, columnOf, dropCard, putCard, releasePinned } = in_cards;
const { readRevisions } = in_checksum;
const { say } = in_announce;
const { filterCards } = in_filter;
const { Line } = in_live;
const { morph, parse } = in_morph;
const { paint, show, state } = in_status;
const { fillTimes } = in_time;
const SLICE = 8;
const MOST_OPS = 60;
const RELEASE_EVERY = 500;
class Board {
constructor(root) {
this.root = root;
this.queue = [];
this.held = null;
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
const response = await this.fetch();
if (!response) return false;
if (response.status === 304) return true;
if (response.redirected || !response.ok) {
if (response.redirected) show("signedOut");
return false;
}
this.etag = response.headers.get("ETag");
this.queue = [];
this.redraw(parse(await response.text()));
return true;
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
if (!fresh || Number(fresh.dataset.revision) < this.rev && fresh.dataset.epoch === this.epoch) return;
for (const id of ["plan-head", "banner"]) {
const [old, now] = [document.getElementById(id), content.querySelector(`#${id}`)];
if (old && now) morph(old, now);
}
morph(this.root, fresh);
this.read();
this.drawn();
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
this.line.resync();
} else if (!this.working) {
this.working = true;
requestAnimationFrame(() => this.work());
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
else if (op.op === "drop") dropCard(op.id);
else if (op.op === "head") this.replace("plan-head", op.html);
else if (op.op === "banner") this.putBanner(op.html);
else if (op.op === "count") this.count(op);
}
putCard(op) {
const before = card(op.id);
const wasAsking = before && columnOf(before) === "ask";
putCard(op);
if (op.sum) this.tell(op.sum);
if (op.col === "ask" && !wasAsking) say(`Step ${op.id} needs you`, "needs");
document.dispatchEvent(new CustomEvent("planboard:step", { detail: op }));
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
}
drawn() {
fillTimes();
paint();
filterCards();
for (const name of ["todo", "run", "ask", "done"]) this.tidy(column(name));
}
tidy(section) {
if (!section) return;
for (const head of section.querySelectorAll("[data-group-head]")) {
const list = section.querySelector(`.card-list[data-group="${head.dataset.groupHead}"]`);
const number = list.childElementCount;
head.hidden = number === 0;
const slot = head.querySelector("span");
if (slot && !section.querySelector("[data-more]")) slot.textContent = number.toLocaleString();
}
const empty = section.querySelector("[data-empty]");
if (empty) empty.hidden = section.querySelector(".card-list > li") !== null;
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
const { card, column } = in_cards;
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
const isDirty = () =>
[...slot().querySelectorAll("textarea, input:not([type=hidden]), select")].some(
(field) => field === document.activeElement || ("defaultValue" in field && field.value !== field.defaultValue),
);
async function refresh(number) {
if (String(number) !== openStep()) return;
const facts = slot().querySelector("[data-facts-url]");
if (isDirty() && facts) {
await htmx.ajax("GET", facts.dataset.factsUrl, { target: "#drawer-facts", swap: "outerHTML" });
} else {
const had = slot().contains(document.activeElement);
await load(facts.dataset.factsUrl.replace(/\?.*/, ""));
if (had) slot().querySelector("#drawer-title")?.focus({ preventScroll: true });
}
fillTimes(slot());
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
document.addEventListener("planboard:step", (event) => refresh(event.detail.id));
addEventListener("popstate", () => {
const number = new URL(location.href).searchParams.get("step");
const link = number && card(number)?.querySelector("a[data-open]");
if (link) open(link.dataset.open, { push: false });
else if (openStep()) close();
});
}
return { openStep, open, enter, close, settleDrawer, startDrawer };
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
const { actOn, columnOf, justChanged } = in_cards;
const { forgetDrafts, restoreDrafts } = in_drafts;
const { settleDrawer } = in_drawer;
const { showError } = in_toast;
const { fillTimes } = in_time;
const STALE = 409;
function act(button) {
button.form.requestSubmit(button);
}
function guard(event) {
const button = event.submitter;
if (event.target.id !== "act" || !button) return;
const article = button.closest("article");
if (!article) return;
if (justChanged(article)) {
event.preventDefault();
event.stopImmediatePropagation();
article.classList.remove("is-pulsing");
requestAnimationFrame(() => article.classList.add("is-pulsing"));
return;
}
actOn(article.id.replace("step-", ""));
}
function landed(event) {
const { ctx } = event.detail;
const status = ctx.response?.raw?.status ?? ctx.response?.status ?? 0;
const form = ctx.sourceElement?.closest?.("form");
if (status === STALE) {
alertPerson("Your edit was not saved. Compare and decide.");
} else if (status >= 200 && status < 300 && form) {
forgetDrafts(form);
}
}
let from = "";
let sender = null;
function noteOrigin(event) {
const article = event.submitter?.closest("article");
sender = event.target;
from = article ? `#${article.id}` : event.target.closest("#drawer, #dialog") ? "#drawer-title" : "";
}
function keepFocus() {
if (document.activeElement !== document.body || !from) return;
document.querySelector(from)?.focus({ preventScroll: true });
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
function swapped() {
fillTimes();
keepFocus();
tellField();
settleDrawer();
restoreDrafts(document.getElementById("drawer") ?? document);
openDialog();
const told = document.querySelector("#toast [data-say]");
if (told && !told.dataset.said) {
told.dataset.said = "1";
say(told.dataset.say);
}
for (const article of document.querySelectorAll("#board article[data-col]")) settle(article);
}
function settle(article) {
const { col } = article.dataset;
if (columnOf(article) === col) return;
const list = document.querySelector(`#col-${col} .card-list`);
if (list) list.append(article.closest("li"));
}
function openDialog() {
const dialog = document.querySelector("#dialog dialog:not([open])");
if (!dialog) return;
dialog.showModal();
dialog.addEventListener("close", () => dialog.remove(), { once: true });
}
function startSending() {
document.addEventListener("submit", guard, { capture: true });
document.addEventListener("submit", noteOrigin, { capture: true });
document.addEventListener("click", (event) => {
if (event.target.closest("[data-close-dialog]")) event.target.closest("dialog")?.close();
const forget = event.target.closest("[data-forget-draft]");
if (forget) document.querySelectorAll(`form[data-step="${forget.dataset.forgetDraft}"]`).forEach(forgetDrafts);
});
document.addEventListener("htmx:after:request", landed);
document.addEventListener("htmx:after:swap", swapped);
document.addEventListener("htmx:error", () => showError("Not confirmed: the board did not answer. Nothing was lost; try again."));
openDialog();
}
const focusedCard = () => document.activeElement?.closest?.("article[id^='step-']") ?? null;
return { act, startSending, focusedCard };
})();
const in_keys = (() => {
const { say, typing } = in_announce;
const { justChanged } = in_cards;
const { close: closeDrawer, enter, open, openStep } = in_drawer;
const { act, focusedCard } = in_sending;
const { undoButton } = in_toast;
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
function registry(board) {
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
function startKeys(board) {
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
const in_main = (() => {
const { startBoard } = in_board;
const { startColumns } = in_columns;
const { startDrafts } = in_drafts;
const { startDrawer } = in_drawer;
const { startFilter } = in_filter;
const { startKeys } = in_keys;
const { startSending } = in_sending;
const { startSettings } = in_settings;
const { startTimes } = in_time;
const { startToasts } = in_toast;
startTimes();
startToasts();
startDrafts();
startFilter();
startSending();
startDrawer();
startSettings();
startColumns();
startKeys(startBoard());
return {  };
})();
