// On large boards Done is a strip until somebody wants to see it.

const UNFOLDED = "data-own-unfolded";

/** Unfolded is the reader's own mark on the board: no redraw takes it away. */
export const isFolded = (section) => section.id === "col-done" && section.querySelector("[data-fold]") !== null && !unfolded();

const unfolded = () => document.getElementById("board").hasAttribute(UNFOLDED);

export function startFolding() {
  document.addEventListener("click", ({ target }) => {
    if (!target.closest("[data-fold]")) return;
    document.getElementById("board").toggleAttribute(UNFOLDED);
    paintFold();
  });
}

/** Say on the button what it does now. */
export function paintFold() {
  const button = document.querySelector("[data-fold]");
  if (!button) return;
  button.setAttribute("aria-expanded", String(unfolded()));
  button.setAttribute("aria-label", unfolded() ? "Fold Done" : "Unfold Done");
}
