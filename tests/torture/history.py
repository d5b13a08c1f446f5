"""What many processes asked, and what they were told: one JSON line for each, in a file for each process.

A call has a beginning and, unless its process died, an end. All times are of the machine's monotonic clock,
s, so those of different processes compare. A call without an end may have happened or not. The journal gives
every revision its place, so the order of all writes is known and nothing has to be searched for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

type Doing = Literal[
    "create", "add", "edit", "claim", "release", "say", "block", "approve", "reject", "complete", "remove",
    "read", "merge", "next",
]  # fmt: skip
type Outcome = Literal["done", "same", "refused", "broke"]
type Marks = tuple[tuple[int, int], ...]
"""Steps by number with a checksum of what was seen of each (folding.py)."""


class Asked(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="asked"):
    """A call begins."""

    who: str
    at: float
    number: int
    doing: Doing
    mark: str = ""
    """Stands in the journal line's note, if this call writes one."""
    by: str = ""
    title: str = ""
    step: int | None = None
    guarded: bool = False
    """Whether ``expected`` has to be the revision of the step as it stands."""
    expected: int | None = None
    key: str = ""
    sent: dict[str, str] = {}
    door: str = "files"


class Answered(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="answered"):
    """A call ends."""

    who: str
    at: float
    number: int
    outcome: Outcome
    rev: int | None = None
    base: int | None = None
    """The revision that the edit was made from."""
    repeated: bool = False
    code: str = ""
    why: str = ""
    saw: Marks = ()
    decision: tuple[str, str, str] | None = None
    """Verdict, author and note of the decision that was read."""


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="event"):
    """Something that was done to a process, or that a peer noticed."""

    who: str
    at: float
    what: Literal["killed", "paused", "crashed", "held", "robbed", "overwritten", "stood", "cut"]
    note: str = ""
    lasted: float = 0.0
    """How long it was so, s, up to ``at``."""


type Entry = Asked | Answered | Event


class Call(msgspec.Struct, frozen=True):
    """A call with its end, if it had one."""

    asked: Asked
    answered: Answered | None

    @property
    def began(self) -> float:
        return self.asked.at

    @property
    def ended(self) -> float:
        """When it ended, s; a call without an end goes on for ever."""
        return self.answered.at if self.answered is not None else float("inf")

    @property
    def wrote(self) -> int | None:
        """The revision it was told it made; None for a reading, and for one that made none."""
        if self.answered is None or self.answered.outcome != "done" or self.asked.doing in ("read", "merge"):
            return None
        return self.answered.rev

    @property
    def read(self) -> int | None:
        """The revision it was shown."""
        if self.answered is None or self.asked.doing != "read" or self.answered.rev is None:
            return None
        return self.answered.rev


class Files(msgspec.Struct, frozen=True, kw_only=True):
    """A plan's files at one moment; None where there is no such file."""

    journal: bytes | None
    plan: bytes | None
    snapshot: bytes | None = None
    mirror: Marks | None = None


class History(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of a run."""

    calls: tuple[Call, ...]
    events: tuple[Event, ...]
    final: Files
    cuts: tuple[Files, ...] = ()
    """The files just after each loss of power."""


_READ = msgspec.json.Decoder(Entry)


def read_entries(data: bytes) -> Iterator[Entry]:
    """Read a process's log; a line cut short by its death is left out."""
    for line in data.split(b"\n")[:-1]:
        yield _READ.decode(line)


def joined(entries: Iterable[Entry]) -> tuple[tuple[Call, ...], tuple[Event, ...]]:
    """Join beginnings with their ends; calls in the order in which they began."""
    asked: list[Asked] = []
    answered: dict[tuple[str, int], Answered] = {}
    events: list[Event] = []
    for entry in entries:
        match entry:
            case Asked():
                asked.append(entry)
            case Answered():
                answered[entry.who, entry.number] = entry
            case Event():
                events.append(entry)
    calls = (Call(one, answered.get((one.who, one.number))) for one in asked)
    return tuple(sorted(calls, key=lambda call: call.began)), tuple(sorted(events, key=lambda one: one.at))
