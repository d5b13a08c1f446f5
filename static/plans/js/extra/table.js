// The table: from row to row by keys, sorted without leaving the page, always true.

import { View, fade, inDrawer, isPlain, lookOf } from "../again.js";
import { typing } from "../announce.js";
import { open } from "../drawer.js";
import { addKeys } from "../keys.js";

const byId = (id) => document.getElementById(id);
const links = () => [...document.querySelectorAll("#row-list .cell-text")];
const focused = () => document.activeElement?.closest?.("#row-list tr")?.querySelector(".cell-text") ?? null;

let last = null;

function rest() {
  const all = links();
  if (!all.includes(last)) last = focused() ?? all[0] ?? null;
  for (const link of all) link.tabIndex = link === last ? 0 : -1;
  for (const link of document.querySelectorAll("#row-list .step-link")) link.tabIndex = -1;
}

function enter(link) {
  if (!link) return;
  last = link;
  rest();
  link.focus({ preventScroll: true });
  link.closest("tr").scrollIntoView({ block: "nearest", inline: "nearest" });
}

const beside = (link, by) => links()[links().indexOf(link) + by];

/** Go to the next or previous row; in the drawer open the step that stands there. */
function along(by) {
  if (inDrawer()) return view.openBeside(by);
  return enter(focused() ? beside(focused(), by) : (last ?? links()[0]));
}

/** Rows change and move; what one looks at stays where it is. */
function draw(put) {
  const box = byId("table-scroll");
  const row = focused()?.closest("tr") ?? null;
  const [id, before] = [row?.id, row?.getBoundingClientRect().top];
  fade(put, { elements: () => [...document.querySelectorAll("#row-list tr")], read: (one) => one.dataset.rev });
  const now = id && byId(id);
  if (now && box === byId("table-scroll")) box.scrollTop += now.getBoundingClientRect().top - before;
  rest();
  if (id && !focused()) (now?.querySelector(".cell-text") ?? last ?? box)?.focus({ preventScroll: true });
}

const progressOf = (op) => / of (\d+) sub-steps/.test(op.html) && /(\d+\/\d+)<\/span>/.exec(op.html)[1];

/** A row shows the look and the progress; anything else that it shows makes another revision of the step. */
function shows(op) {
  const row = byId(`row-${op.id}`);
  if (!row) return true;
  const shown = row.querySelector("[data-progress]")?.textContent ?? false;
  return row.querySelector(`.mark-${lookOf(op)}`) !== null && (lookOf(op) !== "running" || progressOf(op) === shown);
}

const onTable = (key) => !typing() && (!/^Arrow/.test(key ?? "") || focused() !== null);
const into = (then) => () => open(focused().dataset.open, { then });

const KEYS = [
  { group: "Move", key: "j", also: "ArrowDown", does: "next row", may: onTable, run: () => along(1) },
  { group: "Move", key: "k", also: "ArrowUp", does: "previous row", may: onTable, run: () => along(-1) },
  { group: "Move", key: "Home", does: "first row", may: focused, run: () => enter(links()[0]) },
  { group: "Move", key: "End", does: "last row", may: focused, run: () => enter(links().at(-1)) },
  { group: "Decide", key: "a", does: "open, ready to approve", may: focused, run: into("[data-key-approve]") },
  { group: "Decide", key: "x", does: "open, ready to reject", may: focused, run: into("#decide-note") },
  { group: "Change", key: "o", does: "owner", may: focused, run: into("[data-key-owner]") },
  { group: "Change", key: "m", does: "move to…", may: focused, run: into("[data-key-move]") },
  { group: "Change", key: "e", does: "edit", may: focused, run: into("[data-key-edit]") },
  { group: "Change", key: "c", does: "comment", may: focused, run: into("[data-key-comment]") },
];

async function pressed(event) {
  const link = event.target.closest?.("[data-sort], [data-more-rows]");
  if (!link || !isPlain(event)) return;
  event.preventDefault();
  const [isMore, shown] = [link.matches("[data-more-rows]"), links().length];
  const url = new URL(link.href);
  const { searchParams: here } = new URL(location.href);
  for (const name of ["step", "q"]) {
    if (here.get(name)) url.searchParams.set(name, here.get(name));
    else url.searchParams.delete(name);
  }
  const isThere = await view.go(url);
  if (isMore && isThere && !typing()) enter(links()[shown]);
}

const view = new View({ draw, chosen: (number) => byId(`row-${number}`)?.querySelector(".cell-text"), beside, shows });
addKeys(KEYS);
document.addEventListener("click", pressed);
document.addEventListener("focusin", () => {
  if (focused() && focused() !== last) {
    last = focused();
    rest();
  }
});
view.start();
rest();
