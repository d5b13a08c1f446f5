// Sending forms without leaving the page, and putting the answer where it belongs.
//
// Buttons on cards belong to one form of the page (form="act") and bring their own formaction and revision, so a
// card is the same for every viewer. htmx sends, swaps and looks at the status; this guards and follows it.

import { alertPerson, say } from "./announce.js";
import { actOn, arm, card, dropCard, isArming, justChanged, pulse, putCard } from "./cards.js";
import { forgetDrafts, restoreDrafts } from "./drafts.js";
import { openStep, settleDrawer } from "./drawer.js";
import { later } from "./later.js";
import { showError } from "./toast.js";
import { fillTimes } from "./time.js";
import { keepUnsaved, markUnsaved, saved } from "./unsaved.js";

const SIGNED_OUT = 401;
const STALE = 409;

let armed = null;

/** Press a card's button, as a click would. */
export function act(button) {
  button.form.requestSubmit(button);
}

/** Send a change that no form of the page holds. */
export function send(url, fields) {
  const form = document.getElementById("act");
  const parts = Object.entries(fields).map(([name, value]) =>
    Object.assign(document.createElement("input"), { type: "hidden", name, value }),
  );
  const button = Object.assign(document.createElement("button"), { type: "submit", hidden: true });
  button.setAttribute("formaction", url);
  form.append(...parts, button);
  form.requestSubmit(button);
  for (const part of [...parts, button]) part.remove();
}

/** Ask for the note that a rejection needs. */
export async function reject(button) {
  if (justChanged(button.closest("article"))) return pulse(button.closest("article"));
  return htmx.ajax("GET", button.dataset.reject, { target: "#dialog", source: "#dialog" });
}

/** A press right after something changed may have meant what was there before: it is ignored once. */
function guard(event) {
  const button = event.submitter;
  const changed = button && (isArming(button) ? (button.closest("form, article") ?? button) : recent(button));
  if (changed) {
    event.preventDefault();
    event.stopImmediatePropagation();
    pulse(changed);
    return;
  }
  if (button) arm((armed = button)); // a double click presses once
  if (event.target.id === "act" && button?.closest("article")) actOn(button.closest("article").id.replace("step-", ""));
}

function recent(button) {
  const article = button.closest("#board article");
  return article && justChanged(article) ? article : null;
}

function landed(event) {
  const { ctx } = event.detail;
  const { status, headers } = ctx.response;
  const form = ctx.sourceElement?.closest?.("form");
  const done = status >= 200 && status < 300;
  if (!done) {
    actOn(0);
    armed?.removeAttribute("aria-disabled"); // what was refused may be put right and sent at once
  }
  if (status === SIGNED_OUT) {
    event.preventDefault(); // the page stays as it is, and with it what was typed
    document.dispatchEvent(new CustomEvent("planboard:signed-out"));
    showError(ctx.text);
  } else if (!done && !headers.has("Content-Security-Policy")) {
    event.preventDefault(); // the board sets one on every answer: a proxy answered for it
    tellLost();
  } else if (status === STALE) {
    keepUnsaved(form, ctx.request);
    alertPerson("Your edit was not saved. Compare and decide.");
  } else if (done && form) {
    // The drawer was closed meanwhile, or shows another step.
    if (!form.isConnected && form.dataset.step && form.dataset.step !== openStep()) ctx.swap = "none";
    landedWell(form, new URLSearchParams(ctx.request.body));
  }
}

const tellLost = () => showError("Not confirmed: the board did not answer. Nothing was lost; try again.");

const formsOf = (step) => document.querySelectorAll(`form[data-step="${step}"]`);

/** A form that was sent twice by a double press is done with at its first answer: it may be open again by the second. */
function landedWell(form, sent) {
  const { key } = form.elements;
  if (key && sent.get("key") !== key.value) return;
  if (key) key.value = crypto.getRandomValues(new Uint32Array(2)).join("-");
  // What a dialog saved was typed in the drawer.
  for (const other of [form, ...formsOf(form.dataset.step)]) forgetDrafts(other, sent);
  saved(form);
  form.closest("[popover]")?.hidePopover();
  form.dispatchEvent(new CustomEvent("planboard:saved", { bubbles: true }));
}

let from = "";
let sender = null;

/** Remember where a form was sent from: its answer may replace the very button that had the focus. */
function noteOrigin(event) {
  const article = event.submitter?.closest("article");
  sender = event.target;
  if (sender.closest("#picker, #toast")) sender.setAttribute("hx-swap", "none"); // the card changes; the drawer stays as it was
  const named = event.target.closest("#dialog, #picker") && card(event.target.dataset.step);
  from = article || named ? `#${(article ?? named).id}` : event.target.closest("#drawer, #dialog") ? "#drawer-title" : "";
}

function keepFocus() {
  if (document.activeElement !== document.body || !from) return;
  document.querySelector(from)?.focus({ preventScroll: true });
  from = ""; // what is swapped later moves no focus for it
}

function swapped() {
  takeIn();
  fillTimes();
  keepFocus();
  settleDrawer();
  restoreDrafts();
  markUnsaved();
  const fault = document.querySelector("[role=alert][data-field]");
  if (fault) later("fault").then(({ tellField }) => tellField(fault, sender));
  openDialog();
  const told = document.querySelector("#toast [data-say]");
  if (told && !told.dataset.said) {
    told.dataset.said = "1";
    say(told.dataset.say);
  }
}

/** The answer's card goes where a pushed one would; it never moves the page on to another revision. */
function takeIn() {
  for (const box of document.querySelectorAll("#incoming > template")) {
    const { place, col, after, gone } = box.dataset;
    actOn(place ?? 0);
    if (gone) dropCard(Number(gone));
    else putCard({ id: Number(place), col, after: after ? Number(after) : null, html: box.innerHTML });
    box.remove();
  }
}

function openDialog() {
  const dialog = document.querySelector("#dialog dialog:not([open])");
  if (!dialog) return;
  dialog.showModal();
  dialog.addEventListener("close", () => dialog.remove(), { once: true });
}

function pressed(event) {
  if (event.target.closest("[data-close-dialog]")) event.target.closest("dialog")?.close();
  const forget = event.target.closest("[data-forget-draft]")?.dataset.forgetDraft;
  if (forget) {
    formsOf(forget).forEach((form) => [forgetDrafts, saved].forEach((drop) => drop(form)));
  }
  const button = event.target.closest("[data-reject]");
  if (button) {
    event.preventDefault();
    reject(button);
  }
}

export function startSending() {
  document.addEventListener("submit", guard, { capture: true });
  document.addEventListener("submit", noteOrigin, { capture: true });
  document.addEventListener("click", pressed);
  document.addEventListener("htmx:after:request", landed);
  document.addEventListener("htmx:after:swap", swapped);
  document.addEventListener("htmx:error", tellLost);
  openDialog();
}
