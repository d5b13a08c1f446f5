// What state the page is in, said in words on every connection chip.

import { alertPerson } from "./announce.js";
import { write } from "./time.js";

const WORDS = {
  live: "Live",
  catching: "Catching up",
  reconnecting: "Reconnecting",
  gone: "Plan deleted",
  polling: "Live, every 5 s",
  held: "Held:",
  signedOut: "Signed out",
  noAccess: "No access",
};
const LOST = new Set(["reconnecting", "gone", "signedOut", "noAccess"]);
const TRUE = new Set(["live", "polling", "held"]);
const ALERT_AFTER = 10_000;

let now = { state: "catching", detail: "" };
let alertTimer = 0;
let trueAt = Date.now();
let isLeft;

/** Show a state; `detail` follows the words ("in 8 s"). */
export function show(state, detail = "") {
  const changed = state !== now.state;
  if (TRUE.has(state)) trueAt = Date.now();
  // Whoever signs in again does so on another page: the forms of this one are of the session that ended.
  if (isLeft && TRUE.has(state)) return location.reload();
  now = { state, detail };
  paint();
  if (!changed) return;
  clearTimeout(alertTimer);
  sayLost();
  if (state === "reconnecting") alertTimer = setTimeout(() => alertPerson("Connection lost. Changes wait."), ALERT_AFTER);
  if (state !== "signedOut") return;
  isLeft = true;
  alertPerson("You are signed out.");
}

/** Say how many steps changed meanwhile; a page that asks every few seconds asks for nothing while it holds. */
export function showHeld({ line }, { size }) {
  show("held", `${line.polled ? "" : `${size.toLocaleString()} changed step${size === 1 ? "" : "s"}, `}p goes on`);
}

/** The line at the foot says it too, with the time from which on the board may be old. */
function sayLost() {
  const line = document.getElementById("lost");
  if (!line) return;
  const lost = now.state === "reconnecting";
  if (lost && line.hidden) {
    const time = new Date(trueAt).toLocaleTimeString(undefined, { hourCycle: "h23" });
    line.textContent = `Connection lost at ${time}. Your clicks still go through; new changes show after the reconnect.`;
  }
  line.hidden = !lost;
  for (const part of document.querySelectorAll("#latest, #latest-time, #latest-lines")) part.hidden = lost;
}

export const state = () => now.state;

/** Write the state on the chips again, after something redrew them. */
export function paint() {
  document.documentElement.dataset.connection = now.state;
  document.getElementById("board")?.setAttribute("aria-busy", String(now.state === "catching"));
  for (const chip of document.querySelectorAll("[data-connection-chip]")) paintChip(chip);
}

function paintChip(chip) {
  chip.classList.toggle("is-lost", LOST.has(now.state));
  chip.classList.toggle("is-catching-up", now.state === "catching");
  write(chip.querySelector("[data-connection-words]"), [WORDS[now.state], now.detail].filter(Boolean).join(" "));
  const facts = chip.querySelector("[data-connection-facts]");
  if (facts) facts.hidden = now.state !== "live";
  const retry = chip.querySelector("[data-retry]");
  if (retry) retry.hidden = now.state !== "reconnecting";
  const signIn = chip.querySelector("[data-sign-in]");
  if (!signIn) return;
  signIn.hidden = now.state !== "signedOut";
  signIn.search = new URLSearchParams({ next: location.pathname + location.search });
}
