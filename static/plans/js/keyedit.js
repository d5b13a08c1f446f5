// Changing keys: press a key's button, then the key that one wants. No key means two things on a screen.

import { keepKeys, keymap } from "./keys.js";
import { keysOf, sections } from "./keylist.js";

const FIXED = /^(Arrow|Enter|Escape|Home|End| |g )|^.{2,}$/;
const GO = "g";

/**
 * Write entries into `list` with a button for each key that may be changed, and say in `said` what came of it.
 * `entries()` gives them as they are now, `changed()` is told of every change.
 */
export function editKeys(list, said, { entries, changed = () => {} }) {
  const draw = (focused) => {
    list.replaceChildren(...sections(entries(), (entry) => (FIXED.test(entry.default ?? entry.key) ? keysOf(entry.key) : [button(entry)])));
    list.querySelector(`[data-key="${CSS.escape(focused ?? "")}"]`)?.focus();
    changed();
  };

  const button = (entry) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "key-button";
    made.dataset.key = entry.default;
    made.setAttribute("aria-label", `${entry.key}, ${entry.does}: change the key`);
    made.append(...keysOf(entry.key));
    made.addEventListener("click", () => listen(made, entry));
    made.addEventListener("blur", () => made.classList.remove("is-listening"));
    made.addEventListener("keydown", (event) => made.classList.contains("is-listening") && take(event, made, entry));
    return made;
  };

  const listen = (made, entry) => {
    made.classList.add("is-listening");
    said.textContent = `Press the key for “${entry.does}”, or Esc to leave it.`;
  };

  const take = (event, made, entry) => {
    if (["Tab", "Shift", "Control", "Alt", "Meta", "AltGraph"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") {
      made.classList.remove("is-listening");
      said.textContent = "Nothing was changed.";
      return;
    }
    const why = refusal(event, entry, entries());
    if (why) said.textContent = why;
    else set(entry, event.key);
  };

  const set = (entry, key) => {
    const map = { ...keymap(), [entry.default]: key };
    if (key === entry.default) delete map[entry.default];
    keepKeys({ map });
    said.textContent = keymap()[entry.default] === map[entry.default] ? `“${entry.does}” is ${key} now.` : "This browser keeps no choices: its storage is blocked.";
    draw(entry.default);
  };

  draw();
  return draw;
}

/** Say why a key cannot be had; nothing when it can. */
function refusal({ key, ctrlKey, metaKey, altKey }, entry, all) {
  if (key.length !== 1 || key === " " || ctrlKey || metaKey || altKey) return "Choose a letter, a digit or a sign, without Ctrl or Alt.";
  if (key === GO) return "g begins the keys that go to another screen. Choose another.";
  const other = all.find((one) => one.default !== entry.default && (one.key === key || one.also === key));
  return other ? `${key} is “${other.does}” already. Choose another, or change that one first.` : "";
}
