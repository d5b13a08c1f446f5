// Where notifications of this browser are turned on and off: it says honestly what the browser allows.

import { later } from "../later.js";
import { KEY, chosen } from "../notices.js";

const BLOCKED =
  "This browser blocks notifications of this board. To allow them, press the sign beside the address, choose the site’s settings, set Notifications to Allow, and reload.";
const MISSING =
  "This browser shows no notifications here. It does where the board is reached over https or as 127.0.0.1, and not on most phones.";
const OFF = "Off. Turned on, this browser tells you of a step that newly needs you while you look at something else.";
const ON = "On. While a tab of this board is open, you are told once of each step that newly needs you, when you look at something else.";
const FORGETFUL = " This browser keeps no choices, so it ends with this page.";

const panels = () => document.querySelectorAll("[data-notices]");
const exists = () => "Notification" in window && isSecureContext && Boolean(navigator.locks);
const isOn = () => (chosen().has("on") || isOnHere) && Notification.permission === "granted";
let isOnHere = false;
let isBroken = false;

function choose(word, isChosen) {
  const words = chosen();
  if (isChosen) words.add(word);
  else words.delete(word);
  try {
    localStorage.setItem(KEY, [...words].join(" "));
  } catch {
    return false;
  }
  return true;
}

function words() {
  if (!exists() || isBroken) return MISSING;
  if (Notification.permission === "denied") return BLOCKED;
  if (!isOn()) return OFF;
  return isOnHere && !chosen().has("on") ? ON + FORGETFUL : ON;
}

function paint() {
  const can = exists() && !isBroken && Notification.permission !== "denied";
  const on = can && isOn();
  for (const panel of panels()) {
    const said = panel.querySelector("[data-notices-said]");
    if (said.textContent !== words()) said.textContent = words();
    const turn = panel.querySelector("[data-notices-turn]");
    turn.hidden = !can;
    turn.querySelector("span").textContent = on ? "Turn off" : "Turn on";
    panel.querySelector("[data-notices-try]").hidden = !on;
    const sound = panel.querySelector("[data-notices-sound]");
    sound.checked = chosen().has("sound");
    sound.parentElement.hidden = !on;
  }
}

async function turn() {
  const { forgetTold, startTelling, stopTelling } = await later("notify");
  if (isOn()) {
    isOnHere = false;
    choose("on", false);
    stopTelling();
  } else if ((await Notification.requestPermission()) === "granted") {
    isOnHere = true;
    choose("on", true);
    forgetTold();
    startTelling();
  }
  paint();
}

async function tryOne() {
  const { present, sound } = await later("notify");
  try {
    present({ mark: "try", title: "Notifications arrive here", body: "Planboard tells you when a step needs you.", href: "/needs/" });
    if (chosen().has("sound")) sound();
  } catch {
    isBroken = true; // Android shows them only for installed pages.
    choose("on", false);
    paint();
  }
}

function pressed(event) {
  if (event.target.closest("[data-notices-turn]")) turn();
  if (event.target.closest("[data-notices-try]")) tryOne();
  const link = event.target.closest("a[data-notices-open]");
  const panel = document.getElementById("notices-panel");
  if (!link || !panel || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  if (panel.togglePopover({ source: link })) panel.querySelector("button:not([hidden]), a").focus();
}

document.addEventListener("click", pressed);
document.addEventListener("change", async ({ target }) => {
  if (!target.matches("[data-notices-sound]")) return;
  choose("sound", target.checked);
  if (target.checked) (await later("notify")).sound();
});
addEventListener("storage", ({ key }) => {
  if (key !== KEY) return;
  isOnHere = false; // another tab knows better, and may keep it
  paint();
});
paint();
navigator.permissions?.query({ name: "notifications" }).then((status) => status.addEventListener("change", paint), () => {});
