// The page of what was found: results come while one types, arrows and j and k walk them.

import { addKeys } from "../keys.js";
import { parse } from "../morph.js";

const PATIENCE = 200;
const box = document.querySelector("[data-search]");
let timer = 0;
let asking = new AbortController();

async function find() {
  asking.abort();
  asking = new AbortController();
  const url = new URL(box.form.action);
  url.searchParams.set("q", box.value);
  const shown = url.href;
  url.searchParams.set("part", "results");
  const answer = await fetch(url, { signal: asking.signal }).catch(() => null);
  if (!answer) return;
  if (answer.redirected) location.assign(shown);
  if (!answer.ok || answer.redirected) return;
  const html = await answer.text().catch(() => "");
  if (!html) return;
  const walked = results().indexOf(document.activeElement);
  document.getElementById("found").replaceWith(parse(html));
  if (walked >= 0) (results()[walked] ?? results().at(-1) ?? box).focus();
  history.replaceState(history.state, "", shown);
}

box.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(find, PATIENCE);
});

const results = () => [...document.querySelectorAll("a.result")];

/** From the box into the results and along them; from the first one back into the box. */
function walk(by) {
  const all = results();
  const at = all.indexOf(document.activeElement);
  if (at === 0 && by < 0) box.focus();
  else all[at < 0 ? 0 : at + by]?.focus();
}

box.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" || event.isComposing) return;
  event.preventDefault();
  walk(1);
});

addKeys([
  { group: "Move", key: "j", also: "ArrowDown", does: "next result", may: () => results().length, run: () => walk(1) },
  { group: "Move", key: "k", also: "ArrowUp", does: "previous result", may: () => results().length, run: () => walk(-1) },
  { group: "Move", key: "/", does: "search again", run: () => box.focus() },
]);
