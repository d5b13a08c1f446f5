"""Each screen of the control room while 200 sessions change 5,000 steps 50 times a second, in a real browser.

How long an interaction takes until it is painted, how much moves that nobody touched, and whether the page's
memory stays what it was. The board, its worker, the browser and the sessions share the machine.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.bench.browser import chromium
from tests.bench.feeder import A_PLAN
from tests.bench.signed_in import SignedIn
from tests.bench.timing import Figure
from tests.bench.watching import QUIET_MS, SETTLE_MS, Screen, Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

PLANS, STEPS, RATE = 50, 100, 50.0
FLOW = 0.9
"""The part of the wanted pace that must be reached for the rest to count."""
INTERACTION_MS, SHIFT, GROWTH = 200.0, 0.02, 1.15
_CLEAR = ("Backspace", "Backspace", "Escape")
SCREENS = (
    Screen(
        "board", "/plans/feed.p00/", ("j", "j", ">.column .card h3 a", "Escape", "k", "/", '"42', *_CLEAR)
    ),
    Screen("Needs you", "/needs/", ("j", "j", "k", ">#queue-rows a[data-need]", "Escape")),
    Screen("list of plans", "/plans/", (">[data-filter]", '"p1', *_CLEAR)),
    Screen("sessions", "/sessions/", ("j", "j", "k", ">[data-filter]", '"p1', *_CLEAR)),
    Screen("activity", "/activity/", (">[data-filter]", '"p1', *_CLEAR)),
)


def feed(folder: Path, *, seconds: float, together: bool = False) -> list[Figure]:
    """Measure every screen for so long: one after the other, or all ``together``, open side by side."""
    found: list[Figure] = []
    with SignedIn(folder) as board, chromium() as browser:
        watches: list[Watch] = []
        with feeding(board) as pace:
            for screens in [SCREENS] if together else [(screen,) for screen in SCREENS]:
                for watch in watches:
                    watch.close()
                watches = [Watch(browser, board, screen) for screen in screens]
                _use(watches, seconds=seconds)
                found += [figure for watch in watches for figure in _figures(watch, seconds)]
        # Only what is still open when the last change was made can be told to have missed none.
        found += [_left_behind(watch) for watch in watches]
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
    words = [str(board.root), str(board.home), str(PLANS), str(STEPS), str(RATE)]
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


def _use(watches: Sequence[Watch], *, seconds: float) -> None:
    """Use pages in turn, then leave them alone for a while; again until the time is over."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        for watch in watches:
            watch.use()
        watches[0].wait(SETTLE_MS)
        for watch in watches:
            watch.stand_still()
        watches[0].wait(QUIET_MS)
        for watch in watches:
            watch.look()
        _tell(watches, after=time.monotonic() - began)


def _tell(watches: Sequence[Watch], *, after: float) -> None:
    sys.stderr.write(f"  {after:5.0f} s, load {os.getloadavg()[0]:.1f}")
    for watch in watches:
        script, elements = watch.held[-1]
        said = f"{script:,.0f} KB, {elements:,} elements, {watch.p75:.0f} ms, {watch.shift * 1000:.1f} ‰"
        sys.stderr.write(f" | {watch.screen.name}: {said} {watch.moved}")
    sys.stderr.write("\n")
    sys.stderr.flush()


def _left_behind(watch: Watch) -> Figure:
    name = f"{watch.screen.name}: rows not as they are in the end"
    return Figure(name=name, floor_name="", floor=0, ours=watch.stale(), must=0, unit="")


def _figures(watch: Watch, seconds: float) -> list[Figure]:
    def figure(name: str, ours: float, *, must: float, unit: str) -> Figure:
        name = f"{watch.screen.name}: {name}"
        return Figure(name=name, floor_name="", floor=0, ours=ours, must=must, unit=unit)

    first, middle, last = watch.thirds()
    of = f"of {seconds:.0f} s (% of the first's)"
    return [
        figure(
            f"interaction → next paint, p75 of {len(watch.times)}", watch.p75, must=INTERACTION_MS, unit="ms"
        ),
        figure("what moves by itself (CLS × 1000)", watch.shift * 1000, must=SHIFT * 1000, unit="‰"),
        figure(f"memory, middle third {of}", middle.script / first.script * 100, must=GROWTH * 100, unit="%"),
        figure(f"memory, last third {of}", last.script / first.script * 100, must=GROWTH * 100, unit="%"),
        figure(
            f"elements, last third {of}", last.elements / first.elements * 100, must=GROWTH * 100, unit="%"
        ),
    ]
