// What every page of a plan has. Its menu: fetched when its button is pressed, so that it knows the newest revision, and
// hung on the button.

import { startCopying } from "../clipboard.js";
import { parse } from "../morph.js";
import { hang } from "../popover.js";
import { startTyping } from "../typing.js";
import { startUnreadable } from "../unreadable.js";

const panel = () => document.getElementById("plan-menu");

async function open(link) {
  const url = new URL(link.href);
  url.searchParams.set("fragment", "menu");
  const answer = await fetch(url).catch(() => null);
  if (!answer?.ok || answer.redirected) return location.assign(link.href);
  panel().replaceChildren(parse(await answer.text()));
  hang(panel(), link);
  return panel().querySelector("input:not([type=hidden]), a, button").focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-plan-menu]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  open(link);
});

startCopying();
startTyping();
startUnreadable();
