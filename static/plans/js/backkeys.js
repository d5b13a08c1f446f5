// Keys while somebody looks back: one revision, the ends, and back to now.

import { typing } from "./announce.js";
import { openStep } from "./drawer.js";

const isScrubber = (element) => element?.matches("input[type=range]");
/** A key acts on the page: nobody types, and what has the focus does not take the key itself. */
const free = () => !typing() || isScrubber(document.activeElement);
const onPage = () => free() && !isScrubber(document.activeElement) && !document.activeElement?.closest("#drawer");
const unpressed = () => onPage() && !document.activeElement?.closest("button, summary");

/** Give the keys; each does what is handed in: `older`, `newer`, `now`; `first` and `play` where they are. */
export const backKeys = ({ older, newer, first, now, play, isBack }) => [
  { group: "Replay", key: "[", does: "one revision back", may: free, always: true, run: older },
  { group: "Replay", key: "]", does: "one revision forward", may: () => free() && isBack(), always: true, run: newer },
  ...(first ? [{ group: "Replay", key: "Home", does: "first revision", may: onPage, run: first }] : []),
  { group: "Replay", key: "End", does: "now", may: () => onPage() && isBack(), run: now },
  { group: "Replay", key: "Escape", does: "back to now", may: () => isBack() && free() && !openStep(), always: true, run: now },
  ...(play ? [{ group: "Replay", key: " ", does: "play, pause", may: unpressed, run: play }] : []),
];
