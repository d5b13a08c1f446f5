// Who else looks at this plan, and how cards glide, is fetched after the first picture; a page can do without.

const AFTER = 1000;

export function startLooking(line) {
  setTimeout(() => {
    import("./extra/presence.js").then((found) => found.startPresence(line), () => {});
    import("./extra/gliding.js").then((found) => found.startGliding(), () => {});
  }, AFTER);
}
