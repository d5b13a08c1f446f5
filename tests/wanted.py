"""The rows of "How it is tested": what each test has to show, at the short size of CI and at the long one.

A row holds figures. ``least`` are counts of what was tried, added up over all tests that record them;
``none`` are counts of what must never happen; ``most`` are limits, of which the worst one counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

type Size = Literal["short", "long"]
type Rule = Literal["least", "most"]


class Want(NamedTuple):
    """One figure of a row, and what it has to be."""

    name: str
    rule: Rule
    short: float
    long: float
    unit: str = ""

    def limit(self, size: Size) -> float:
        """Give the figure that is asked for at a size."""
        return self.short if size == "short" else self.long

    def joined(self, values: Sequence[float]) -> float:
        """Make one figure of what several tests recorded."""
        return max(values) if self.unit else sum(values)

    @property
    def is_time(self) -> bool:
        """Whether a slow machine makes it worse."""
        return self.rule == "most" and bool(self.unit)

    def is_met(self, value: float, size: Size) -> bool:
        """Tell whether a figure is good enough; times are judged at the long size only."""
        if self.is_time and size == "short":
            return True
        limit = self.limit(size)
        return value >= limit if self.rule == "least" else value <= limit


class Row(NamedTuple):
    """One line of the table: what is tried, and its figures."""

    title: str
    wants: tuple[Want, ...]

    def want(self, name: str) -> Want:
        """Find a figure by its name; raises KeyError."""
        return {want.name: want for want in self.wants}[name]


def _least(name: str, short: int, long: int | None = None) -> Want:
    return Want(name, "least", short, short if long is None else long)


def _none(name: str) -> Want:
    return Want(name, "most", 0, 0)


def _most(name: str, limit: float, unit: str) -> Want:
    """A limit of time, shown in short too: it is no fault of the code that a machine is busy."""
    return Want(name, "most", limit, limit, unit)


ROWS: dict[str, Row] = {
    "kills": Row(
        "Writers killed at random moments",
        (_least("kills", 200, 2_000), _none("torn"), _none("lost"), _most("stuck", 1, "s")),
    ),
    "crash_points": Row(
        "Death and errors at every system call of a change",
        (_least("points", 100), _least("errors", 100), _none("broken")),
    ),
    "disk_full": Row(
        "A disk that is full",
        (_least("refused", 30), _none("lost"), _least("recovered", 2)),
    ),
    "writers": Row(
        "16 writers of ours and 8 peers, paused and crashed",
        (
            Want("ours", "least", 16, 16, "processes"),
            Want("peers", "least", 8, 8, "processes"),
            _least("edits", 100, 5_000),
            _least("pauses", 2, 20),
            _least("crashes", 2, 20),
            _none("lost"),
            _none("refuted"),
            _most("stuck", 1, "s"),
        ),
    ),
    "checker": Row("The checker itself: bugs put into the store", (_least("bugs", 12), _none("missed"))),
    "machine": Row(
        "State machine: model against store; a board's mirror and API, too",
        (_least("stores", 500, 20_000), _least("boards", 25, 1_000), _none("broken")),
    ),
    "watching": Row(
        "Watching: overflow, no notifications, lost events",
        (_most("overflow", 1, "s"), _most("unnotified", 5, "s"), _most("swept", 30, "s")),
    ),
    "storm": Row(
        "Socket storm: a proxy that cuts, delays, reorders",
        (
            _least("reconnects", 40, 1_000),
            _none("stale"),
            _none("mismatches"),
            _most("stale_for", 2, "s"),
        ),
    ),
    "fuzz": Row(
        "Parser, names and other input fuzzed",
        (_least("inputs", 1_000, 20_000), _none("crashes"), _most("slowest", 100, "ms for 64 KiB")),
    ),
    "api": Row(
        "The API against its own description",
        (_least("calls", 50, 5_000), _none("server_errors"), _none("breaks")),
    ),
    "security": Row("Security suite", (_least("tests", 100), _none("let_in"))),
    "axe": Row(
        "Accessibility: axe by theme and width, and the keyboard alone",
        (_least("screens", 180, 720), _least("keyboard", 5), _none("violations")),
    ),
}
