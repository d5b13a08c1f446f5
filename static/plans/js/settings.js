// Theme and density: kept in this browser, put on <html> before the first paint by theme.js.

function choose(name, value) {
  document.documentElement.dataset[name] = value;
  try {
    localStorage.setItem(`planboard.${name}`, value);
  } catch {
    // Storage is blocked: the choice lasts for this page.
  }
}

/** Go back from the wall's large type to a board with everything; true where it was one. */
export function leaveWall() {
  const field = document.querySelector("[data-setting=density]");
  if (!field || document.documentElement.dataset.density !== "wall") return false;
  field.value = "";
  choose("density", "");
  field.focus();
  return true;
}

export function startSettings() {
  document.addEventListener("change", ({ target }) => target.dataset?.setting && choose(target.dataset.setting, target.value));
  document.addEventListener("click", (event) => event.target.closest("[data-leave-wall]") && leaveWall());
  for (const field of document.querySelectorAll("[data-setting]")) {
    const chosen = document.documentElement.dataset[field.dataset.setting];
    if (chosen !== undefined) field.value = chosen;
  }
}
