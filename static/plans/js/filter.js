// The filter box: words hide the cards that do not have them all. The address keeps them, so a link shows the same.

import { countGroups } from "./tidying.js";

const box = () => document.querySelector("[data-filter]");

let hides = false;

export function filterCards() {
  const words = (box()?.value ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length && !hides) return;
  hides = words.length > 0;
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

export function startFilter() {
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
