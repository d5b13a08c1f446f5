// The track: along its lines by keys, waves folded and unfolded, and always the same place in view.

import { View, fade, inDrawer, isPlain, lookOf } from "../again.js";
import { typing } from "../announce.js";
import { open, openStep } from "../drawer.js";
import { addKeys } from "../keys.js";

const AROUND = 24;
const RISE = 220;

const byId = (id) => document.getElementById(id);
const scroller = () => byId("track-scroll");
const nodes = () => [...document.querySelectorAll(".track-node")];
const first = () => byId(byId("view").dataset.first);
const focused = () => document.activeElement?.closest?.(".track-node") ?? null;
const place = (node) => {
  const { e: x, f: y } = node.transform.baseVal[0].matrix;
  return { x, y };
};
const tied = (node, way) => (node.dataset[way] ?? "").split(" ").map(byId).filter(Boolean);

let current = null;
let came = null;

// Where the reader is

/** One node is a tab stop, the arrows do the rest. */
function rest() {
  const all = nodes();
  if (!all.includes(current)) current = focused() ?? first() ?? all[0] ?? null;
  for (const node of all) node.setAttribute("tabindex", node === current ? "0" : "-1");
}

function reveal(node, { middle = false } = {}) {
  const box = scroller();
  const [outer, inner] = [box.getBoundingClientRect(), node.getBoundingClientRect()];
  const by = (start, size, outerStart, outerSize) => {
    if (middle) return start + size / 2 - outerStart - outerSize / 2;
    if (start < outerStart + AROUND) return start - outerStart - AROUND;
    return Math.max(0, start + size - outerStart - outerSize + AROUND);
  };
  box.scrollBy({
    left: by(inner.left, inner.width, outer.left, outer.width),
    top: by(inner.top, inner.height, outer.top, outer.height),
  });
}

function enter(node) {
  if (!node) return;
  current = node;
  rest();
  node.focus({ preventScroll: true });
  reveal(node);
}

/** Open where the work is: the first node that lives, with a little of what came before it. */
function begin() {
  const node = openStep() ? byId(`node-${openStep()}`) : first();
  if (!node || !scroller()) return;
  reveal(node, { middle: true });
  const [outer, inner] = [scroller().getBoundingClientRect(), node.getBoundingClientRect()];
  scroller().scrollBy({ left: inner.left - outer.left - Math.min(RISE, outer.width / 4) });
}

// Along the lines

const nearest = (node, others) => {
  const { x, y } = place(node);
  const far = (other) => Math.abs(place(other).y - y) + Math.abs(place(other).x - x) / 10;
  return others.toSorted((one, other) => far(one) - far(other))[0];
};

/** Go to a step it waits for ("before") or that waits for it ("after"); back the way one came, if one did. */
function along(way) {
  if (inDrawer()) return null;
  const node = focused();
  if (!node) return enter(current ?? first());
  const isLoose = !node.dataset.before && !node.dataset.after;
  const others = isLoose ? inRow(node, way === "after" ? 1 : -1) : tied(node, way);
  const to = others.includes(came) ? came : nearest(node, others);
  if (!to) return null;
  came = node;
  return enter(to);
}

/** What is tied to nothing stands in rows: list what is to the right or the left. */
function inRow(node, by) {
  const { x, y } = place(node);
  return nodes().filter((other) => place(other).y === y && (place(other).x - x) * by > 0);
}

/** Find the node above or below in the layer. */
function beside(node, by) {
  const { x, y } = place(node);
  return nearest(node, nodes().filter((other) => place(other).x === x && (place(other).y - y) * by > 0));
}

/** Go up or down in the layer; in the drawer open the step that stands there. */
function aside(by) {
  if (inDrawer()) return view.openBeside(by);
  came = null;
  return enter(focused() ? beside(focused(), by) : (current ?? first()));
}

