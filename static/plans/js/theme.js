// Before the first paint: what this browser chose. A classic script in <head>.

(() => {
  const root = document.documentElement;
  try {
    for (const name of ["theme", "density", "summary"]) {
      const chosen = localStorage.getItem(`planboard.${name}`);
      if (chosen) root.dataset[name] = chosen;
    }
  } catch {
    // Storage is blocked: the page keeps what the server sent.
  }
  root.classList.add("has-scripts");
})();
