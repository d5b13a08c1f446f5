// The keys of this page, written out, and the choice to do without single ones.

import { allKeys, keepKeys, singleKeys } from "../keys.js";
import { goLinks, keysOf, sections } from "../keylist.js";

const CHORD = /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘K" : "Ctrl K";

/** Of two that have the same key the later one acts. */
const last = (entries) => entries.filter(({ key }, at) => !entries.slice(at + 1).some((other) => other.key === key));

export function showKeys() {
  const dialog = document.getElementById("keys");
  if (!dialog || dialog.open) return;
  const find = { group: "Go to", key: CHORD, does: "find or run" };
  const shown = sections([...last(allKeys()), ...goLinks(), find], ({ key }) => keysOf(key));
  dialog.querySelector("[data-keys]").replaceChildren(...shown);
  const box = dialog.querySelector("[data-single-keys]");
  box.checked = singleKeys();
  box.onchange = () => keepKeys({ letters: box.checked });
  dialog.showModal();
}
