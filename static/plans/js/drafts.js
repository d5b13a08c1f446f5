// Nothing typed is lost: every field with data-draft is kept until its save succeeds. What edits a step is kept with the
// revision that it was begun on, and goes on from there: what came meanwhile is compared, never overwritten.

const PREFIX = "planboard.draft.";

const keyOf = (field) => PREFIX + field.dataset.draft;
const baseOf = (field) => field.form?.querySelector("[data-base]");

const isTick = (field) => /radio|checkbox/.test(field.type);

/** What a field holds, whether it is written in, chosen from or ticked; nothing where it is not ticked. */
export const heldBy = (field) => (isTick(field) && !field.checked ? "" : field.value);

/** What it held when it was drawn; a choice, the option that the page marked, or its first. */
export function drawnWith(field) {
  const { options } = field;
  if (options) return ([...options].find((option) => option.defaultSelected) ?? options[0]).value;
  return isTick(field) && !field.defaultChecked ? "" : field.defaultValue;
}

export function fill(field, held) {
  field[isTick(field) ? "checked" : "value"] = held;
}

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
    if (kept === null || kept === heldBy(field)) continue;
    fill(field, kept);
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
    if (!sent || sent.getAll(field.name).at(-1) === heldBy(field)) store(field, null);
  }
}

export function startDrafts() {
  document.addEventListener("input", (event) => {
    const field = event.target.closest("[data-draft]");
    if (field) store(field, heldBy(field) === drawnWith(field) ? null : heldBy(field));
  });
  restoreDrafts();
}
