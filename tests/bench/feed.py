"""Each screen of the control room while 200 sessions change 5,000 steps 50 times a second, in a real browser.

How long an interaction takes until it is painted, how much moves that nobody touched, and whether the page's
memory stays what it was. The board, its worker, the browser and the sessions share the machine.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from tests.bench.browser import chromium, signed_in_page
from tests.bench.feeder import A_PLAN
from tests.bench.signed_in import SignedIn
from tests.bench.timing import Figure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, CDPSession, Page

PLANS, STEPS, RATE = 50, 100, 50.0
FLOW = 0.9
"""The part of the wanted pace that must be reached for the rest to count."""
INTERACTION_MS, SHIFT, GROWTH = 200.0, 0.02, 1.15
REST_MS = 900
"""Between two interactions."""
SETTLE_MS, QUIET_MS = 3_000, 10_000
"""Nobody touches the page: what moves then, live changes move, and no drawer that comes late."""
SAMPLE_SECONDS = 5.0
_WATCH = """
window.seen = { interactions: new Map(), shift: 0, window: { from: 0, last: 0, sum: 0 } };
new PerformanceObserver((list) => {
  for (const { interactionId, duration } of list.getEntries()) {
    if (!interactionId) continue;
    const before = window.seen.interactions.get(interactionId) ?? 0;
    window.seen.interactions.set(interactionId, Math.max(before, duration));
  }
}).observe({ type: "event", durationThreshold: 16, buffered: true });
new PerformanceObserver((list) => {
  for (const { value, startTime, hadRecentInput } of list.getEntries()) {
    if (hadRecentInput) continue;
    const at = window.seen.window;
    const isNext = startTime - at.last < 1000 && startTime - at.from < 5000;
    at.from = isNext ? at.from : startTime;
    at.sum = (isNext ? at.sum : 0) + value;
    at.last = startTime;
    window.seen.shift = Math.max(window.seen.shift, at.sum);
  }
}).observe({ type: "layout-shift", buffered: true });
"""
# What moves while the page opens, its letters above all, is no live change.
_BEGIN = """async () => {
  await document.fonts.ready;
  await new Promise((resolve) => setTimeout(resolve, 2000));
  window.seen.shift = window.seen.window.sum = 0;
  window.seen.interactions.clear();
}"""
_SEEN = "() => ({ times: [...window.seen.interactions.values()], shift: window.seen.shift })"


_CLEAR = ("Backspace", "Backspace", "Escape")


class Screen(NamedTuple):
    """A page, and what a person does on it: keys, or ``>selector`` to click, or ``"text`` to type."""

    name: str
    path: str
    acts: tuple[str, ...]


SCREENS = (
    Screen(
        "board", "/plans/feed.p00/", ("j", "j", ">.column .card h3 a", "Escape", "k", "/", '"42', *_CLEAR)
    ),
    Screen("Needs you", "/needs/", ("j", "j", "k", ">#queue-rows a[data-need]", "Escape")),
    Screen("list of plans", "/plans/", (">[data-filter]", '"p1', *_CLEAR)),
    Screen("sessions", "/sessions/", ("j", "j", "k", ">[data-filter]", '"p1', *_CLEAR)),
    Screen("activity", "/activity/", (">[data-filter]", '"p1', *_CLEAR)),
)


class Watched(NamedTuple):
    """What was seen of one screen."""

    p75: float
    shift: float
    growth: float
    acts: int


def feed(folder: Path, *, seconds: float) -> list[Figure]:
    """Measure every screen for so long."""
    found: list[Figure] = []
    with SignedIn(folder) as board, chromium() as browser, feeding(board) as pace:
        for screen in SCREENS:
            watched = _watched(browser, board, screen, seconds=seconds)
            found += _figures(screen, watched, seconds)
            sys.stderr.write(f"  {screen.name}: {watched.acts} interactions\n")
    reached = Figure(
        name=f"sessions' wait for a change, {PLANS * A_PLAN} at work",
        floor_name="at the wanted pace",
        floor=1000 / RATE,
        ours=1000 / pace(),
        must=1 / FLOW,
    )
    return [*found, reached]


