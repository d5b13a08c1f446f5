// The filter box: what is typed hides what does not match. The address keeps it, so a link shows the same.

import { later } from "./later.js";
import { countGroups } from "./tidying.js";

const box = () => document.querySelector("[data-filter]");
const board = () => document.getElementById("board");
const held = (item) => !item.hidden && item.matches(":hover, :focus-within");

let hides = false;

/** Give what a list item has to pass; null where nothing is filtered. Of a board's steps the server says which. */
function test() {
  if (board()) {
    const { matching } = board().dataset;
    const found = new Set(matching?.split(","));
    return matching === undefined ? null : (item) => found.has(item.dataset.key);
  }
  const words = (box()?.value ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  return words.length ? (item) => words.every((word) => item.textContent.toLowerCase().includes(word)) : null;
}

/** Hide what does not match (any more); what is under the hand goes when it is left. */
export function filterCards(stays = held) {
  const passes = test();
  if (!passes && !hides) return;
  hides = passes !== null;
  let shown = 0;
  for (const item of document.querySelectorAll("[data-filtered] li[data-key]")) {
    item.hidden = hides && !passes(item) && !stays(item);
    shown += item.hidden ? 0 : 1;
  }
  document.querySelectorAll(".column").forEach(countGroups);
  const none = document.querySelector("[data-no-match]");
  if (none) none.hidden = !hides || shown > 0;
}

/** Put a filter into the box as if it were typed. */
export function filterBy(text) {
  box().value = text;
  box().dispatchEvent(new Event("input"));
  box().focus();
}

function typed(input) {
  const url = new URL(location.href);
  if (input.value) url.searchParams.set("q", input.value);
  else url.searchParams.delete("q");
  history.replaceState(history.state, "", url);
  if (board()) later("matching").then((matching) => matching.typed());
  else filterCards(() => false);
  document.dispatchEvent(new CustomEvent("planboard:filter"));
}

function groupBy(what) {
  const url = new URL(location.href);
  if (what) url.searchParams.set("group", what);
  else url.searchParams.delete("group");
  location.assign(url);
}

export function startFilter() {
  const input = box();
  if (!input) return;
  input.addEventListener("input", () => typed(input));
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-filters]")) later("filters").then((filters) => filters.offer());
    if (!event.target.closest("[data-clear-filter]")) return;
    event.preventDefault();
    filterBy("");
  });
  document.addEventListener("change", ({ target }) => target.matches("[data-group-by]") && target.form && groupBy(target.value));
  if (board()?.dataset.matching !== undefined) later("matching");
  filterCards();
}
