// A page that shows an older revision: nothing of it changes; newer changes are counted, keys lead to others.

import { ask } from "../ask.js";
import { backKeys } from "../backkeys.js";
import { addKeys } from "../keys.js";
import { countNewer, followNewer } from "../newer.js";
import { parse } from "../morph.js";

const bar = () => document.getElementById("replay");
const follow = (selector) => () => bar().querySelector(selector)?.click();

/** Ask what the newest revision is: the page itself says it. */
async function newest() {
  const { ok, status, text } = await ask(location.href);
  if (!ok) line.refused(status);
  const fresh = ok ? parse(text).querySelector("#replay") : null;
  const found = Number(fresh?.dataset.newest ?? 0);
  countNewer(found);
  return found;
}

let line = null;

if (bar()) {
  const { namespace, epoch, newest: rev } = bar().dataset;
  line = followNewer({ namespace, epoch, rev: Number(rev), told: (frame) => countNewer(frame.rev), resync: newest });
  addKeys(backKeys({ older: follow("[rel=prev]"), newer: follow("[rel=next]"), now: follow("[data-now]"), isBack: () => true }));
}
