// Theme, density and what is spoken: kept in this browser, put on <html> before the first paint by theme.js.

const fields = () => [...document.querySelectorAll("[data-setting]")];

/** Show a choice on the page and on whatever chooses it. */
function show(name, value) {
  document.documentElement.dataset[name] = value;
  for (const field of fields()) if (field.dataset.setting === name) field.value = value;
}

function choose(name, value) {
  show(name, value);
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
  choose("density", "");
  field.focus();
  return true;
}

export function startSettings() {
  document.addEventListener("change", ({ target }) => target.dataset?.setting && choose(target.dataset.setting, target.value));
  document.addEventListener("click", (event) => event.target.closest("[data-leave-wall]") && leaveWall());
  addEventListener("storage", ({ key, newValue }) => {
    const name = /^planboard\.(theme|density|summary)$/.exec(key ?? "")?.[1];
    if (name && newValue !== null) show(name, newValue);
  });
  if (document.documentElement.dataset.summary) import("./extra/summary.js").then(({ startSummary }) => startSummary(), () => {});
  for (const { dataset } of fields()) {
    const chosen = document.documentElement.dataset[dataset.setting];
    if (chosen !== undefined) show(dataset.setting, chosen);
  }
}
