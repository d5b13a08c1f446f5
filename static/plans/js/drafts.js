// Nothing typed is lost: every field with data-draft is kept until its save succeeds.

const PREFIX = "planboard.draft.";

const keyOf = (field) => PREFIX + field.dataset.draft;

function store(key, value) {
  try {
    if (value === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, value);
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
    const note = field.form?.querySelector("[data-restored]");
    if (note) note.hidden = false;
    field.closest("details")?.setAttribute("open", "");
  }
}

/** Forget what a form held: it was saved, or the person threw it away. */
export function forgetDrafts(form) {
  for (const field of form.querySelectorAll("[data-draft]")) store(keyOf(field), null);
}

export function startDrafts() {
  document.addEventListener("input", (event) => {
    const field = event.target.closest("[data-draft]");
    if (field) store(keyOf(field), field.value === field.defaultValue ? null : field.value);
  });
  restoreDrafts();
}
