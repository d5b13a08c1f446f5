// What it means to put a card elsewhere: always a verb that its drawer has too, never a bare status.

import { actOn, columnOf, justChanged, pulse } from "./cards.js";
import { open } from "./drawer.js";
import { can } from "./keys.js";
import { later } from "./later.js";
import { readingOf, tellChanged } from "./reading.js";
import { act, send } from "./sending.js";

const numberOf = (article) => Number(article.id.replace("step-", ""));
const linkOf = (article) => article.querySelector("a[data-open]");
const no = (why) => ({ why });
const yes = (verb, label, run) => (can(verb) ? { label, run } : no("You may look at this board, not change it"));

/** Send a verb for a card as it was seen; a card that changed meanwhile is compared, not overwritten. */
const tell = (verb, label, fields = {}, named = verb) =>
  yes(verb, label, (article, { revision }) => {
    actOn(numberOf(article));
    send(`${linkOf(article).dataset.open}${named}/`, { revision, ...fields });
  });
const opens = (verb, label, then) => yes(verb, label, (article) => open(linkOf(article).dataset.open, { then }));

const putBack = () => tell("reassign", "Put back, unclaimed", { owner: "" });
const hold = () => opens("hold", "Put on hold…", "#verb-note");
const complete = () => tell("complete", "Complete");
const give = () => yes("reassign", "Give to a session…", (article) => later("picker").then((picker) => picker.pickOwner(article)));

function approve(article) {
  if (article.dataset.risk !== "normal") return opens("approve", "Approve…", "[data-key-approve]");
  return yes("approve", "Approve", (card, { reading }) =>
    readingOf(card) === reading ? act(card.querySelector("[data-key-approve]")) : tellChanged(numberOf(card)),
  );
}

const answers = (article) => (article.querySelector("[data-key-approve]") ? approve(article) : opens("reply", "Reply…", "#decide-note"));
const isGate = (article) => article.dataset.kind === "gate";
const finished = () => no("A finished step stays finished; add a new one");

/** By where a card stands and where it is put. */
const WAYS = {
  todo: {
    run: (article) => (article.dataset.group === "behind" ? no("It waits on other steps") : give()),
    ask: hold,
    done: complete,
  },
  run: { todo: putBack, ask: hold, done: complete },
  ask: {
    todo: ({ dataset }) => (dataset.status === "failed" ? tell("retry", "Put back, to be tried again") : putBack()),
    run: (article) => {
      if (article.dataset.status === "failed") return no("Nobody has it; put it back into To do first");
      return article.dataset.status === "in_review" ? no("Approve or reject it") : answers(article);
    },
    done: (article) => {
      if (article.dataset.status === "failed") return no("It failed; put it back into To do first");
      return article.dataset.status === "in_review" ? approve(article) : complete();
    },
  },
  done: {
    todo: ({ dataset }) => (dataset.status === "cancelled" ? tell("retry", "Put back") : finished()),
    run: finished,
    ask: finished,
  },
};

function ofGate(article, to) {
  if (columnOf(article) === "ask" && article.dataset.status === "pending" && to === "done") return approve(article);
  if (article.dataset.status === "failed" && to === "todo") return tell("retry", "Put back");
  return no("A gate is only approved or rejected, when its steps are done");
}

/** Tell what it means to put a card into another column: `{label, run(article, seen)}`, or `{why}` it cannot be. */
export function into(article, to) {
  const from = columnOf(article);
  if (from === to) return no("It is there");
  return isGate(article) ? ofGate(article, to) : WAYS[from][to](article);
}

/** Tell what it means to put a card into another lane of the board. */
export function across(article, lane, to) {
  const from = columnOf(article);
  const [kind, name] = [lane.slice(0, 2), lane.slice(2)];
  if (document.getElementById("board").dataset.groupBy === "phase") {
    if (from !== to) return no("Into another phase or another column, one at a time");
    return tell("edit", name ? `Into ${name}` : "Into no phase", { phase: kind === "p:" ? name : "" });
  }
  if (lane === "rest") return no("Only finished work stands here");
  if (isGate(article)) return no("A gate has no owner");
  if (from === "done" || article.dataset.status === "failed") return no("It is not open any more");
  if (!["todo", "run"].includes(to) && from !== to) return no("To somebody else or into another column, one at a time");
  return kind === "o:" ? tell("reassign", `Give to ${name}`, { owner: name }) : putBack();
}

/** Tell what it means to put a card below another one of its column, or first. */
export function below(above) {
  return above ? tell("move", `Behind step ${above}`, { after: above }) : tell("move", "First", { to: "first" });
}

/** What of a card somebody sees who takes it into the hand, or opens its menu. */
export const seenOf = (article) => ({ revision: article.dataset.rev, reading: readingOf(article) });

/** Do it with the card as it was seen, unless it changed under the hand. */
export function carryOut(meant, article, seen) {
  if (justChanged(article)) pulse(article);
  else meant.run(article, seen);
}
