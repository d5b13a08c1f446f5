"""A page of the control room that somebody uses for as long as is wanted, and what it was like."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, NamedTuple

from tests.bench.browser import signed_in_page, wait_until_live
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, Page

    from tests.bench.signed_in import SignedIn

REST_MS = 900
"""Between two interactions."""
SETTLE_MS, QUIET_MS = 3_000, 10_000
"""Nobody touches the pages: what moves then, live changes move, and no drawer that comes late."""
CATCHES_UP_MS, LOOKS = 2_000, 15
_WATCH = """
window.seen = { interactions: new Map(), shift: 0, moved: "", window: { from: 0, last: 0, sum: 0 } };
const nameOf = ({ node, previousRect: from, currentRect: to }) => {
  const name = node?.closest?.("[id], [data-key]");
  return `${node?.nodeName} in ${name?.id || name?.dataset.key} ${from.x},${from.y} → ${to.x},${to.y}`;
};
new PerformanceObserver((list) => {
  for (const { interactionId, duration } of list.getEntries()) {
    if (!interactionId) continue;
    const before = window.seen.interactions.get(interactionId) ?? 0;
    window.seen.interactions.set(interactionId, Math.max(before, duration));
  }
}).observe({ type: "event", durationThreshold: 16, buffered: true });
new PerformanceObserver((list) => {
  for (const { value, startTime, hadRecentInput, sources } of list.getEntries()) {
    if (hadRecentInput) continue;
    const at = window.seen.window;
    const isNext = startTime - at.last < 1000 && startTime - at.from < 5000;
    at.from = isNext ? at.from : startTime;
    at.sum = (isNext ? at.sum : 0) + value;
    at.last = startTime;
    if (at.sum > window.seen.shift) window.seen.moved = sources.map(nameOf).join(", ");
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
_STILL = "() => { window.seen.shift = window.seen.window.sum = 0; window.seen.moved = ''; }"
_MOVED = "() => [window.seen.shift, window.seen.moved]"
# Taken out as it is read: a page that is watched for long must not grow by being watched.
_TIMES = """() => {
  const times = [...window.seen.interactions.values()];
  window.seen.interactions.clear();
  return times;
}"""
# What each row says, by its key, and what is counted above them; ages are the reader's own.
_ROWS = """() => {
  const said = (row) => {
    const copy = row.cloneNode(true);
    for (const part of copy.querySelectorAll("time, [data-own]")) part.remove();
    return [row.dataset.key ?? row.id, copy.textContent.replace(/\\s+/g, " ").trim()];
  };
  const rows = document.querySelectorAll("main li[data-key], main tr[id], main .chips[id]");
  return Object.fromEntries([...rows].map(said));
}"""


# A long list of sessions keeps those that it shows: a page that is opened now may begin with others.
_KEEPS = "() => document.getElementById('session-more') !== null"


class Screen(NamedTuple):
    """A page, and what a person does on it: keys, or ``>selector`` to click, or ``"text`` to type."""

    name: str
    path: str
    acts: tuple[str, ...]


class Held(NamedTuple):
    """What a page holds after its garbage was taken out."""

    script: float
    """The heap of its scripts, KB."""
    elements: int


class Watch:
    """One page, open and used; asked now and then what it holds and what moved by itself."""

    def __init__(self, browser: Browser, board: SignedIn, screen: Screen) -> None:
        self.screen = screen
        self.shift, self.moved = 0.0, ""
        self.times: list[float] = []
        self.held: list[Held] = []
        self._url = board.url + screen.path
        self._page = signed_in_page(browser, board)
        self._page.add_init_script(_WATCH)
        self._page.goto(self._url)
        wait_until_live(self._page)
        self._page.evaluate(_BEGIN)
        self._heap: CDPSession = self._page.context.new_cdp_session(self._page)

    def use(self) -> None:
        """Do what a person does here."""
        for act in self.screen.acts:
            _do(self._page, act)
            self._page.wait_for_timeout(REST_MS)
        self.times += self._page.evaluate(_TIMES)

    def stand_still(self) -> None:
        """From now on nobody touches it."""
        self._page.evaluate(_STILL)

    def look(self) -> None:
        """Take down what moved since then, and what the page holds."""
        shift, moved = self._page.evaluate(_MOVED)
        if shift > self.shift:
            self.shift, self.moved = shift, moved
        for _ in range(2):
            self._heap.send("HeapProfiler.collectGarbage")
        used = self._heap.send("Runtime.getHeapUsage")["usedSize"]
        elements = self._page.evaluate("() => document.getElementsByTagName('*').length")
        self.held.append(Held(used / 1024, elements))

    def wait(self, ms: float) -> None:
        self._page.wait_for_timeout(ms)

    def stale(self) -> int:
        """Count the rows that do not say what a page says that is opened now, given some time to catch up."""
        fresh = self._page.context.new_page()
        differing = 0
        for _ in range(LOOKS):
            self.wait(CATCHES_UP_MS)
            fresh.goto(self._url)
            wait_until_live(fresh)
            shown, keeps = self._page.evaluate(_ROWS), self._page.evaluate(_KEEPS)
            now = fresh.evaluate(_ROWS).items()
            differing = sum(shown.get(key) != says for key, says in now if key in shown or not keeps)
            if not differing:
                break
        fresh.close()
        return differing

    def close(self) -> None:
        self._page.context.close()

    @property
    def p75(self) -> float:
        # What took less than 16 ms is not told of, but was an interaction all the same: it counts as 16.
        times = sorted(self.times) or [16.0]
        return times[min(len(times) - 1, round(len(times) * 0.75))]

    def thirds(self) -> list[Held]:
        """Give what the page held at the first, the middle and the last third of the looks."""
        third = max(1, len(self.held) // 3)
        parts = (self.held[:third], self.held[third:-third] or self.held[:third], self.held[-third:])
        return [
            Held(
                statistics.median(held.script for held in part),
                round(statistics.median(held.elements for held in part)),
            )
            for part in parts
        ]


def _do(page: Page, act: str) -> None:
    if act.startswith(">"):
        found = page.locator(f"{act[1:]}:visible").first
        if found.count():
            found.click(timeout=PATIENCE * 1000)
    elif act.startswith('"'):
        page.keyboard.type(act[1:], delay=80)
    else:
        page.keyboard.press(act)
