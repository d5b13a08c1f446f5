// The forms that hang from a button (New plan, Add step, Plan): Esc, a press elsewhere and a saved form close them.

const HANGING = ":is(.add-step, .plan-menu)[open]";

function leave(event) {
  const details = event.key === "Escape" && event.target.closest?.(HANGING);
  if (!details) return;
  event.preventDefault();
  details.open = false;
  details.querySelector("summary").focus();
}

function pressElsewhere(event) {
  for (const details of document.querySelectorAll(HANGING)) {
    if (!details.contains(event.target)) details.open = false;
  }
}

function enter(event) {
  if (!event.target.matches(HANGING)) return;
  event.target.querySelector(":is([aria-invalid=true], input:not([type=hidden]))")?.focus();
}

/** What was saved need not be typed over when the form is opened again. */
function landed({ target: form }) {
  const details = form.closest(HANGING);
  if (!details) return;
  form.reset();
  for (const told of details.querySelectorAll("[role=alert], .field-error")) told.remove();
  details.open = false;
}

export function startHanging() {
  document.addEventListener("keydown", leave);
  document.addEventListener("click", pressElsewhere);
  document.addEventListener("toggle", enter, { capture: true });
  document.addEventListener("planboard:saved", landed);
}
