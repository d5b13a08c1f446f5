// Who else looks at this plan is fetched after the first picture; a page can do without.

const AFTER = 1000;

export function startLooking(line) {
  setTimeout(() => import("./extra/presence.js").then((found) => found.startPresence(line), () => {}), AFTER);
}
