// Other people who look at this plan, and at which of its steps: small avatars. Never announced, never amber.

import { card } from "../cards.js";
import { openStep } from "../drawer.js";

const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: new URL("./presence.css", import.meta.url).href });
document.head.append(sheet);

const SAY_EVERY = 15_000;
const MOST = { head: 3, card: 2 };
const NAMED = 2;

let others = [];
let marked = [];

function make(name, className, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

const initial = (name) => ([...name.trim()][0] ?? "?").toUpperCase();
const and = (names) => (names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : names[0]);

/** Some avatars that say together who is there; more than `most` are counted. */
function group(people, most, words) {
  const made = make("span", "onlookers");
  const shown = people.slice(0, people.length > most + 1 ? most : most + 1);
  made.append(...shown.map(({ name }) => make("span", "avatar avatar-other", initial(name))));
  if (people.length > shown.length) made.append(make("span", "avatar avatar-other", `+${people.length - shown.length}`));
  made.dataset.own = "";
  made.role = "img";
  made.ariaLabel = words;
  made.title = words;
  return made;
}

const slot = () => document.getElementById("plan-head");

/** The header is drawn anew with every change: what was there is put back. */
function paintHead() {
  const top = slot()?.querySelector(".plan-top");
  const old = slot()?.querySelector(".viewers");
  if (!top || (old && others.length && old.people === others)) return;
  old?.remove();
  if (!others.length) return;
  const names = others.map(({ name }) => name);
  const made = group(others, MOST.head, `${and(["You", ...names])} are viewing`);
  made.className = "viewers push";
  made.prepend(make("span", "avatar", "Y"));
  made.append(make("span", "viewers-words", names.length > NAMED ? `You and ${names.length} others are viewing` : `${and(["You", ...names])} are viewing`));
  made.people = others;
  top.append(made);
}

function paintCards() {
  for (const old of marked) old.remove();
  const at = new Map();
  for (const person of others) for (const step of person.steps) at.set(step, [...(at.get(step) ?? []), person]);
  marked = [...at].flatMap(([step, people]) => {
    const article = card(step);
    const place = article?.querySelector(".card-facts") ?? article?.querySelector(".card-foot") ?? article?.querySelector(".card-head");
    if (!place) return [];
    const verb = people.length > 1 ? "look" : "looks";
    const made = group(people, MOST.card, `${and(people.map(({ name }) => name))} ${verb} at this`);
    place.append(made);
    return [made];
  });
}

function paint() {
  paintHead();
  paintCards();
}

/** `line` is the socket of this page's plan. */
export function startPresence(line) {
  const connected = () => document.documentElement.dataset.connection === "live";
  let [said, was] = ["", connected()];
  const look = () => {
    const here = !document.hidden;
    const step = Number(openStep()) || null;
    said = String(step);
    line.send({ type: "look", step, here });
  };
  const again = () => document.hidden || look();
  document.addEventListener("planboard:people", ({ detail: { people } }) => {
    const me = document.querySelector("[data-me]")?.dataset.me;
    others = people.filter(({ key }) => key !== me);
    paint();
  });
  document.addEventListener("planboard:step", ({ detail }) => {
    if (others.some(({ steps }) => steps.includes(detail.id))) requestAnimationFrame(paintCards);
  });
  document.addEventListener("planboard:redrawn", () => others.length && paint());
  document.addEventListener("visibilitychange", look);
  new MutationObserver(() => others.length && paintHead()).observe(slot(), { childList: true, subtree: true });
  new MutationObserver(() => said !== String(Number(openStep()) || null) && again()).observe(document.getElementById("drawer"), { childList: true });
  new MutationObserver(() => {
    const came = connected() && !was;
    was = connected();
    if (came) again(); // the server forgets who looks when the line breaks
  }).observe(document.documentElement, { attributeFilter: ["data-connection"] });
  setInterval(again, SAY_EVERY);
  look();
}
