// Who gets a step: the drawer's form, fetched to hang on the card. Typing finds a session among those offered.

import { hang } from "../popover.js";
import { fillTimes } from "../time.js";

const panel = () => document.getElementById("picker");

export async function pickOwner(article) {
  const link = article.querySelector("a[data-open]");
  panel().replaceChildren(); // what was picked for another card must never hang on this one
  await htmx.ajax("GET", `${link.dataset.open}?part=owners`, { target: "#picker", source: "#picker" });
  if (!panel().querySelector("form")) return;
  fillTimes(panel());
  hang(panel(), article);
  (panel().querySelector("input:checked") ?? panel().querySelector("input:not([type=hidden])")).focus();
}

/** Show the sessions that hold what was typed, and choose the first of them. */
export function findOwner(field) {
  const word = field.value.trim().toLowerCase();
  const offers = [...field.form.querySelectorAll("[data-offer]")];
  for (const offer of offers) offer.hidden = !offer.textContent.toLowerCase().includes(word);
  const first = offers.find((offer) => !offer.hidden);
  if (first && word) first.querySelector("input").checked = true;
  for (const title of field.form.querySelectorAll("[data-offers]")) {
    title.hidden = !title.querySelector("[data-offer]:not([hidden])");
  }
}
