// One webhook: its log is asked for again while something in it is on its way; a new secret can be copied.

import { startCopying } from "../clipboard.js";
import { morph, parse } from "../morph.js";
import { fillTimes } from "../time.js";

const EVERY = 2_000;

const log = () => document.getElementById("log");

async function refresh() {
  if (document.hidden || !log().querySelector("[data-waits]")) return;
  const response = await fetch(log().dataset.from, { cache: "no-store" }).catch(() => null);
  const fresh = response?.ok && !response.redirected && parse(await response.text()).getElementById("log");
  if (!fresh) return;
  morph(log(), fresh);
  fillTimes(log());
}

startCopying();
setInterval(refresh, EVERY);
document.addEventListener("visibilitychange", refresh);
