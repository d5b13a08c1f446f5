"""What opening a large board costs: the server's time, the bytes, the nodes, and until it is live."""

from __future__ import annotations

import gzip
import statistics
from typing import TYPE_CHECKING

from tests.bench.browser import chromium, chromium_path, signed_in_page, wait_until_live
from tests.bench.peer_files import PeerPlan
from tests.bench.signed_in import SignedIn
from tests.bench.timing import Figure, timed

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

LARGE, LARGEST = 1_000, 5_000
WARM_UP = 3
_NODES = """() => {
  const walker = document.createTreeWalker(document);
  let nodes = 1;
  while (walker.nextNode()) nodes += 1;
  return nodes;
}"""
# The page is live when its script runs, its socket is open and the board has answered its hello.
_WATCH_LIVE = """
new MutationObserver((_, observer) => {
  if (document.documentElement?.dataset.connection !== "live") return;
  window.liveAt = performance.now();
  observer.disconnect();
}).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-connection"] });
"""


def pages(folder: Path, *, rounds: int) -> list[Figure]:
    """Measure the page of a plan of 1,000 steps, and how soon one of 5,000 is live."""
    with SignedIn(folder) as board:
        for steps in (LARGE, LARGEST):
            plan = PeerPlan(board.root, f"bench.s{steps}", steps=steps)
            board.version(plan.namespace)
        found = _served(board, rounds)
        return found + (_opened(board, max(3, rounds // 10)) if chromium_path() else [])


def _served(board: SignedIn, rounds: int) -> list[Figure]:
    path = f"/plans/bench.s{LARGE}/"
    for _ in range(WARM_UP):
        board.get(path)
    before = board.cpu_ms()
    times = [timed(lambda: board.get(path)) for _ in range(rounds)]
    spent = (board.cpu_ms() - before) / rounds
    size = len(gzip.compress(board.get(path)[1], 6)) / 1024
    name = f"board page, {LARGE:,} steps"
    return [
        _figure(f"{name}: server's CPU time", spent, must=60, unit="ms"),
        _figure(f"{name}: answer over loopback", statistics.median(times), must=60, unit="ms"),
        _figure(f"{name}: HTML gzipped", size, must=60, unit="KB"),
    ]


def _opened(board: SignedIn, times: int) -> list[Figure]:
    with chromium() as browser:
        page = signed_in_page(browser, board)
        page.add_init_script(_WATCH_LIVE)
        large = _live_after(page, f"{board.url}/plans/bench.s{LARGE}/", times)
        nodes = page.evaluate(_NODES)
        largest = _live_after(page, f"{board.url}/plans/bench.s{LARGEST}/", times)
    return [
        _figure(f"board page, {LARGE:,} steps: DOM nodes", nodes, must=8_000, unit=""),
        _figure(f"board page, {LARGE:,} steps: load → live", large, must=1_000, unit="ms"),
        _figure(f"board page, {LARGEST:,} steps: load → live", largest, must=1_500, unit="ms"),
    ]


def _live_after(page: Page, address: str, times: int) -> float:
    """Load a page anew; gives the median from the start of the navigation until it is live, ms."""
    found = []
    for _ in range(times):
        page.goto(address)
        wait_until_live(page)
        found.append(float(page.evaluate("() => window.liveAt")))
    return statistics.median(found)


def _figure(name: str, ours: float, *, must: float, unit: str) -> Figure:
    return Figure(name=name, floor_name="", floor=0, ours=ours, must=must, unit=unit)
