// One field was refused.

/** What is wrong with one field is said below it, and the focus goes back there. */
export function tellField(told, sender) {
  const field = sender?.elements[told.dataset.field];
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
