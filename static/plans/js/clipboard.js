// Copy buttons beside a line: they take the text of the code before them; where that is not allowed, they choose it.

import { say } from "./announce.js";

async function copy(button) {
  const code = button.closest(".command").querySelector("code");
  getSelection().selectAllChildren(code);
  if (!navigator.clipboard) return;
  await navigator.clipboard.writeText(code.textContent);
  const words = button.lastChild;
  const before = words.textContent;
  words.textContent = "Copied";
  say("Copied");
  setTimeout(() => (words.textContent = before), 2000);
}

export function startCopying() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
  });
}
