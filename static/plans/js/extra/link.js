// The link to a step, to be pasted elsewhere.

import { say } from "../announce.js";
import { showError } from "../toast.js";

export async function copyLink(link) {
  const url = new URL(link.href);
  for (const name of ["q", "group"]) url.searchParams.delete(name); // a step is found without the filter it was seen in
  try {
    await navigator.clipboard.writeText(url);
  } catch {
    return showError(`This browser did not let the board copy the link: ${url}`); // nor any where it is reached over http
  }
  return say("Link copied");
}
