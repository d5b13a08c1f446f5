// Small panels that hang on a card: its menu, its owner picker. The browser closes them on Esc and on a press outside.

const GAP = 6;
const CAN_ANCHOR = CSS.supports("anchor-name: --picker");

/** Open a panel on a card; when it closes, the card gets the focus back. */
export function hang(panel, article) {
  document.querySelector(".has-picker")?.classList.remove("has-picker");
  article.classList.add("has-picker");
  panel.showPopover();
  if (!CAN_ANCHOR) place(panel, article);
  panel.addEventListener("toggle", (event) => event.newState === "closed" && leave(panel, article), { once: true });
}

function leave(panel, article) {
  article.classList.remove("has-picker");
  const inside = document.activeElement === document.body || panel.contains(document.activeElement);
  if (inside && article.isConnected) article.focus({ preventScroll: true });
}

function place(panel, article) {
  if (matchMedia("(max-width: 760px)").matches) return;
  const at = article.getBoundingClientRect();
  const top = Math.min(at.bottom + GAP, innerHeight - panel.offsetHeight - GAP);
  panel.style.top = `${Math.max(GAP, top)}px`;
  panel.style.left = `${Math.min(at.left, innerWidth - panel.offsetWidth - GAP)}px`;
}
