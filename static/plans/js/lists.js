// The list of plans and the sidebar: no socket tells of all plans, so they are asked for, and answered by 304 as a rule.

import { paintCount } from "./counting.js";
import { filterCards } from "./filter.js";
import { morph, parse } from "./morph.js";
import { show } from "./status.js";
import { fillTimes } from "./time.js";

const EVERY = { list: 5_000, sidebar: 20_000 };
const PARTS = ["sidebar-screens", "sidebar-plans", "plan-count", "plan-shows", "plan-lists"];

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
  if (document.hidden) return;
  const url = address().href;
  const headers = etag && url === asked ? { "If-None-Match": etag } : {};
  const response = await fetch(url, { headers, cache: "no-store" }).catch(() => null);
  if (list()) show(!response ? "reconnecting" : response.redirected ? "signedOut" : "polling");
  if (!response?.ok || response.redirected) return;
  [etag, asked] = [response.headers.get("ETag"), url];
  const fresh = parse(await response.text());
  for (const id of PARTS) {
    const [old, now] = [document.getElementById(id), fresh.getElementById(id)];
    if (old && now) morph(old, now);
  }
  fillTimes();
  paintCount(Number(document.getElementById("sidebar-screens").dataset.count));
  if (list()) filterCards();
}

export function startLists() {
  if (!document.getElementById("sidebar-plans")) return;
  setInterval(refresh, list() ? EVERY.list : EVERY.sidebar);
  document.addEventListener("visibilitychange", refresh);
  document.addEventListener("click", (event) => event.target.closest("[data-retry]") && list() && refresh());
  if (list()) refresh();
}
