"""How often a session may write, and how many answers may be kept open: a loop of an agent harms nobody."""

from __future__ import annotations

from collections import Counter, OrderedDict
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Final

from plans.domain.errors import PlanError, Refusal
from plans.metrics import figures

if TYPE_CHECKING:
    from collections.abc import Iterator

WRITES_A_MINUTE: Final = 60
WRITES_A_TOKEN: Final = 1_200
"""One token may be for any number of sessions, whose names cost nothing: twenty of them may write as often as
they can, or fifty every 2.5 s. Heartbeats are counted apart, and suffice for 600 sessions."""
WINDOW_MS: Final = 60 * 1000
NAMES: Final = 10_000
WAITS_EACH: Final = 20
WAITS_A_TOKEN: Final = 150
"""One token may be for any number of sessions; the rest stays for agents with another one."""
WAITS_ALL: Final = 200
_WAIT_AGAIN_SECONDS: Final = 5


class TooManyWrites(PlanError):
    """A session, or all of one token together, change more in a minute than anybody can follow."""

    refusal = Refusal.TOO_MANY
    code = "too_many_writes"

    def __init__(self, retry_after: int, *, of: str = "by this session") -> None:
        advice = f"Nothing was changed. Wait {retry_after} seconds, then send it again with the same key."
        super().__init__(f"Too many changes {of} within a minute", advice=advice)
        self.retry_after = retry_after

    def facts(self) -> dict[str, object]:
        """Say how many seconds to wait."""
        return {"retry_after": self.retry_after}


class TooManyWaits(PlanError):
    """Too many requests are kept open at once."""

    refusal = Refusal.TOO_MANY
    code = "too_many_waits"
    advice = "Close the waits and streams that you do not need, then ask again."

    def __init__(self) -> None:
        super().__init__("Too many waits and streams are open for this session")

    def facts(self) -> dict[str, object]:
        """Say how many seconds to wait."""
        return {"retry_after": _WAIT_AGAIN_SECONDS}


@dataclass(slots=True)
class Rates:
    """The writes of the last minute by session, in this process; forgets who was silent longest."""

    limit: int = WRITES_A_MINUTE
    of: str = "by this session"
    """Whose they are, in the words of a refusal."""
    _writes: OrderedDict[str, list[int]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def count(self, name: str, *, now: int) -> None:
        """Count a write, or raise TooManyWrites; `now` in ms."""
        with self._lock:
            recent = self._recent(name, now)
            self._writes[name] = [*recent, now]
            self._writes.move_to_end(name)
            while len(self._writes) > NAMES:
                self._writes.popitem(last=False)

    def check(self, name: str, *, now: int) -> None:
        """Raise TooManyWrites where one more would be too many."""
        with self._lock:
            self._recent(name, now)

    def _recent(self, name: str, now: int) -> list[int]:
        recent = [at for at in self._writes.get(name, []) if now - WINDOW_MS < at <= now]
        if len(recent) >= self.limit:
            raise TooManyWrites(-(-(recent[-self.limit] + WINDOW_MS - now) // 1000), of=self.of)
        return recent


@dataclass(slots=True)
class Pace:
    """How often sessions write, and all sessions of one token together."""

    each: Rates = field(default_factory=Rates)
    of_token: Rates = field(default_factory=lambda: Rates(WRITES_A_TOKEN, of="with this token"))

    def count(self, session: str, *, token: int, now: int) -> None:
        """Count a write, or raise TooManyWrites; a refused one uses up nothing of either."""
        self.each.check(session, now=now)
        self.of_token.count(str(token), now=now)
        self.each.count(session, now=now)


@dataclass(slots=True)
class Waits:
    """How many answers each session of each token keeps open in this process."""

    _open: Counter[tuple[int, str]] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    @contextmanager
    def one(self, token: int, session: str = "") -> Iterator[None]:
        """Keep one open; raises TooManyWaits."""
        who = (token, session)
        self._enter(who)
        try:
            yield
        finally:
            self._leave(who)

    def check(self, token: int, session: str = "") -> None:
        """Raise TooManyWaits where no other one would be kept open."""
        with self._lock:
            self._check((token, session))

    def open(self) -> int:
        """Count all that are kept open."""
        with self._lock:
            return self._open.total()

    def _check(self, who: tuple[int, str]) -> None:
        of_token = sum(count for (token, _), count in self._open.items() if token == who[0])
        if self._open[who] >= WAITS_EACH or of_token >= WAITS_A_TOKEN or self._open.total() >= WAITS_ALL:
            raise TooManyWaits

    def _enter(self, who: tuple[int, str]) -> None:
        with self._lock:
            self._check(who)
            self._open[who] += 1

    def _leave(self, who: tuple[int, str]) -> None:
        with self._lock:
            self._open[who] -= 1
            if not self._open[who]:
                del self._open[who]


WRITES: Final = Pace()
HEARTBEATS: Final = Pace()
WAITS: Final = Waits()
"""All three are those of this process, whichever door an agent comes in by."""
figures.WAITS.follow(WAITS.open)
