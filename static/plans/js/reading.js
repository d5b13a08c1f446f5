// What a card said when somebody took it into the hand, opened its menu or the palette: what one did not see, one does
// not decide on.

import { say } from "./announce.js";
import { pulse } from "./cards.js";

/** Name what a card, or an open step, says: the revision of the step, and the mark of what it asks. */
export const readingOf = (part) => part?.querySelector("[name=revision]")?.value ?? part?.dataset.rev ?? "";

/** Say that a step is not what it was, so that nothing was done with it. */
export function tellChanged(number) {
  const article = document.getElementById(`step-${number}`);
  if (article) pulse(article);
  say(`Step ${number} changed. Nothing was done.`);
}
