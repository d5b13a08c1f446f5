// A plan's file becomes unreadable, or reads again: what may be done with the open step changes with it.

import { openStep } from "./drawer.js";

export function startUnreadable() {
  const banner = document.getElementById("banner");
  if (!banner) return;
  const isBroken = () => banner.querySelector(".banner-error") !== null;
  let was = isBroken();
  const look = () => {
    if (isBroken() === was) return;
    was = !was;
    const id = openStep();
    // Drawn again without its verbs, or with them; where somebody types, the sheet alone hides them.
    if (id) document.dispatchEvent(new CustomEvent("planboard:step", { detail: { id } }));
  };
  new MutationObserver(look).observe(banner, { childList: true, subtree: true });
}
