// What only boards of many steps need is fetched when this board is one, or becomes one.

import { later } from "./later.js";

export function startLarge(board) {
  if (!board) return;
  const look = () => board.root.classList.contains("is-large") && later("windows").then((windows) => windows.startWindows(board));
  document.addEventListener("planboard:redrawn", look);
  look();
}
