// Edits that came too late: kept for this tab, and marked on their cards: "Your title was not saved, Compare".

import { card } from "../cards.js";
import { drawnWith, heldBy } from "../drafts.js";
import { UNSAVED } from "../unsaved.js";

const HIDDEN = new Set(["csrfmiddlewaretoken", "revision", "key"]);

const here = () => document.getElementById("board")?.dataset.namespace;
const keyOf = (step, namespace = here()) => `${UNSAVED}${namespace}.${step}`;

/** Name the plan that a form changes: not every page with such forms has a board. */
const planOf = (url) => decodeURIComponent(/\/plans\/([^/]+)\//.exec(url)?.[1] ?? "");

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
    (field) => field.name && !HIDDEN.has(field.name) && !/radio|submit/.test(field.type) && heldBy(field) !== drawnWith(field),
  );
  return changed.length === 1 && changed[0].type !== "checkbox" ? changed[0].name : changed.length ? "edit" : "";
}

const known = (step, namespace) => JSON.parse(storage((kept) => kept.getItem(keyOf(step, namespace))) ?? "null");

export function keep(form, request) {
  const step = form?.dataset.step;
  const namespace = planOf(request.action);
  const what = step && (form.closest("dialog") ? known(step, namespace)?.what : typedIn(form));
  if (!what) return;
  const fields = Object.fromEntries([...new URLSearchParams(request.body)].filter(([name]) => name !== "csrfmiddlewaretoken"));
  storage((kept) => kept.setItem(keyOf(step, namespace), JSON.stringify({ what, url: request.action, fields })));
  mark();
}

export function forget(form) {
  const { step } = form.dataset;
  if (!step) return;
  storage((kept) => kept.removeItem(keyOf(step, planOf(form.action))));
  card(step)?.querySelector(".is-unsaved")?.remove();
}

/** Mark the cards; morphs leave the marks alone. */
export function mark() {
  const keys = storage((kept) => Object.keys(kept)) ?? [];
  const start = keyOf("");
  for (const step of keys.filter((key) => key.startsWith(start)).map((key) => key.slice(start.length))) {
    const article = card(step);
    if (article && !article.querySelector(".is-unsaved")) article.querySelector(".card-foot").before(marked(step));
  }
}

function marked(step) {
  const made = document.getElementById("unsaved").content.firstElementChild.cloneNode(true);
  made.querySelector("[data-what]").textContent = `Your ${known(step).what} was not saved`;
  made.querySelector("button").dataset.compare = step;
  return made;
}

export function again(step, send) {
  const kept = known(step);
  if (kept) send(kept.url, kept.fields);
}