/** Show which lines belong to the focused node. */
function light() {
  const id = focused()?.id;
  for (const line of document.querySelectorAll(".track-edge.is-near")) line.classList.remove("is-near");
  if (!id) return;
  for (const way of ["before", "after"]) {
    for (const other of tied(focused(), way)) {
      byId(way === "before" ? `edge-${other.id}-${id}` : `edge-${id}-${other.id}`)?.classList.add("is-near");
    }
  }
}

// Folding

function folded(keys) {
  const url = new URL(location.href);
  url.hash = "";
  if (keys.length) url.searchParams.set("unfold", keys.join(","));
  else url.searchParams.delete("unfold");
  return url;
}

const unfolded = () => (byId("view").dataset.unfold ?? "").split(",").filter(Boolean);

async function fold(node) {
  const key = node?.dataset.wave;
  if (!key) return;
  const opens = node.matches(".is-stack");
  const url = folded(opens ? [...unfolded(), key] : unfolded().filter((other) => other !== key));
  if (!opens) url.searchParams.delete("step");
  if (!(await view.go(url)) || typing()) return;
  enter(opens ? nodes().find((other) => other.dataset.wave === key) : byId(`wave-${key}`));
}

// Drawing again keeps what one looks at where it is

function draw(put) {
  const box = scroller();
  const anchor = focused() ?? document.querySelector(".track-node:hover") ?? inView();
  const [id, before] = [anchor?.id, anchor?.getBoundingClientRect()];
  const had = focused() !== null;
  fade(put, { elements: nodes, read: (node) => node.getAttribute("aria-label") });
  const now = id && byId(id);
  if (now && scroller() === box) hold(now, before);
  if (had && !focused()) current = closest(before);
  rest();
  if (had && !focused()) (current ?? scroller())?.focus({ preventScroll: true });
  light();
  paintMap();
}

/** Bring a node back to where it was: by scrolling, and where there is nothing to scroll by moving the drawing. */
function hold(node, before) {
  const box = scroller();
  const off = (side) => node.getBoundingClientRect()[side] - before[side];
  box.scrollBy({ left: off("left"), top: off("top") });
  const free = Math.max(0, box.clientHeight - drawing().getBoundingClientRect().height) / 2;
  const down = Math.max(-free, Math.min(free, -off("top")));
  if (down) drawing().style.translate = `0 ${down}px`;
}

/** Find what stands next to where something was: a step that was folded away, as a rule its stack. */
function closest({ left, top }) {
  const far = (node) => Math.hypot(node.getBoundingClientRect().left - left, node.getBoundingClientRect().top - top);
  return nodes().toSorted((one, other) => far(one) - far(other))[0] ?? null;
}

/** Find a node that is seen, the live one first. */
function inView() {
  if (!scroller()) return null;
  const outer = scroller().getBoundingClientRect();
  const seen = (node) => {
    const { left, right, top, bottom } = node.getBoundingClientRect();
    return right > outer.left && left < outer.right && bottom > outer.top && top < outer.bottom;
  };
  return [first(), ...nodes()].find((node) => node && seen(node)) ?? null;
}

/** A step in a stack is counted there: only another revision can change that. */
const shows = (op) => byId(`node-${op.id}`)?.matches(`.status-${lookOf(op)}`) ?? true;

// The small map

const drawing = () => byId("track-graph");
const scale = () => drawing().getBoundingClientRect().width / drawing().viewBox.baseVal.width;

function paintMap() {
  const map = byId("track-map")?.querySelector("svg");
  if (!map) return;
  const box = scroller();
  const by = scale();
  byId("track-map").hidden = box.scrollWidth <= box.clientWidth + 1 && box.scrollHeight <= box.clientHeight + 1;
  const rect = map.querySelector("rect") ?? map.appendChild(document.createElementNS(map.namespaceURI, "rect"));
  const { width, height } = map.viewBox.baseVal;
  const x = Math.min(box.scrollLeft / by, width);
  const y = Math.min(box.scrollTop / by, height);
  const shape = { class: "track-view", "data-own": "", x, y, width: Math.min(box.clientWidth / by, width - x), height: Math.min(box.clientHeight / by, height - y) };
  for (const [name, value] of Object.entries(shape)) rect.setAttribute(name, value);
  dodge();
}

