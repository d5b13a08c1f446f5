// Before the first paint: the theme and density this browser chose. A classic script in <head>.

(() => {
  const root = document.documentElement;
  try {
    for (const name of ["theme", "density"]) {
      const chosen = localStorage.getItem(`planboard.${name}`);
      if (chosen) root.dataset[name] = chosen;
    }
  } catch {
    // Storage is blocked: the page keeps what the server sent.
  }
  root.classList.add("has-scripts");
})();
