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

/** Give the address of this page with one word set, or taken out where there is no value. */
export function addressed(name, value) {
  const url = new URL(location.href);
  if (value) url.searchParams.set(name, value);
  else url.searchParams.delete(name);
  return url;
}

function typed(input) {
  history.replaceState(history.state, "", addressed("q", input.value));
  if (board()) later("matching").then((matching) => matching.typed());
  else filterCards(() => false);
  document.dispatchEvent(new CustomEvent("planboard:filter"));
}

export function startFilter() {
  const input = box();
  if (!input) return;
  input.addEventListener("input", () => typed(input));
  addEventListener("popstate", () => {
    const q = new URL(location.href).searchParams.get("q") ?? "";
    if (input.value !== q) typed(Object.assign(input, { value: q }));
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-filters]")) later("filters").then((filters) => filters.offer());
    if (!event.target.closest("[data-clear-filter]")) return;
    event.preventDefault();
    filterBy("");
  });
  document.addEventListener("change", ({ target }) => target.matches("[data-group-by]") && target.form && location.assign(addressed("group", target.value)));
  if (board()?.dataset.matching !== undefined) later("matching");
  filterCards();
}