/** The map goes to the other corner where it would hide what has the focus. */
function dodge() {
  const map = byId("track-map");
  map.classList.remove("is-aside");
  if (!focused()) return;
  const [one, other] = [map.getBoundingClientRect(), focused().getBoundingClientRect()];
  const apart = one.right < other.left || other.right < one.left || one.bottom < other.top || other.bottom < one.top;
  map.classList.toggle("is-aside", !apart);
}

function fromMap(event) {
  const map = event.target.closest?.("#track-map svg");
  if (!map || event.buttons !== 1) return;
  const { left, top, width, height } = map.getBoundingClientRect();
  const [box, sheet] = [scroller(), drawing().getBoundingClientRect()];
  box.scrollTo({
    left: ((event.clientX - left) / width) * sheet.width - box.clientWidth / 2,
    top: ((event.clientY - top) / height) * sheet.height - box.clientHeight / 2,
  });
}

// What is pressed

/** Arrows scroll, as ever, where no node has the focus; letters rest in the drawer. */
const onTrack = (key) => !typing() && (!/^Arrow/.test(key ?? "") || focused() !== null);
const onStep = () => focused()?.dataset.open;
const into = (then) => () => open(focused().dataset.open, { then });

const KEYS = [
  { group: "Move", key: "h", also: "ArrowLeft", does: "along a dependency, to what it waits for", may: onTrack, run: () => along("before") },
  { group: "Move", key: "l", also: "ArrowRight", does: "along a dependency, to what waits for it", may: onTrack, run: () => along("after") },
  { group: "Move", key: "j", also: "ArrowDown", does: "down in the layer", may: onTrack, run: () => aside(1) },
  { group: "Move", key: "k", also: "ArrowUp", does: "up in the layer", may: onTrack, run: () => aside(-1) },
  { group: "Move", key: "Enter", does: "open the step, or unfold a wave", may: focused, run: () => focused().dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true })) },
  { group: "Move", key: "f", does: "fold or unfold a finished wave", may: () => focused()?.dataset.wave, run: () => fold(focused()) },
  { group: "Decide", key: "a", does: "open, ready to approve", may: onStep, run: into("[data-key-approve]") },
  { group: "Decide", key: "x", does: "open, ready to reject", may: onStep, run: into("#decide-note") },
  { group: "Change", key: "o", does: "owner", may: onStep, run: into("[data-key-owner]") },
  { group: "Change", key: "m", does: "move to…", may: onStep, run: into("[data-key-move]") },
  { group: "Change", key: "e", does: "edit", may: onStep, run: into("[data-key-edit]") },
  { group: "Change", key: "c", does: "comment", may: onStep, run: into("[data-key-comment]") },
];

function pressed(event) {
  const stack = event.target.closest?.("[data-unfolds]");
  if (stack?.dataset.wave && isPlain(event)) {
    event.preventDefault();
    fold(stack);
  }
  const refold = event.target.closest?.("[data-refold]");
  if (refold && isPlain(event)) {
    event.preventDefault();
    view.go(refold.href);
  }
  if (event.target.closest?.("[data-to-first]")) {
    event.preventDefault();
    enter(first());
    reveal(first(), { middle: true });
  }
}

const view = new View({ draw, chosen: (number) => byId(`node-${number}`), beside, shows });
addKeys(KEYS);
document.addEventListener("click", pressed);
document.addEventListener("pointerdown", fromMap);
document.addEventListener("pointermove", fromMap);
document.addEventListener("scroll", (event) => event.target === scroller() && requestAnimationFrame(paintMap), { capture: true });
document.addEventListener("focusin", (event) => {
  if (focused()) current = focused();
  if (event.target.closest?.(".track-node")) rest();
  light();
  paintMap();
});
document.addEventListener("focusout", () => requestAnimationFrame(light));
addEventListener("resize", paintMap);
view.start();
rest();
begin();
paintMap();
