// Copy buttons beside a line: they take the text of the code before them; where that is not allowed, they choose it.

import { say } from "./announce.js";

async function copy(button) {
  const code = button.closest(".command").querySelector("code");
  getSelection().selectAllChildren(code);
  const isCopied = await navigator.clipboard?.writeText(code.textContent).then(() => true, () => false);
  if (!isCopied) return;
  const words = button.lastChild;
  words.usual ??= words.textContent; // a second press finds "Copied" there
  words.textContent = "Copied";
  say("Copied");
  setTimeout(() => (words.textContent = words.usual), 2000);
}

export function startCopying() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
  });
}
