// Theme and density: kept in this browser, put on <html> before the first paint by theme.js.

export function startSettings() {
  document.addEventListener("change", (event) => {
    const name = event.target.dataset?.setting;
    if (!name) return;
    document.documentElement.dataset[name] = event.target.value;
    try {
      localStorage.setItem(`planboard.${name}`, event.target.value);
    } catch {
      // Storage is blocked: the choice lasts for this page.
    }
  });
  for (const field of document.querySelectorAll("[data-setting]")) {
    const chosen = document.documentElement.dataset[field.dataset.setting];
    if (chosen !== undefined) field.value = chosen;
  }
}
