// What happened: new lines come in on top where nobody reads, else they wait behind a button; older ones on scroll.

import { say } from "../announce.js";
import { ask } from "../ask.js";
import { append, prepend, sortByDay } from "../days.js";
import { keep, showAnswer } from "../inbox.js";
import { addKeys } from "../keys.js";
import { morph, parse } from "../morph.js";

const LOOK_EVERY = 2_000;
const AFTER_TYPING = 250;
const MOST_LINES = 400;
const MOST_WAITING = 300;
const AT_TOP = 8;

const lines = document.getElementById("activity-lines");
const scroller = document.getElementById("activity-scroll");
const box = document.querySelector("[data-filter]");
const pill = document.querySelector("[data-show-new]");
const pause = document.querySelector("[data-pause]");
const end = () => document.getElementById("activity-more");
const isLive = () => lines.dataset.after !== undefined;

let waiting = [];
let cut = false;
let drawn = lines.dataset.url;

/** What scrolls: the list, or in a narrow window the page. */
const moving = () => (getComputedStyle(scroller).overflowY === "visible" ? document.scrollingElement : scroller);

function read() {
  const inUse = lines.matches(":hover") || lines.contains(document.activeElement);
  return inUse || moving().scrollTop > AT_TOP || pause?.ariaPressed === "true";
}

function toTop() {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  moving().scrollTo({ top: 0, behavior: still ? "instant" : "smooth" });
}

function tell() {
  pill.hidden = waiting.length === 0;
  pill.firstElementChild.textContent = `${waiting.length}${cut ? "+" : ""} new`;
}

/** Show what waits; of a list too long to be read the end is dropped, and asked for again on scroll. */
function showNew() {
  if (cut) return renew();
  document.getElementById("activity-none")?.remove();
  const box = moving();
  const height = box.scrollHeight;
  prepend(lines, waiting);
  box.scrollTop += box.scrollHeight - height; // nothing jumps: the list is scrolled to what is new
  toTop();
  waiting = [];
  tell();
  const items = [...lines.querySelectorAll(".activity-day > ol > li")];
  items.slice(MOST_LINES).forEach((item) => item.remove());
  if (items.length > MOST_LINES) olderFrom(items[MOST_LINES - 1].dataset.key);
  lines.querySelectorAll(".activity-day:not(:has(li))").forEach((empty) => empty.remove());
  return null;
}

function olderFrom(key) {
  const url = new URL(lines.dataset.url, location.origin);
  url.searchParams.set("before", key);
  end().innerHTML = '<a class="column-more" rel="next" data-older>Show older</a>';
  document.querySelector("[data-older]").href = url;
  watchEnd();
}

async function get(url, part) {
  const asked = new URL(url, location.origin);
  asked.searchParams.set("fragment", part);
  const { ok, status, text } = await ask(asked);
  if (part === "newer") showAnswer(status);
  return ok ? parse(text) : null;
}

async function refresh() {
  if (drawn !== lines.dataset.url) await renew(); // what was typed got no answer
  if (!isLive()) return;
  const { url: asked, after } = { ...lines.dataset };
  const url = new URL(asked, location.origin);
  url.searchParams.set("after", after);
  const page = await get(url, "newer");
  const fresh = page?.getElementById("activity-newer");
  if (fresh && asked === drawn && asked === lines.dataset.url && after === lines.dataset.after) takeNew(page, fresh);
  showUnlessRead();
}

function showUnlessRead() {
  if (waiting.length && !document.hidden && !read()) showNew();
}

function takeNew(page, fresh) {
  lines.dataset.after = fresh.dataset.after;
  for (const id of ["activity-said", "activity-chips", "activity-side"]) morph(document.getElementById(id), page.getElementById(id));
  waiting = [...fresh.children, ...waiting];
  cut ||= fresh.dataset.more !== undefined || waiting.length > MOST_WAITING;
  waiting.length = Math.min(waiting.length, MOST_WAITING);
  tell();
}

let loading = false;

async function older() {
  const link = document.querySelector("[data-older]");
  if (!link || loading) return;
  loading = true;
  const fresh = await get(link.href, "older");
  loading = false;
  if (!fresh || !link.isConnected) return;
  append(lines, fresh.querySelectorAll(".activity-day > ol > li"), end());
  end().replaceWith(fresh.getElementById("activity-more"));
  watchEnd();
}

const ends = new IntersectionObserver((seen) => seen.some((entry) => entry.isIntersecting) && older(), { rootMargin: "400px" });

function watchEnd() {
  ends.disconnect();
  const link = document.querySelector("[data-older]");
  if (link) ends.observe(link);
}

/** Draw the list anew: from its newest line on, narrowed to the words that are being typed. */
async function renew() {
  const asked = lines.dataset.url;
  const fresh = (await get(asked, "older"))?.getElementById("activity-older");
  if (!fresh || lines.dataset.url !== asked) return;
  drawn = asked;
  if (fresh.dataset.after) lines.dataset.after = fresh.dataset.after;
  waiting = [];
  cut = false;
  tell();
  lines.replaceChildren(...fresh.children);
  if (!lines.querySelector("li")) end().textContent = "Nothing that happened matches.";
  sortByDay(lines, end());
  watchEnd();
}

async function filter() {
  const url = new URL(location.href);
  for (const name of ["before", "fragment"]) url.searchParams.delete(name);
  lines.dataset.url = url.pathname + url.search;
  await renew();
  if (drawn !== lines.dataset.url) part.soon();
}

let typing = 0;
box.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(filter, AFTER_TYPING);
});
pill.addEventListener("click", showNew);
pause?.addEventListener("click", () => {
  const paused = pause.ariaPressed !== "true";
  pause.ariaPressed = String(paused);
  pause.querySelector("span").textContent = paused ? "Resume" : "Pause";
  say(paused ? "New changes wait." : "Live again.");
  if (!paused) showUnlessRead();
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-older]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    older();
  }
  for (const open of document.querySelectorAll(".choices[open]")) if (!open.contains(event.target)) open.open = false;
});
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.querySelector(".choices[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});
const part = keep({ run: refresh, all: true });
setInterval(showUnlessRead, LOOK_EVERY);
addKeys([{ group: "Page", key: "p", does: "hold live changes", may: () => pause, run: () => pause.click() }]);
sortByDay(lines, end());
watchEnd();
