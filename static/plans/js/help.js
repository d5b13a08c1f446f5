// The list of keys, and the choice to do without single ones.

const SETTING = "planboard.keys";
const NAMES = { Escape: "Esc", Enter: "↵" };

/** Tell whether letters act; they rest while one types in any case. */
export function singleKeys() {
  try {
    return localStorage.getItem(SETTING) !== "off";
  } catch {
    return true;
  }
}

export function showKeys(entries) {
  const dialog = document.getElementById("keys");
  if (!dialog || dialog.open) return;
  const groups = Map.groupBy(entries, (entry) => entry.group);
  dialog.querySelector("[data-keys]").replaceChildren(...[...groups].map(([name, keys]) => section(name, keys)));
  dialog.showModal();
}

function section(name, keys) {
  const made = document.createElement("section");
  const heading = document.createElement("h3");
  heading.textContent = name;
  const list = document.createElement("dl");
  list.append(...keys.map(row));
  made.append(heading, list);
  return made;
}

function row({ key, does }) {
  const made = document.createElement("div");
  const term = document.createElement("dt");
  const kbd = document.createElement("kbd");
  kbd.textContent = NAMES[key] ?? key;
  term.append(kbd);
  const words = document.createElement("dd");
  words.textContent = does;
  made.append(term, words);
  return made;
}

export function startHelp() {
  const box = document.querySelector("[data-single-keys]");
  if (!box) return;
  box.checked = singleKeys();
  box.addEventListener("change", () => {
    try {
      localStorage.setItem(SETTING, box.checked ? "on" : "off");
    } catch {
      // Storage is blocked: the choice cannot be kept.
    }
  });
}
