"""What the worker keeps count of: what it copied, how late it was, and what state it is in."""

from __future__ import annotations

from functools import partial
from time import time
from typing import TYPE_CHECKING, Final

from plans.metrics import figures

if TYPE_CHECKING:
    from plans.metrics.kinds import Histogram
    from plans.sync.copying import Found
    from plans.sync.decide import Agenda
    from plans.sync.lookout import Lookout

STATES: Final = ("starting", "standby", "catching up", "working")
"""In this order; a worker that lost its lock is on standby again."""


class Tally:
    """The figures of one worker; those of the newest are shown where a process has several."""

    def __init__(self, agenda: Agenda, lookout: Lookout) -> None:
        self.state = STATES[0]
        for state in STATES:
            figures.WORKER.follow(partial(self._is_in, state), word=state)
        figures.QUEUE.follow(agenda.waiting)
        figures.FAILING.follow(agenda.failing)
        figures.HEARING.follow(lambda: not lookout.note)

    def waits(self) -> None:
        """Another worker copies into the mirror."""
        self.state = "standby"

    def begins(self) -> None:
        """Become the worker; what it finds at first is as old as its absence."""
        self.state = "catching up"

    def rests(self) -> None:
        """Everything has been copied once: from here on, lateness is its own."""
        self.state = "working"

    def shown(self, found: Found, *, frames: int) -> None:
        """Take note of news that open pages were told, if so many ``frames`` were not all there are."""
        if figures.FRAMES.total > frames:
            self._took(figures.TO_FRAME, found)

    def copied(self, found: Found) -> None:
        """Take note of revisions that are in the mirror."""
        self._took(figures.TO_MIRROR, found)
        if self.state != "working" or found.news is None:
            return
        for line in found.news.lines:
            figures.REVISIONS.add(figures.known_verb(line.verb), figures.kind_of(line.by))
            if line.verb == "adopt":
                figures.ADOPTIONS.add()

    def since(self, found: Found) -> float:
        """Tell from when on lateness is the worker's own (s since the epoch); 0 where it is not."""
        return (found.appeared_at or 0.0) if self.state == "working" else 0.0

    def _took(self, histogram: Histogram, found: Found) -> None:
        if since := self.since(found):
            histogram.observe(time() - since)

    def _is_in(self, state: str) -> bool:
        return self.state == state
