"""What to look at next, and when: pure, so that every order of events can be tried."""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FIRST_RETRY = 0.1
LAST_RETRY = 5.0
LAST_BROKEN_RETRY = 60.0
"""Where nothing but another version of the plan's files, or of the program, is likely to help."""
SETTLE_SECONDS = 2.5
"""After a plan has been quiet for so long it is looked at once more: file systems' clocks are coarse,
and a writer that died between journal and plan.json is helped along."""
LATE_SECONDS = 5.0
"""A change found by a sweep that is older than this should have been announced."""
MISSES = 2
"""After so many unannounced changes notifications count as not working here."""


class Stamp(NamedTuple):
    """Which version of a plan's files was seen; an empty text never equals anything: look again."""

    text: str
    changed_at: float
    """The newest mtime, s since the epoch."""
    appeared_at: float = 0.0
    """Since when they are here as they are: a copy that was put in place may have brought an old mtime."""


class Errand(NamedTuple):
    """A plan to look at."""

    namespace: str
    settles: bool = False
    """It has been quiet: also finish what a dead writer left."""
    core: bool = False
    """plan.json itself was touched: a peer may have written it."""
    anew: str = ""
    """Others' signatures count than when it was copied: names those; all of it is copied again."""


class Agenda:
    """Plans to look at. Pokes come before what a sweep found; times are seconds on the monotonic clock."""

    def __init__(self) -> None:
        self._poked: dict[str, bool] = {}
        """With whether plan.json itself was touched."""
        self._swept: dict[str, None] = {}
        self._later: dict[str, float] = {}
        self._retries: list[tuple[float, str]] = []
        """A heap of the same, with what has been looked at since: a whole root may be unreadable."""
        self._settle: dict[str, float] = {}
        """In the order of their times: every plan waits equally long."""
        self._anew: dict[str, str] = {}
        """Plans to be judged anew, with what is believed."""
        self._in_hand = ""
        """The plan that is looked at now."""
        self._failures: dict[str, int] = {}
        self._failing_since: dict[str, float] = {}

    def poke(self, namespace: str, *, core: bool) -> None:
        """Somebody touched the plan just now."""
        self._swept.pop(namespace, None)
        self._later.pop(namespace, None)
        self._poked[namespace] = core or self._poked.get(namespace, False)

    def sweep(self, namespaces: Iterable[str]) -> None:
        """A sweep found these changed."""
        for namespace in namespaces:
            if namespace not in self._poked and namespace not in self._later:
                self._swept[namespace] = None

    def judge(self, namespaces: Iterable[str], trust: str) -> None:
        """Others' signatures count than when these were copied."""
        self._anew |= dict.fromkeys(namespaces, trust)
        self.sweep(self._anew)

    def judged(self, errand: Errand) -> None:
        """A plan was copied as is believed now, unless that changed meanwhile."""
        if self._anew.get(errand.namespace) == errand.anew:
            del self._anew[errand.namespace]

    def owed(self) -> frozenset[str]:
        """Name the plans that are to be judged anew yet."""
        return frozenset(self._anew)

    def waiting(self) -> int:
        """Count the plans that are to be looked at; those that only settle wait for nothing."""
        return len(self._poked) + len(self._swept) + len(self._later)

    def succeeded(self, namespace: str, now: float) -> None:
        """The plan was read; look once more when it has been quiet."""
        self._forget_failures(namespace)
        self._settle.pop(namespace, None)
        self._settle[namespace] = now + SETTLE_SECONDS

    def failed(self, namespace: str, now: float, *, at_most: float = LAST_RETRY) -> None:
        """The plan could not be read; try again, more and more rarely, in the end every ``at_most`` s."""
        failures = self._failures.get(namespace, 0)
        self._failures[namespace] = failures + 1
        self._failing_since.setdefault(namespace, now)
        self._later[namespace] = now + retry_delay(failures, at_most=at_most)
        heappush(self._retries, (self._later[namespace], namespace))

    def failing(self) -> int:
        """Count the plans that could not be copied or read when they were looked at last."""
        return len(self._failures)

    def settled(self, namespace: str) -> None:
        """Nothing is left to do until somebody touches the plan."""
        self._forget_failures(namespace)
        self._settle.pop(namespace, None)
        self._in_hand = ""

    def expects(self, namespace: str) -> bool:
        """Tell whether the plan is looked at now, or going to be anyway."""
        queues = ((self._in_hand,), self._poked, self._swept, self._later, self._settle)
        return any(namespace in queue for queue in queues)

    def keeps_failing(self, namespace: str, now: float) -> bool:
        """Tell whether a plan could not be read for longer than writing a file takes."""
        return now - self._failing_since.get(namespace, now) >= FIRST_RETRY

    def next(self, now: float) -> Errand | None:
        """Take the plan that is to be looked at first; None when none is due."""
        errand = self._next(now)
        self._in_hand = errand.namespace if errand else ""
        return errand and errand._replace(anew=self._anew.get(errand.namespace, ""))

    def _next(self, now: float) -> Errand | None:
        for namespace in self._poked:
            return Errand(namespace, core=self._poked.pop(namespace))
        for namespace in self._swept:
            del self._swept[namespace]
            return Errand(namespace)
        late = self._first_retry()
        if late is not None and late[0] <= now:
            del self._later[late[1]]
            return Errand(late[1])
        quiet = next(iter(self._settle), None)
        if quiet is not None and self._settle[quiet] <= now:
            del self._settle[quiet]
            return Errand(quiet, settles=True)
        return None

    def wait(self, now: float) -> float | None:
        """Tell for how many seconds there is nothing to do; None: until something happens."""
        if self._poked or self._swept:
            return 0.0
        late = self._first_retry()
        times = [*((late[0],) if late else ()), *islice(self._settle.values(), 1)]
        return max(0.0, min(times) - now) if times else None

    def _first_retry(self) -> tuple[float, str] | None:
        """Give when which plan is to be tried again next."""
        while self._retries and self._later.get(self._retries[0][1]) != self._retries[0][0]:
            heappop(self._retries)
        return self._retries[0] if self._retries else None

    def _forget_failures(self, namespace: str) -> None:
        self._failures.pop(namespace, None)
        self._failing_since.pop(namespace, None)


class Swept(NamedTuple):
    """What a sweep found."""

    changed: list[str]
    late: list[str]
    """Those that changed so long ago that a notification should have come."""


def compare(seen: Mapping[str, str], now: Mapping[str, Stamp], *, at: float) -> Swept:
    """Compare the versions that were mirrored with those on disk; vanished plans count as changed.

    ``at`` is the time of the sweep, s since the epoch.
    """
    fresh = [name for name, stamp in now.items() if not stamp.text or seen.get(name) != stamp.text]
    late = [name for name in fresh if now[name].text and at - now[name].changed_at > LATE_SECONDS]
    return Swept([*fresh, *(namespace for namespace in seen if namespace not in now)], late)


def retry_delay(failures: int, *, at_most: float = LAST_RETRY) -> float:
    """Tell how long to wait after so many failures, s: 0.1, 0.2, 0.4 … 5."""
    return float(min(at_most, FIRST_RETRY * 2.0 ** min(failures, 10)))
