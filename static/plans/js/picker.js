// Who gets a step: the drawer's form, fetched to hang on the card. Typing finds a session among those offered.

import { fillTimes } from "./time.js";
import { hang } from "./popover.js";

const panel = () => document.getElementById("picker");

export async function pickOwner(article) {
  const link = article.querySelector("a[data-open]");
  await htmx.ajax("GET", `${link.dataset.open}?part=owners`, { target: "#picker", swap: "innerHTML" });
  if (!panel().querySelector("form")) return;
  fillTimes(panel());
  hang(panel(), article);
  (panel().querySelector("input:checked") ?? panel().querySelector("input:not([type=hidden])")).focus();
}

/** Show the sessions that hold what was typed, and choose the first of them. */
function find(field) {
  const word = field.value.trim().toLowerCase();
  const offers = [...field.form.querySelectorAll("[data-offer]")];
  for (const offer of offers) offer.hidden = !offer.textContent.toLowerCase().includes(word);
  const first = offers.find((offer) => !offer.hidden);
  if (first && word) first.querySelector("input").checked = true;
  for (const title of field.form.querySelectorAll("[data-offers]")) {
    title.hidden = !title.querySelector("[data-offer]:not([hidden])");
  }
}

export function startPicker() {
  document.addEventListener("input", (event) => event.target.matches("[data-find-owner]") && find(event.target));
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-pick-owner]");
    const article = link?.closest("article");
    if (!article || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    pickOwner(article);
  }, { capture: true });
}
