// Nothing typed is lost: every field with data-draft is kept until its save succeeds. What edits a step is kept with the
// revision that it was begun on, and goes on from there: what came meanwhile is compared, never overwritten.

const PREFIX = "planboard.draft.";

const keyOf = (field) => PREFIX + field.dataset.draft;
const baseOf = (field) => field.form?.querySelector("[data-base]");

function store(field, value) {
  const base = baseOf(field)?.value;
  try {
    for (const [key, kept] of [[keyOf(field), value], [`${keyOf(field)}@`, value === null ? null : base]]) {
      if (kept === null) sessionStorage.removeItem(key);
      else if (kept !== undefined) sessionStorage.setItem(key, kept);
    }
  } catch {
    // Storage is blocked or full: the field itself still holds the text.
  }
}

function stored(key) {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Put kept text back into fields that were just drawn. */
export function restoreDrafts(root = document) {
  for (const field of root.querySelectorAll("[data-draft]")) {
    const kept = stored(keyOf(field));
    if (kept === null || kept === field.value) continue;
    field.value = kept;
    const base = stored(`${keyOf(field)}@`);
    if (base && baseOf(field)) baseOf(field).value = base;
    const note = field.form?.querySelector("[data-restored]");
    if (note) note.hidden = false;
    field.closest("details")?.setAttribute("open", "");
  }
}

/** Forget what a form held: it was saved, or the person threw it away. What was typed after `sent` went is neither. */
export function forgetDrafts(form, sent) {
  for (const field of form.querySelectorAll("[data-draft]")) {
    if (!sent || sent.get(field.name) === field.value) store(field, null);
  }
}

export function startDrafts() {
  document.addEventListener("input", (event) => {
    const field = event.target.closest("[data-draft]");
    if (field) store(field, field.value === field.defaultValue ? null : field.value);
  });
  restoreDrafts();
}
