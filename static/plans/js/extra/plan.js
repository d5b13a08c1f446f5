// What every page of a plan has. Its menu: fetched when its button is pressed, so that it knows the newest revision, and
// hung on the button.

import { ask } from "../ask.js";
import { startCopying } from "../clipboard.js";
import { parse } from "../morph.js";
import { hang } from "../popover.js";
import { showError } from "../toast.js";
import { startTyping } from "../typing.js";
import { startUnreadable } from "../unreadable.js";

const panel = () => document.getElementById("plan-menu");

let turn = 0;

async function open(link) {
  const url = new URL(link.href);
  url.searchParams.set("fragment", "menu");
  turn += 1;
  const mine = turn;
  const { ok, status, text } = await ask(url);
  if (mine !== turn) return null; // pressed twice: one menu comes, and none takes the place of one that is written in
  if (!status) return showError("The board did not answer. Try again.");
  if (!ok) return location.assign(link.href);
  panel().replaceChildren(parse(text));
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
