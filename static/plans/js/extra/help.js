// The keys of this page, written out, and the choice to do without single ones.

import { allKeys, keepKeys, singleKeys } from "../keys.js";
import { goLinks, keysOf, sections } from "../keylist.js";

export function showKeys() {
  const dialog = document.getElementById("keys");
  if (!dialog || dialog.open) return;
  const shown = sections([...allKeys(), ...goLinks()], ({ key }) => keysOf(key));
  dialog.querySelector("[data-keys]").replaceChildren(...shown);
  const box = dialog.querySelector("[data-single-keys]");
  box.checked = singleKeys();
  box.onchange = () => keepKeys({ letters: box.checked });
  dialog.showModal();
}
