// Large boards show 50 cards a column and more as one scrolls; a filter then asks the server, which knows all.

const PATIENCE = 250;
const EARLY = "200px";

let busy = null;
let asked = 0;

const shownAll = (board) => document.querySelectorAll("#board article").length >= board.revisions.size;

/** Show the next 50 cards of a column without leaving the page. */
async function widen(board, link) {
  if (busy || !link.isConnected) return;
  const section = link.closest(".column");
  const last = [...section.querySelectorAll("article")].at(-1);
  const here = new URL(location.href);
  here.searchParams.set("more", new URL(link.href).searchParams.get("more"));
  history.replaceState(history.state, "", here);
  const had = link === document.activeElement;
  await (busy = board.refetch());
  if (had && last) {
    const all = [...section.querySelectorAll("article")];
    all[all.indexOf(last) + 1]?.focus({ preventScroll: true });
  }
  busy = null;
}

function narrow(board) {
  clearTimeout(asked);
  if (shownAll(board) && !board.isNarrowed) return;
  asked = setTimeout(() => {
    board.isNarrowed = new URL(location.href).searchParams.has("q");
    board.refetch();
  }, PATIENCE);
}

let started = false;

export function startWindows(board) {
  if (started) return;
  started = true;
  board.isNarrowed = new URL(location.href).searchParams.has("q");
  const watcher = new IntersectionObserver(
    (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => widen(board, entry.target)),
    { rootMargin: EARLY },
  );
  const watch = () => {
    watcher.disconnect();
    document.querySelectorAll("a[data-more]").forEach((link) => watcher.observe(link));
  };
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-more], a[data-all]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (link.matches("[data-all]")) await busy; // fifty that scrolling asked for are not all
    widen(board, link);
  });
  document.addEventListener("planboard:filter", () => narrow(board));
  document.addEventListener("planboard:redrawn", watch);
  watch();
}
