// Cards in lanes: which lane is a card's, where in it, and when the lanes themselves have to be fetched again.

import { ask } from "../ask.js";
import { standIn } from "../cards.js";
import { morph, parse } from "../morph.js";
import { fillTimes } from "../time.js";

const PAUSE = 1500;
const phone = matchMedia("(max-width: 760px)");
const KEYS = {
  owner: ({ owner, col }) => (owner ? [`o:${owner}`, col === "done" ? "rest" : "more"] : ["none"]),
  phase: ({ phase }) => [phase ? `p:${phase}` : "none"],
};

const root = () => document.getElementById("board");
const heads = () => [...document.querySelectorAll("#lane-heads > [data-lane]")];
const cell = (section, key) => [...section.querySelectorAll(".lane-cell")].find((found) => found.dataset.lane === key);

let orders = {};
let board = null;
let timer = 0;
let lacks = false;
let isOld = false;

/** Take over in which order each column's steps stand; lanes cut it into pieces. */
function read() {
  orders = {};
  for (const section of document.querySelectorAll(".column[data-order]")) {
    orders[section.id.replace("col-", "")] = section.dataset.order.split(",").filter(Boolean).map(Number);
  }
  lacks = false;
}

function note({ id, col, after }) {
  for (const order of Object.values(orders)) {
    const at = order.indexOf(Number(id));
    if (at >= 0) order.splice(at, 1);
  }
  orders[col]?.splice(after === null ? 0 : orders[col].indexOf(Number(after)) + 1, 0, Number(id));
}

function listFor(section, article) {
  const keys = KEYS[root().dataset.groupBy](article.dataset);
  const found = keys.map((key) => cell(section, key)).find(Boolean);
  if (!found) lacks = true;
  return found?.querySelector(".card-list") ?? null;
}

/** Find the last card of a list that stands before a step in its column. */
function above(list, col, id) {
  const order = orders[col] ?? [];
  const before = new Set(order.slice(0, Math.max(0, order.indexOf(Number(id)))).map(String));
  return [...list.children].findLast((item) => before.has(item.dataset.key)) ?? null;
}

/** A lane is seen while some column shows a card in it. */
function hideEmpty() {
  for (const head of heads()) {
    const { lane } = head.dataset;
    const cells = [...document.querySelectorAll(".lane-cell")].filter((found) => found.dataset.lane === lane);
    const isEmpty = !cells.some((found) => found.querySelector("li:not([hidden])"));
    for (const part of [head, ...cells]) if (part.hidden !== isEmpty) part.hidden = isEmpty;
  }
}

function factsSlot() {
  const slot = Object.assign(document.createElement("div"), { className: "lane-facts" });
  slot.dataset.own = "";
  return slot;
}

function copyInto(slot, nodes) {
  const fresh = slot.cloneNode(false);
  fresh.append(...[...nodes].map((node) => node.cloneNode(true)));
  if (!fresh.isEqualNode(slot)) morph(slot, fresh);
}

/** On a phone columns stand one below the other: what a lane says of itself stands above its cards in each. */
function fillNames() {
  if (!phone.matches) return;
  for (const head of heads()) {
    const [name, ...facts] = head.children;
    for (const found of document.querySelectorAll(`.lane-cell[data-lane="${CSS.escape(head.dataset.lane)}"]`)) {
      const title = found.querySelector(".lane-name");
      if (!title.nextElementSibling.matches(".lane-facts")) title.after(factsSlot());
      copyInto(title, name.childNodes);
      copyInto(title.nextElementSibling, facts);
    }
  }
}

/** Of what is done in a lane the last card is seen, and how many there are more. */
function countFolded() {
  for (const button of document.querySelectorAll("[data-lane-more]")) {
    const found = button.closest(".lane-cell");
    const more = Math.max(0, found.querySelectorAll("li:not([hidden])").length - 1);
    const isOpen = "ownAll" in found.dataset;
    const says = isOpen ? "Show the last one only" : `${more.toLocaleString()} more done`;
    if (button.textContent !== says) button.textContent = says;
    if (button.hidden !== !more) button.hidden = !more;
    button.setAttribute("aria-expanded", String(isOpen));
  }
}

function unfold(event) {
  const button = event.target.closest("[data-lane-more]");
  if (!button) return;
  const { dataset } = button.closest(".lane-cell");
  if ("ownAll" in dataset) delete dataset.ownAll;
  else dataset.ownAll = "";
  countFolded();
}

/** What lanes say of themselves follows a little later; other lanes than these need the whole board. */
async function again() {
  timer = 0;
  isOld = false;
  const url = new URL(location.href);
  url.searchParams.set("fragment", "lanes");
  const { ok, text } = await ask(url);
  if (!ok) return;
  const fresh = parse(text).querySelector("#lane-heads");
  const named = (list) => list.map((head) => head.dataset.lane).join("\n");
  if (lacks || named([...fresh.querySelectorAll("[data-lane]")]) !== named(heads())) {
    await board.refetch();
    return;
  }
  morph(document.getElementById("lane-heads"), fresh);
  fillTimes();
  hideEmpty();
}

/** A page that nobody sees asks when it comes back into view. */
function soon() {
  isOld = true;
  if (!document.hidden) timer ||= setTimeout(again, PAUSE);
}

export function startLanes(of) {
  if (board) return;
  board = of;
  const isNew = board.rev === Number(root().dataset.revision);
  read();
  standIn({ listFor, above, note });
  document.addEventListener("planboard:redrawn", read);
  document.addEventListener("planboard:step", soon);
  document.addEventListener("visibilitychange", () => isOld && soon());
  document.addEventListener("click", unfold);
  document.addEventListener("planboard:filter", () => document.querySelector('.lane-head[data-lane="more"]') && soon());
  phone.addEventListener("change", fillNames);
  fillNames();
  let due = false;
  new MutationObserver(() => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => {
      due = false;
      hideEmpty();
      countFolded();
      fillNames();
    });
  }).observe(root(), { childList: true, subtree: true, attributes: true, attributeFilter: ["hidden"] });
  if (!isNew) board.refetch();
}
