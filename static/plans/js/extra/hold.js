// Live changes that the reader holds back: a page keeps them in `held`, and shows them when it goes on.

import { say } from "../announce.js";
import { show, state } from "../status.js";

/** Hold what changes, beginning with `nothing()`; again to go on with what was held. Only what is live can be held. */
export function holdChanges(page, nothing, goOn) {
  const { held } = page;
  if (!held && !["live", "polling"].includes(state())) return;
  page.held = held ? null : nothing();
  if (!held) page.settled();
  else if (state() === "held") settle(page); // else the line says what is true
  if (held) goOn(held);
  say(held ? "Live again" : "Changes are held");
}

function settle(page) {
  if (page.line.polled) show("polling");
  else page.settled();
}
