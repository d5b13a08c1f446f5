// The link to a step, to be pasted elsewhere.

import { say } from "../announce.js";

export async function copyLink(link) {
  const url = new URL(link.href);
  for (const name of ["q", "group"]) url.searchParams.delete(name); // a step is found without the filter it was seen in
  await navigator.clipboard.writeText(url);
  say("Link copied");
}
