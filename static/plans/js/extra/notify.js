// Shows what newly needs the person as notifications of the browser, while they look elsewhere.
// One tab asks for all; what was told of is kept for all, so that each request is told of once.

import { ask } from "../ask.js";
import { forget, keep } from "../inbox.js";
import { KEY, chosen } from "../notices.js";

const EVERY = 5_000;
const STAYS_SEEN = 3 * EVERY;
const PAUSE = 1_000;
const AT_ONCE = 3;
const KEPT = 500;
const TOLD = "planboard.told";
const LOOKING = "planboard.looking";
const REQUEST = /\/request\/\d+$/;

const tab = crypto.randomUUID();
const shown = new Map();
let etag = "";
let isAsking = false;

const read = (key, usual) => {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? usual;
  } catch {
    return usual;
  }
};

function write(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // It is full or blocked: this page still knows.
  }
}

// Where the person looks: every tab says so, the one that asks reads it.

function look() {
  const now = Date.now();
  const tabs = Object.entries(read(LOOKING, {})).filter(([name, { at }]) => name !== tab && now - at < STAYS_SEEN);
  if (!document.hidden) tabs.push([tab, { path: location.pathname, at: now }]);
  write(LOOKING, Object.fromEntries(tabs));
}

function isLookedAt({ plan }) {
  const now = Date.now();
  return Object.values(read(LOOKING, {})).some(({ path, at }) => {
    const inPlan = path.startsWith(`/plans/${encodeURIComponent(plan)}/`);
    return now - at < STAYS_SEEN && (inPlan || path.startsWith("/needs/"));
  });
}

// Asking

async function refresh() {
  const { ok, etag: fetched, text } = await ask("/notices/asks/", etag);
  if (!ok || !isAsking) return; // it was turned off meanwhile, or who is signed out asks on the next page
  etag = fetched;
  take(JSON.parse(text));
}

function take(asks) {
  const now = new Set(asks.map(({ mark }) => mark));
  const known = read(TOLD, null);
  const told = new Set(known);
  const fresh = known ? asks.filter(({ mark }) => !told.has(mark)) : []; // what asked before is in the count
  for (const [mark, notification] of shown) if (!now.has(mark)) notification.close();
  // A request that comes back is the same; a gate or a silent owner asks anew.
  const kept = [...told].filter((mark) => now.has(mark) || REQUEST.test(mark)).slice(-KEPT);
  write(TOLD, [...new Set([...kept, ...now])]);
  tell(fresh.filter((one) => !isLookedAt(one)));
}

function tell(fresh) {
  if (!fresh.length) return;
  if (fresh.length > AT_ONCE) {
    const titles = fresh.slice(0, AT_ONCE).map(({ body }) => body.split("\n")[0]);
    present({ mark: "many", title: `${fresh.length} steps newly need you`, body: titles.join("\n"), href: "/needs/" });
  } else {
    fresh.forEach(present);
  }
  if (chosen().has("sound")) sound();
}

/** Show one notification; pressed, it leads to what it tells of. Throws where the browser shows none from pages. */
export function present({ mark, title, body, href }) {
  const notification = new Notification(title, { body, tag: mark });
  shown.set(mark, notification);
  notification.addEventListener("click", () => {
    window.focus();
    notification.close();
    location.assign(href);
  });
  notification.addEventListener("close", () => shown.get(mark) === notification && shown.delete(mark));
}

// Sound: two short notes, soft; a browser plays them only in a page that was pressed somewhere.

export function sound() {
  const context = new AudioContext();
  [[660, 0], [880, 0.12]].forEach(([pitch, at]) => note(context, pitch, context.currentTime + at));
  setTimeout(() => context.close(), 1_000);
}

function note(context, pitch, at) {
  const [tone, volume] = [context.createOscillator(), context.createGain()];
  tone.frequency.value = pitch;
  volume.gain.setValueAtTime(0.0001, at);
  volume.gain.exponentialRampToValueAtTime(0.08, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.25);
  tone.connect(volume).connect(context.destination);
  tone.start(at);
  tone.stop(at + 0.3);
}

// Start and end

let leave = () => {};

export function startTelling() {
  if (isAsking) return;
  isAsking = true;
  etag = ""; // what asks now is known only by a whole answer
  look();
  const looking = setInterval(look, EVERY);
  const ends = new AbortController();
  const over = new Promise((resolve) => (leave = resolve)).then(() => {
    isAsking = false;
    ends.abort();
    clearInterval(looking);
  });
  // Whichever tab has the lock asks; when it goes, the next one does.
  navigator.locks.request("planboard-notices", { signal: ends.signal }, () => {
    if (!isAsking) return undefined;
    const part = keep({ run: refresh, every: EVERY, hidden: PAUSE });
    return over.then(() => forget(part));
  }).catch(() => {});
}

/** Tell only of what asks from now on. */
export function forgetTold() {
  write(TOLD, null);
}

export const stopTelling = () => leave();

// Once a page, however often its telling starts and ends.
document.addEventListener("visibilitychange", look); // on leaving, too: it is not looked at any more
addEventListener("pagehide", () => leave());
addEventListener("storage", ({ key }) => {
  if (key === KEY) chosen().has("on") ? startTelling() : leave(); // it was turned on or off in another tab
});
addEventListener("pageshow", (event) => event.persisted && chosen().has("on") && startTelling());
