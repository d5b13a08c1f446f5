// What only boards of many steps need is fetched when this board is one, or becomes one.

import { later } from "./later.js";

export function startLarge(board) {
  if (!board) return;
  const look = () => {
    if (board.root.querySelector("[data-more]")) later("windows").then((windows) => windows.startWindows(board));
    if (board.root.dataset.groupBy) later("lanes").then((lanes) => lanes.startLanes(board));
  };
  document.addEventListener("planboard:redrawn", look);
  look();
}
