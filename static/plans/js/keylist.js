// How keys are written: in groups, each with its sign and what it does.

const NAMES = { Escape: "Esc", Enter: "↵", " ": "Space", ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→" };

const make = (name, ...parts) => {
  const made = document.createElement(name);
  made.append(...parts);
  return made;
};

/** Write a key, or two that are pressed one after the other ("g n"). */
export function keysOf(key) {
  const names = key.length > 1 && key[1] === " " ? key.split(" ") : [NAMES[key] ?? key];
  return names.flatMap((name, at) => (at ? [" ", make("kbd", name)] : [make("kbd", name)]));
}

/** Name where `g` and a letter lead from this page: to its links that have `data-go`. */
export function goLinks() {
  const links = [...document.querySelectorAll("a[data-go]")];
  const firsts = links.filter((link, at) => links.findIndex((other) => other.dataset.go === link.dataset.go) === at);
  return firsts.map((link) => ({ group: "Go to", key: `g ${link.dataset.go}`, does: nameOf(link), link }));
}

/** A link's own words, without the counts in it. */
function nameOf(link) {
  const words = [...link.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data);
  return words.join(" ").trim() || link.textContent.trim();
}

/** Write entries in their groups; `sign` gives what stands before what an entry does. */
export function sections(entries, sign) {
  const groups = Map.groupBy(entries, (entry) => entry.group);
  return [...groups].map(([name, keys]) => make("section", make("h3", name), make("dl", ...keys.map((entry) => row(entry, sign)))));
}

const row = (entry, sign) => make("div", make("dt", ...sign(entry)), make("dd", entry.does));
