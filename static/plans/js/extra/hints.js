// Hints name the keys that this person presses: the server writes the usual ones, the same for everybody.

import { keymap, singleKeys } from "../keys.js";

const WRITTEN = "#keys *, #card-menu *, #palette *, .key-button *";
const LABEL = /, (\S)$/;

/** What a hint said before; a live change may have written it anew. */
function usual(hint, map) {
  const { ownKey } = hint.dataset;
  return ownKey !== undefined && hint.textContent === (map[ownKey] ?? ownKey) ? ownKey : hint.textContent;
}

function paintHint(hint, map, letters) {
  const key = usual(hint, map);
  if (key.length !== 1 || key === "↵") return;
  const now = map[key] ?? key;
  if (hint.dataset.ownKey === undefined && now === key && letters) return;
  hint.dataset.ownKey = key;
  if (hint.textContent !== now) hint.textContent = now;
  if (hint.hidden !== !letters) hint.hidden = !letters;
}

/** "One revision back, [" names its key, too. */
function paintLabel(button, map) {
  button.dataset.ownLabel ??= button.getAttribute("aria-label");
  const label = button.dataset.ownLabel.replace(LABEL, (all, key) => `, ${map[key] ?? key}`);
  if (button.getAttribute("aria-label") !== label) button.setAttribute("aria-label", label);
}

let due = false;

export function paintHints() {
  due = false;
  const [map, letters] = [keymap(), singleKeys()];
  for (const hint of document.querySelectorAll("kbd")) if (!hint.matches(WRITTEN)) paintHint(hint, map, letters);
  for (const button of document.querySelectorAll(".scrubber-buttons [aria-label]")) paintLabel(button, map);
}

new MutationObserver(() => {
  if (due) return;
  due = true;
  requestAnimationFrame(paintHints);
}).observe(document.body, { childList: true, characterData: true, subtree: true });
addEventListener("storage", paintHints);
paintHints();
