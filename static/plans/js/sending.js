// Sending forms without leaving the page, and putting the answer where it belongs.
//
// Buttons on cards belong to one form of the page (form="act") and bring their own formaction and revision, so a
// card is the same for every viewer. htmx sends, swaps and looks at the status; this guards and follows it.

import { alertPerson, say } from "./announce.js";
import { actOn, columnOf, justChanged } from "./cards.js";
import { forgetDrafts, restoreDrafts } from "./drafts.js";
import { settleDrawer } from "./drawer.js";
import { showError } from "./toast.js";
import { fillTimes } from "./time.js";

const STALE = 409;

/** Press a card's button, as a click would. */
export function act(button) {
  button.form.requestSubmit(button);
}

/** A press right after the card changed may have meant what was there before: it is ignored once. */
function guard(event) {
  const button = event.submitter;
  if (event.target.id !== "act" || !button) return;
  const article = button.closest("article");
  if (!article) return;
  if (justChanged(article)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    article.classList.remove("is-pulsing");
    requestAnimationFrame(() => article.classList.add("is-pulsing"));
    return;
  }
  actOn(article.id.replace("step-", ""));
}

function landed(event) {
  const { ctx } = event.detail;
  const status = ctx.response?.raw?.status ?? ctx.response?.status ?? 0;
  const form = ctx.sourceElement?.closest?.("form");
  if (status === STALE) {
    alertPerson("Your edit was not saved. Compare and decide.");
  } else if (status >= 200 && status < 300 && form) {
    forgetDrafts(form);
  }
}

let from = "";
let sender = null;

/** Remember where a form was sent from: its answer may replace the very button that had the focus. */
function noteOrigin(event) {
  const article = event.submitter?.closest("article");
  sender = event.target;
  from = article ? `#${article.id}` : event.target.closest("#drawer, #dialog") ? "#drawer-title" : "";
}

function keepFocus() {
  if (document.activeElement !== document.body || !from) return;
  document.querySelector(from)?.focus({ preventScroll: true });
}

/** What is wrong with one field is said under it, until somebody writes there. */
function tellField() {
  const told = document.querySelector("[role=alert][data-field]");
  const field = told && sender?.elements[told.dataset.field];
  if (!field?.id) return;
  const error = document.createElement("p");
  error.className = "field-error";
  error.id = `${field.id}-error`;
  error.textContent = told.textContent;
  document.getElementById(error.id)?.remove();
  told.remove();
  field.after(error);
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", error.id);
  field.focus();
  const fixed = () => {
    error.remove();
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  };
  field.addEventListener("input", fixed, { once: true });
}

function swapped() {
  fillTimes();
  keepFocus();
  tellField();
  settleDrawer();
  restoreDrafts(document.getElementById("drawer") ?? document);
  openDialog();
  const told = document.querySelector("#toast [data-say]");
  if (told && !told.dataset.said) {
    told.dataset.said = "1";
    say(told.dataset.say);
  }
  for (const article of document.querySelectorAll("#board article[data-col]")) settle(article);
}

/** A card that an answer redrew in place goes to the column it names; the push puts it on its exact place. */
function settle(article) {
  const { col } = article.dataset;
  if (columnOf(article) === col) return;
  const list = document.querySelector(`#col-${col} .card-list`);
  if (list) list.append(article.closest("li"));
}

function openDialog() {
  const dialog = document.querySelector("#dialog dialog:not([open])");
  if (!dialog) return;
  dialog.showModal();
  dialog.addEventListener("close", () => dialog.remove(), { once: true });
}

export function startSending() {
  document.addEventListener("submit", guard, { capture: true });
  document.addEventListener("submit", noteOrigin, { capture: true });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-close-dialog]")) event.target.closest("dialog")?.close();
    const forget = event.target.closest("[data-forget-draft]");
    if (forget) document.querySelectorAll(`form[data-step="${forget.dataset.forgetDraft}"]`).forEach(forgetDrafts);
  });
  document.addEventListener("htmx:after:request", landed);
  document.addEventListener("htmx:after:swap", swapped);
  document.addEventListener("htmx:error", () => showError("Not confirmed: the board did not answer. Nothing was lost; try again."));
  openDialog();
}

export const focusedCard = () => document.activeElement?.closest?.("article[id^='step-']") ?? null;
