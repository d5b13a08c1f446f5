// Cards are dragged with the pointer. Where one may not go is marked, with the reason; Esc lets go of it.

import { columnOf, justChanged, pulse } from "../cards.js";
import { across, below, carryOut, into, seenOf } from "../meaning.js";

const SLOP = 6;
const FINGER_SLOP = 10;
const HOLD = 400;
const EDGE = 48;
const SPEED = 14;
const NAV = 62;

const narrow = matchMedia("(max-width: 760px)");

const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: new URL("./drag.css", import.meta.url).href });
document.head.append(sheet);

let drag = null;

const board = () => document.getElementById("board");
const laneOf = (element) => element?.closest("[data-lane]")?.dataset.lane ?? null;

/** Take note of a press; it is a drag once the pointer moves, on glass once it was held. */
export function press(event, article) {
  if (drag) cancel();
  drag = { article, x: event.clientX, y: event.clientY, id: event.pointerId, seen: seenOf(article), isTouch: event.pointerType === "touch" };
  addEventListener("pointermove", moved);
  addEventListener("pointerup", dropped);
  addEventListener("pointercancel", cancel);
  addEventListener("keydown", escaped, { capture: true });
  if (!drag.isTouch) return;
  addEventListener("contextmenu", hold); // a long press takes the card; its title's own menu would end that
  drag.timer = setTimeout(() => lift(), HOLD);
}

function moved(event) {
  if (event.pointerId !== drag?.id) return;
  const far = Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > (drag.isTouch ? FINGER_SLOP : SLOP);
  if (!drag.ghost && far && drag.isTouch) return cancel(); // it scrolls
  if (!drag.ghost && !far) return;
  if (!drag.ghost) lift();
  if (!drag) return;
  [drag.atX, drag.atY] = [event.clientX, event.clientY];
  follow();
}

function lift() {
  const { article } = drag;
  if (!article.isConnected) return cancel();
  if (justChanged(article)) {
    pulse(article);
    return cancel();
  }
  const box = article.getBoundingClientRect();
  const ghost = document.createElement("div");
  const copy = article.cloneNode(true);
  for (const named of [copy, ...copy.querySelectorAll("[id]")]) named.removeAttribute("id");
  const told = Object.assign(document.createElement("p"), { className: "drag-told" });
  ghost.className = "drag-ghost";
  ghost.setAttribute("aria-hidden", "true");
  ghost.inert = true;
  ghost.style.width = `${box.width}px`;
  ghost.append(copy, told);
  document.body.append(ghost);
  Object.assign(drag, { ghost, told, dx: drag.x - box.left, dy: drag.y - box.top, atX: drag.x, atY: drag.y });
  article.dataset.ownDragged = "";
  board().dataset.ownDragging = "";
  if (drag.isTouch) navigator.vibrate?.(12);
  for (const section of document.querySelectorAll(".column")) {
    const to = section.id.replace("col-", "");
    if (to !== columnOf(article) && into(article, to).why) section.dataset.ownImpossible = "";
  }
  follow();
  drag.frame = requestAnimationFrame(scroll);
  return null;
}

const hold = (event) => event.preventDefault();

/** Show what a drop would do where the pointer is. */
function follow() {
  const { article, ghost, told, atX, atY } = drag;
  if (!article.isConnected) return cancel(); // it was removed under the hand
  ghost.style.translate = `${atX - drag.dx}px ${atY - drag.dy}px`;
  clearMarks();
  const meant = meaningAt(atX, atY);
  drag.meant = meant;
  told.textContent = meant?.label ?? meant?.why ?? "";
  told.classList.toggle("is-impossible", Boolean(meant?.why));
  if (!meant) return null;
  if (meant.spot) meant.spot.dataset.ownSpot = meant.side;
  else meant.place.dataset[meant.why ? "ownRefused" : "ownTarget"] = "";
  return null;
}

function meaningAt(x, y) {
  const under = document.elementFromPoint(x, y);
  const { article } = drag;
  const tab = under?.closest(".mobile-columns a"); // a phone shows one column; the others are their names
  const named = tab?.hash.replace("#col-", "");
  if (tab) return named === columnOf(article) ? null : { ...into(article, named), place: tab };
  const section = under?.closest(".column");
  if (!section) return null;
  const to = section.id.replace("col-", "");
  const cell = under.closest(".lane-cell");
  const place = cell ?? section;
  if (cell && laneOf(cell) !== laneOf(article)) return { ...across(article, laneOf(cell), to), place };
  if (to !== columnOf(article)) return { ...into(article, to), place };
  return spotAt(y, place) ?? { why: "", place };
}

/** Find between which cards of its own column the pointer is. */
function spotAt(y, place) {
  const own = drag.article.closest("li");
  const items = [...place.querySelectorAll("li[data-key]:not([hidden])")];
  const at = items.findIndex((item) => y < item.getBoundingClientRect().top + item.offsetHeight / 2);
  const above = items.at(at < 0 ? -1 : at - 1);
  const over = at === 0 ? null : above;
  const next = at < 0 ? null : items[at];
  if (over === own || next === own || items.length < 2) return null;
  const mark = over ?? next;
  return { ...below(over ? Number(over.dataset.key) : null), place, spot: mark, side: over ? "after" : "before" };
}

function clearMarks() {
  for (const name of ["ownTarget", "ownRefused", "ownSpot"]) {
    const attribute = `data-${name.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`)}`;
    for (const marked of document.querySelectorAll(`[${attribute}]`)) delete marked.dataset[name];
  }
}

/** Near an edge what is below the pointer goes on. */
function scroll() {
  if (!drag?.ghost) return;
  const body = document.elementFromPoint(drag.atX, drag.atY)?.closest(".column-body, .board");
  const scrolled = narrow.matches ? document.scrollingElement : (body?.closest(".is-grouped") ?? body);
  if (scrolled) {
    const { top, bottom } = narrow.matches ? { top: 0, bottom: innerHeight - NAV } : scrolled.getBoundingClientRect();
    const before = scrolled.scrollTop;
    if (drag.atY < top + EDGE) scrolled.scrollTop -= SPEED;
    else if (drag.atY > bottom - EDGE) scrolled.scrollTop += SPEED;
    if (scrolled.scrollTop !== before) follow(); // another place is below the pointer now
  }
  if (drag) drag.frame = requestAnimationFrame(scroll);
}

function dropped(event) {
  if (event.pointerId !== drag?.id) return;
  const { ghost, meant, article, seen } = drag;
  if (ghost) {
    const once = (click) => [click.preventDefault(), click.stopPropagation()];
    addEventListener("click", once, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", once, { capture: true }));
  }
  cancel();
  if (ghost && meant?.run && article.isConnected) carryOut(meant, article, seen);
}

function escaped(event) {
  if (event.key !== "Escape" || !drag?.ghost) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  cancel();
}

function cancel() {
  if (!drag) return;
  clearTimeout(drag.timer);
  cancelAnimationFrame(drag.frame);
  drag.ghost?.remove();
  delete drag.article.dataset.ownDragged;
  delete board().dataset.ownDragging;
  clearMarks();
  for (const section of document.querySelectorAll("[data-own-impossible]")) delete section.dataset.ownImpossible;
  removeEventListener("pointermove", moved);
  removeEventListener("pointerup", dropped);
  removeEventListener("pointercancel", cancel);
  removeEventListener("contextmenu", hold);
  removeEventListener("keydown", escaped, { capture: true });
  drag = null;
}
