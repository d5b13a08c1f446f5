// One webhook: its log is asked for again while something in it is on its way; a new secret can be copied.

import { ask } from "../ask.js";
import { startCopying } from "../clipboard.js";
import { morph, parse } from "../morph.js";
import { fillTimes } from "../time.js";

const EVERY = 2_000;

const log = () => document.getElementById("log");

async function refresh() {
  if (document.hidden || !log().querySelector("[data-waits]")) return;
  const { ok, text } = await ask(log().dataset.from);
  const fresh = ok && parse(text).getElementById("log");
  if (!fresh) return;
  morph(log(), fresh);
  fillTimes(log());
}

startCopying();
setInterval(refresh, EVERY);
document.addEventListener("visibilitychange", refresh);
