// An edit that came too late stays on its card until it is saved or thrown away. What does that is fetched when
// there is such an edit.

import { later } from "./later.js";

export const UNSAVED = "planboard.unsaved.";

const hasAny = () => {
  try {
    return Object.keys(sessionStorage).some((key) => key.startsWith(UNSAVED));
  } catch {
    return false; // Storage is blocked: the form on the page still holds the text.
  }
};

/** Keep what a refused form sent, so that it can be compared again. */
export const keepUnsaved = (form, request) => later("compare").then((compare) => compare.keep(form, request));

/** The step's form was saved, or its text thrown away. */
export const saved = (form) => hasAny() && later("compare").then((compare) => compare.forget(form));

/** Put the mark on every card that has such an edit. */
export const markUnsaved = () => hasAny() && later("compare").then((compare) => compare.mark());

/** `send` posts it once more: from the old revision, so the answer is the dialog again. */
export function startUnsaved(send) {
  markUnsaved();
  document.addEventListener("click", (event) => {
    const step = event.target.closest("[data-compare]")?.dataset.compare;
    if (step) later("compare").then((compare) => compare.again(step, send));
  });
}
