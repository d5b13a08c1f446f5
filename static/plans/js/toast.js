// One toast at a time, 8 seconds; it waits while it is looked at. Errors stay until they are closed.

const SHOWN_FOR = 8000;
let timer = 0;

const slot = () => document.getElementById("toast");

function later() {
  clearTimeout(timer);
  const toast = slot()?.firstElementChild;
  if (!toast || toast.classList.contains("is-error")) return;
  // What a dialog covers can be neither read nor pressed.
  timer = setTimeout(() => (document.querySelector("dialog[open]") ? later() : hideToast()), SHOWN_FOR);
}

function hideToast() {
  clearTimeout(timer);
  const toast = slot();
  if (toast?.contains(document.activeElement)) document.getElementById("main")?.focus({ preventScroll: true });
  toast?.replaceChildren();
}

/** Show a sentence that the server did not draw: what went wrong on the way to it. */
export function showError(sentence) {
  const toast = slot();
  if (!toast) return;
  toast.innerHTML = '<div class="toast is-error"><p></p><button type="button" class="link-button" data-close-toast>Close</button></div>';
  toast.querySelector("p").textContent = sentence;
}

/** The undo button that is offered now, if any. */
export const undoButton = () => slot()?.querySelector("[data-undo]");

export function startToasts() {
  const toast = slot();
  if (!toast) return;
  new MutationObserver(later).observe(toast, { childList: true });
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, () => clearTimeout(timer));
  for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, later);
  document.addEventListener("close", later, { capture: true });
  toast.addEventListener("click", (event) => {
    if (event.target.closest("[data-close-toast]")) hideToast();
  });
  later();
}