@contextmanager
def feeding(board: SignedIn) -> Iterator[Callable[[], float]]:
    """Let the sessions work; afterwards what is given tells how many changes they made a second."""
    words = [str(board.root), str(PLANS), str(STEPS), str(RATE)]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.feeder", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    reached = 0.0
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        board.wait_for_plans(PLANS)
        yield lambda: reached
        reached = float(process.communicate("\n", timeout=60)[0])
    finally:
        process.kill()
        process.wait()


def _watched(browser: Browser, board: SignedIn, screen: Screen, *, seconds: float) -> Watched:
    page = signed_in_page(browser, board)
    page.add_init_script(_WATCH)
    page.goto(board.url + screen.path)
    page.wait_for_selector("html[data-connection=live]", state="attached")
    page.evaluate(_BEGIN)
    memory = Memory(page)
    ends = time.monotonic() + seconds
    shift = 0.0
    while time.monotonic() < ends:
        for act in screen.acts:
            _do(page, act)
            page.wait_for_timeout(REST_MS)
            memory.sample_sometimes()
        shift = max(shift, _moves_by_itself(page))
    seen = page.evaluate(_SEEN)
    page.context.close()
    # What took less than 16 ms is not told of, but was an interaction all the same: it counts as 16.
    times = sorted(seen["times"]) or [16.0]
    return Watched(_p75(times), shift, memory.growth, len(times))


def _moves_by_itself(page: Page) -> float:
    """Watch the page while nobody touches it, once it has done what it was last asked for."""
    page.wait_for_timeout(SETTLE_MS)
    page.evaluate("() => { window.seen.shift = window.seen.window.sum = 0; }")
    page.wait_for_timeout(QUIET_MS)
    return float(page.evaluate(_SEEN)["shift"])


def _do(page: Page, act: str) -> None:
    if act.startswith(">"):
        found = page.locator(f"{act[1:]}:visible").first
        if found.count():
            found.click(timeout=10_000)
    elif act.startswith('"'):
        page.keyboard.type(act[1:], delay=80)
    else:
        page.keyboard.press(act)


class Memory:
    """A page's heap after its garbage was taken out, every few seconds."""

    def __init__(self, page: Page) -> None:
        self._session: CDPSession = page.context.new_cdp_session(page)
        self._taken_at = time.monotonic()
        self._kilobytes: list[float] = []

    def sample_sometimes(self) -> None:
        if time.monotonic() - self._taken_at < SAMPLE_SECONDS:
            return
        self._session.send("HeapProfiler.collectGarbage")
        used = self._session.send("Runtime.getHeapUsage")
        self._kilobytes.append(float(used["usedSize"]) / 1024)
        self._taken_at = time.monotonic()

    @property
    def growth(self) -> float:
        """Compare the last third with the first: 1.0 is flat."""
        third = max(1, len(self._kilobytes) // 3)
        if len(self._kilobytes) < 2:
            return 1.0
        return statistics.median(self._kilobytes[-third:]) / statistics.median(self._kilobytes[:third])


def _p75(times: list[float]) -> float:
    return times[min(len(times) - 1, round(len(times) * 0.75))]


def _figures(screen: Screen, seen: Watched, seconds: float) -> list[Figure]:
    def figure(name: str, ours: float, *, must: float, unit: str) -> Figure:
        return Figure(name=f"{screen.name}: {name}", floor_name="", floor=0, ours=ours, must=must, unit=unit)

    return [
        figure("interaction → next paint, p75", seen.p75, must=INTERACTION_MS, unit="ms"),
        figure("what moves by itself (CLS × 1000)", seen.shift * 1000, must=SHIFT * 1000, unit="‰"),
        figure(
            f"memory after {seconds:.0f} s (% of the first third's)",
            seen.growth * 100,
            must=GROWTH * 100,
            unit="%",
        ),
    ]
