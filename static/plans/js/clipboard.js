// Copy buttons beside a line: they take the text of the code before them.

import { say } from "./announce.js";

async function copy(button) {
  const text = button.closest(".command").querySelector("code").textContent;
  await navigator.clipboard.writeText(text);
  const words = button.lastChild;
  const before = words.textContent;
  words.textContent = "Copied";
  say("Copied");
  setTimeout(() => (words.textContent = before), 2000);
}

export function startCopying() {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
  });
}
