// What a column says of its cards, kept true as they come and go: how many, since when, how many of them show.

import { lookFirst } from "./cards.js";
import { fillTimes, write } from "./time.js";

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

export function tidy(section) {
  if (!section) return;
  const cards = [...section.querySelectorAll(".card-list > li")];
  const empty = section.querySelector("[data-empty]");
  if (empty) empty.hidden = cards.length > 0;
  if (section.querySelector("[data-more]")) {
    const slot = section.querySelector("[data-window]");
    const isFiltered = section.closest("[data-matching]") !== null;
    const of = isFiltered ? Number(slot.dataset.window).toLocaleString() : section.querySelector("[data-count]").textContent;
    write(slot, `${cards.filter((card) => !card.hidden).length.toLocaleString()} of ${of} shown`);
  } else {
    countGroups(section);
    sayFact(section.querySelector("[data-fact]"), section);
  }
}

/** Say how many cards of each group, and of those that ask alike, are to be seen; a window's are counted by the server. */
export function countGroups(section) {
  if (section.querySelector("[data-more]")) return;
  sayAlike(section);
  for (const head of section.querySelectorAll("[data-group-head]")) {
    const list = section.querySelector(`.card-list[data-group="${head.dataset.groupHead}"]`);
    const number = list.querySelectorAll(":scope > li:not([hidden])").length;
    if (head.hidden !== !number) lookFirst(); // what is below it moves
    head.hidden = !number;
    write(head.querySelector("span"), number.toLocaleString());
  }
}

/** Offer one decision where cards ask the same in the same words; where not all are here, the server counts. */
function sayAlike(section) {
  const slot = section.querySelector("[data-alike]");
  if (!slot) return;
  const groups = {};
  for (const card of section.querySelectorAll("li:not([hidden]) > [data-question]")) (groups[card.dataset.question] ??= []).push(card);
  const most = Object.values(groups).reduce((best, group) => (group.length > best.length ? group : best), []);
  slot.hidden = most.length < 2;
  if (slot.hidden) return;
  const [said, link] = slot.children;
  write(said, `${most.length.toLocaleString()} ask the same thing`);
  write(link, `Decide all ${most.length.toLocaleString()}`);
  link.href = `${slot.dataset.alike}${most[0].id.replace("step-", "")}/`;
}

function sayFact(slot, section) {
  const fact = FACTS[slot?.dataset.fact]?.(section);
  if (!fact) return;
  if (!("since" in fact)) {
    write(slot, fact.words);
    return;
  }
  if (slot.firstElementChild?.dateTime === fact.since) return;
  slot.replaceChildren();
  if (!fact.since) return;
  const time = document.createElement("time");
  Object.assign(time.dataset, { age: "", before: fact.words });
  time.dateTime = fact.since;
  slot.append(time);
  fillTimes(slot);
}
