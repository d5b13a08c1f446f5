"""From a changed file to the changed card in a real browser, against a page that swaps one card."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

from tests.bench.browser import chromium, signed_in_page, wait_until_live
from tests.bench.floor_process import Floor
from tests.bench.peer_files import PeerPlan
from tests.bench.signed_in import SignedIn
from tests.bench.timing import Figure

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

STEPS = 100
WARM_UP = 5
_PAUSE = 0.06
"""Seconds in which the browser is left alone before it is asked what it saw."""
_CALIBRATIONS = 30
# Every change of ours gives the card a new revision, and the floor's swap puts in a new card. Twice: when the
# document is another one, and when the picture that shows it is drawn, the first that anybody can see.
_ARM = """() => {
  window.seen = new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("the change never came")), 10_000);
    const now = () => performance.timeOrigin + performance.now();
    const observer = new MutationObserver(() => {
      const changed = now();
      observer.disconnect();
      const drawn = new MessageChannel();
      drawn.port1.onmessage = () => resolve([changed, now()]);
      requestAnimationFrame(() => drawn.port2.postMessage(null));
    });
    observer.observe(document.body, { subtree: true, childList: %s, attributeFilter: ["data-rev"] });
  });
}"""
_NOW = "() => performance.timeOrigin + performance.now()"


class Watched:
    """A page, the plan it shows, and how far its clock is from ours."""

    def __init__(self, page: Page, plan: PeerPlan, *, swaps: bool) -> None:
        self._page, self._plan = page, plan
        self._arm = _ARM % ("true" if swaps else "false")
        self._ahead = _ahead(page)
        self.changed: list[float] = []
        self.drawn: list[float] = []

    def change(self) -> None:
        """Measure one change."""
        self._page.evaluate(self._arm)
        began = self._plan.swap()
        time.sleep(_PAUSE)
        for times, seen in zip(
            (self.changed, self.drawn), self._page.evaluate("() => window.seen"), strict=True
        ):
            times.append(seen - self._ahead - began * 1000)


def dom(folder: Path, *, rounds: int) -> list[Figure]:
    """Measure one card of a hundred."""
    with SignedIn(folder) as board, Floor(folder, steps=STEPS) as floor, chromium() as browser:
        plan = PeerPlan(board.root, "bench.dom", steps=STEPS)
        board.version(plan.namespace)
        raw, ours = browser.new_page(), signed_in_page(browser, board)
        raw.goto(f"http://127.0.0.1:{floor.port}/page")
        ours.goto(f"{board.url}/plans/{plan.namespace}/")
        for page in (raw, ours):
            wait_until_live(page)
        both = [Watched(raw, floor.plan, swaps=True), Watched(ours, plan, swaps=False)]
        for _ in range(WARM_UP + rounds):
            for watched in both:
                watched.change()
    return [
        _figure(f"file → DOM in Chromium, {STEPS} cards", *(watched.changed for watched in both)),
        _figure("the same until it is drawn", *(watched.drawn for watched in both)),
    ]


def _figure(name: str, floor: list[float], ours: list[float]) -> Figure:
    middle = [statistics.median(times[WARM_UP:]) for times in (floor, ours)]
    return Figure(
        name=name, floor_name="one-card swap page", floor=middle[0], ours=middle[1], must=1.6, is_held=False
    )


def _ahead(page: Page) -> float:
    """Tell how far the page's clock is ahead of ``perf_counter``, ms, from the quickest of several looks."""
    looks: list[tuple[float, float]] = []
    for _ in range(_CALIBRATIONS):
        before = time.perf_counter()
        shown = page.evaluate(_NOW)
        after = time.perf_counter()
        looks.append((after - before, shown - (before + after) * 500))
    return min(looks)[1]
