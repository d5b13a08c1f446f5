// Two fixed, empty regions speak: few words, seldom, and mostly about what the person just did.

const CLEARED_AFTER = 7000;
const PAUSES = { own: 0, needs: 10_000, watched: 5_000, summary: 50_000 };

const spoken = {}; // of what was not spoken yet, NaN is under no pause
let timer = 0;

/**
 * Say a sentence of at most 12 words.
 * @param {"own"|"needs"|"watched"|"summary"} kind "own" is your action, "needs" a step that newly needs you,
 *   "watched" the step you have open or focused, "summary" what else happened, where that was asked for.
 */
export function say(sentence, kind = "own") {
  const now = performance.now();
  if (now - spoken[kind] < PAUSES[kind] || (kind !== "own" && typing())) return;
  spoken[kind] = now;
  speak(document.getElementById("announce"), sentence);
}

/** Interrupt: the connection is lost, an edit was not saved, signed out. */
export function alertPerson(sentence) {
  speak(document.getElementById("alert"), sentence);
}

export const typing = () => document.activeElement?.matches("input, textarea, select, [contenteditable]");

function speak(region, sentence) {
  if (!region) return;
  region.textContent = "";
  clearTimeout(timer);
  setTimeout(() => {
    region.textContent = sentence.split(/\s+/).slice(0, 12).join(" ");
    timer = setTimeout(() => (region.textContent = ""), CLEARED_AFTER);
  }, 100);
}
