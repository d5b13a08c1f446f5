// The settings page's keys; theme and density are settings.js, as on every page.

import { boardKeys } from "../boardkeys.js";
import { allKeys, keepKeys, keymap, singleKeys, withMap } from "../keys.js";
import { editKeys } from "../keyedit.js";

const page = document.getElementById("set-keys");
const usual = page.querySelector("[data-usual-keys]");
const said = page.querySelector("[data-key-said]");
const box = page.querySelector("[data-single-keys]");

box.checked = singleKeys();
box.addEventListener("change", () => keepKeys({ letters: box.checked }));

/** The board's keys and those of every page. */
const entries = () => [...withMap(boardKeys({})), ...allKeys()];

const draw = editKeys(page.querySelector("[data-keys]"), said, {
  entries,
  changed: () => (usual.hidden = Object.keys(keymap()).length === 0),
});

usual.addEventListener("click", () => {
  keepKeys({ map: {} });
  said.textContent = "All keys are the usual ones.";
  draw();
  box.focus();
});
