// An edit that came too late stays on its card until it is saved or thrown away: "Your title was not saved, Compare".

import { card } from "./cards.js";

const PREFIX = "planboard.unsaved.";
const HIDDEN = new Set(["csrfmiddlewaretoken", "revision", "key", "critical"]);

const keyOf = (step) => `${PREFIX}${document.getElementById("board")?.dataset.namespace}.${step}`;

function storage(deed) {
  try {
    return deed(sessionStorage);
  } catch {
    return null; // Storage is blocked: the form on the page still holds the text.
  }
}

/** Name what was typed: the one field that differs from what the form showed, or all of it. */
function typedIn(form) {
  const changed = [...form.elements].filter(
    (field) => field.name && !HIDDEN.has(field.name) && "defaultValue" in field && field.value !== field.defaultValue,
  );
  return changed.length === 1 ? changed[0].name : changed.length ? "edit" : "";
}

/** Keep what a refused form sent, so that it can be compared again. */
export function keepUnsaved(form, request) {
  const step = form?.dataset.step;
  const what = step && (form.closest("dialog") ? known(step)?.what : typedIn(form));
  if (!what) return;
  const fields = Object.fromEntries([...new URLSearchParams(request.body)].filter(([name]) => name !== "csrfmiddlewaretoken"));
  storage((kept) => kept.setItem(keyOf(step), JSON.stringify({ what, url: request.action, fields })));
}

function known(step) {
  return JSON.parse(storage((kept) => kept.getItem(keyOf(step))) ?? "null");
}

/** The step's form was saved, or its text thrown away. */
export function saved(form) {
  const { step } = form.dataset;
  if (!step) return;
  storage((kept) => kept.removeItem(keyOf(step)));
  card(step)?.querySelector(".is-unsaved")?.remove();
}

/** Put the mark on every card that has such an edit; morphs leave it alone. */
export function markUnsaved() {
  const keys = storage((kept) => Object.keys(kept)) ?? [];
  const start = keyOf("");
  for (const step of keys.filter((key) => key.startsWith(start)).map((key) => key.slice(start.length))) {
    const article = card(step);
    if (article && !article.querySelector(".is-unsaved")) article.querySelector(".card-foot").before(mark(step));
  }
}

function mark(step) {
  const made = document.getElementById("unsaved").content.firstElementChild.cloneNode(true);
  made.querySelector("[data-what]").textContent = `Your ${known(step).what} was not saved`;
  made.querySelector("button").dataset.compare = step;
  return made;
}

/** `send` posts it once more: from the old revision, so the answer is the dialog again. */
export function startUnsaved(send) {
  markUnsaved();
  document.addEventListener("click", (event) => {
    const step = event.target.closest("[data-compare]")?.dataset.compare;
    const kept = step && known(step);
    if (kept) send(kept.url, kept.fields);
  });
}
