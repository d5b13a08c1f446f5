// The list of plans and the sidebar: fetched again when the inbox tells that something changed.

import { ask } from "./ask.js";
import { paintCount, paintTitle } from "./counting.js";
import { filterCards } from "./filter.js";
import { keep, showAnswer } from "./inbox.js";
import { morph, parse } from "./morph.js";

const SIDEBAR = { every: 20_000, seldom: 20_000, from: 3_000 };
const PARTS = ["sidebar-screens", "sidebar-plans", "plan-count", "plan-shows", "plan-lists", "latest-lines"];

const list = () => document.getElementById("plan-lists");

function address() {
  const url = new URL("/plans/", location.origin);
  url.searchParams.set("fragment", "lists");
  if (list()) new URL(location.href).searchParams.forEach((word, name) => url.searchParams.set(name, word));
  const { current, screen } = document.getElementById("sidebar-plans").dataset;
  if (current) url.searchParams.set("current", current);
  url.searchParams.set("screen", screen);
  return url;
}

let etag = "";
let asked = "";

async function refresh() {
  const url = address().href;
  const { ok, status, etag: fetched, text } = await ask(url, url === asked ? etag : "");
  if (list()) showAnswer(status);
  if (!ok) return;
  [etag, asked] = [fetched, url];
  const fresh = parse(text);
  for (const id of PARTS) {
    const [old, now] = [document.getElementById(id), fresh.getElementById(id)];
    if (old && now) morph(old, now);
  }
  paintCount(Number(document.getElementById("sidebar-screens").dataset.count));
  const { needs } = document.getElementById("sidebar-plans").dataset;
  if (needs) paintTitle(Number(needs));
  if (list()) filterCards();
}

export function startLists() {
  if (!document.getElementById("sidebar-plans")) return;
  keep({ run: refresh, all: Boolean(list()), ...(list() ? {} : SIDEBAR) });
}
