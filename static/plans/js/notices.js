// Notifications of this browser: whether they were turned on here. What shows them is fetched only then.

export const KEY = "planboard.notices";

/** What was chosen in this browser: "on", "sound". */
export function chosen() {
  try {
    return new Set((localStorage.getItem(KEY) ?? "").split(" ").filter(Boolean));
  } catch {
    return new Set(); // Storage is blocked: nothing was ever chosen.
  }
}

export function startNotices() {
  if (!chosen().has("on") || globalThis.Notification?.permission !== "granted") return;
  import("./extra/notify.js").then((found) => found.startTelling(), () => {}); // the next page tries again
}
