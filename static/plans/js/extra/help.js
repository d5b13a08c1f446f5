// The keys of this page, written out; they can be changed there, or single ones be done without.

import { allKeys, keepKeys, singleKeys } from "../keys.js";
import { editKeys } from "../keyedit.js";
import { goLinks, keysOf, sections } from "../keylist.js";

const CHORD = /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘K" : "Ctrl K";

/** Of two that have the same key the one that a person chose it for acts, or else the later one. */
const acting = (entries) =>
  entries.filter(({ key }, at) => {
    const same = entries.filter((other) => other.key === key);
    return (same.find(isChosen) ?? same.at(-1)) === entries[at];
  });
const isChosen = (entry) => entry.key !== entry.default;

const shown = () => [...acting(allKeys()), ...goLinks(), { group: "Go to", key: CHORD, does: "find or run" }];

export function showKeys() {
  const dialog = document.getElementById("keys");
  if (!dialog || dialog.open) return;
  const list = dialog.querySelector("[data-keys]");
  const said = dialog.querySelector("[data-key-said]");
  list.replaceChildren(...sections(shown(), ({ key }) => keysOf(key)));
  said.textContent = "";
  const box = dialog.querySelector("[data-single-keys]");
  box.checked = singleKeys();
  box.onchange = () => keepKeys({ letters: box.checked });
  const edit = dialog.querySelector("[data-edit-keys]");
  edit.hidden = false;
  edit.onclick = () => {
    edit.hidden = true;
    said.textContent = "Press a key's button, then the key you want.";
    editKeys(list, said, { entries: shown });
    list.querySelector("button")?.focus();
  };
  dialog.showModal();
  dialog.scrollTop = 0; // what has the focus stands at its end
}
