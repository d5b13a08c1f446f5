"""What goes over a board's socket and between processes, typed; open_plan.py has the rules of frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plans.domain.plan import Plan

VERSION = 1
GROUP = "planboard.changes"
"""The one group of the channel layer: every hub is in it once."""

MALFORMED = 4400
TOO_SLOW = 4408
"""Close codes of this room's; signed out (4401), no access (4403) and too crowded (4429) are web's."""

_MOST = 2**53


# From the page


class Hello(msgspec.Struct, frozen=True, tag_field="type", tag="hello"):
    """What the page has; the first message, and again after every resync."""

    epoch: str
    rev: Annotated[int, msgspec.Meta(ge=0, le=_MOST)]


class Ack(msgspec.Struct, frozen=True, tag_field="type", tag="ack"):
    """The page has applied everything up to a revision."""

    rev: Annotated[int, msgspec.Meta(ge=0, le=_MOST)]


class Looks(msgspec.Struct, frozen=True, tag_field="type", tag="look"):
    """Somebody looks at the page, and which step is open there; said again every 15 s."""

    step: Annotated[int, msgspec.Meta(ge=1, le=_MOST)] | None = None
    here: bool = True
    """False: the page is not seen any more."""


class _Kind(msgspec.Struct, frozen=True):
    type: str


class Differs(msgspec.Struct, frozen=True, tag_field="type", tag="differs"):
    """At the revision of a heartbeat the page held something else: only a fault of ours makes that."""

    rev: Annotated[int, msgspec.Meta(ge=0, le=_MOST)]


type Heard = Hello | Ack | Looks | Differs

_KIND = msgspec.json.Decoder(_Kind)
_HEARD = msgspec.json.Decoder(Hello | Ack | Looks | Differs)
_KINDS = frozenset({"hello", "ack", "look", "differs"})


def heard(text: str) -> Heard | None:
    """Read a page's message; None for a kind we do not know. Raises msgspec.DecodeError."""
    return _HEARD.decode(text) if _KIND.decode(text).type in _KINDS else None


class Follow(msgspec.Struct, frozen=True, tag_field="type", tag="hello"):
    """What a page at the inbox wants to hear of: the person's queue, or every change of anything."""

    all: bool = False


_FOLLOW = msgspec.json.Decoder(Follow)


def follows(text: str) -> Follow | None:
    """Read a message to the inbox; None for a kind we do not know. Raises msgspec.DecodeError."""
    return _FOLLOW.decode(text) if _KIND.decode(text).type == "hello" else None


# To the page


class Card(msgspec.Struct, frozen=True, tag_field="op", tag="card"):
    """One card as it looks now, and where it stands: below ``after`` in its column, None = first."""

    id: int
    col: str
    after: int | None
    rev: int
    at: int
    """The plan's revision that the html was drawn at; never put an older one over a newer one."""
    html: str
    sum: str = ""


class Drop(msgspec.Struct, frozen=True, tag_field="op", tag="drop"):
    """A step that was removed."""

    id: int


class Head(msgspec.Struct, frozen=True, tag_field="op", tag="head"):
    """The plan's header."""

    html: str


class Banner(msgspec.Struct, frozen=True, tag_field="op", tag="banner"):
    """What is wrong with the plan's file; empty when nothing is."""

    html: str


class Count(msgspec.Struct, frozen=True, tag_field="op", tag="count"):
    """How many cards a column has."""

    col: str
    n: int


type Op = Card | Drop | Head | Banner | Count


class Version(NamedTuple):
    """Which history, and where in it.

    What messages, frames and the views of pages call epoch is this: ``Picture.history``, which is another one
    for every copy in the mirror. ``Plan.epoch`` is the plan's own, and so is that of the HTTP API.
    """

    epoch: str
    rev: int


def encoded(op: Op) -> str:
    """Write an op once, for all who get it."""
    return msgspec.json.encode(op).decode()


def frame(namespace: str, *, prev: int, now: Version, ops: Iterable[str]) -> str:
    """Wrap ops for those who have ``prev``."""
    return (
        f'{{"v":{VERSION},"plan":{_text(namespace)},"epoch":{_text(now.epoch)},'
        f'"prev":{prev},"rev":{now.rev},"ops":[{",".join(ops)}]}}'
    )


def state(namespace: str, *, epoch: str, ops: Iterable[str]) -> str:
    """Wrap ops that belong to no revision: the latest wins."""
    return (
        f'{{"v":{VERSION},"type":"state","plan":{_text(namespace)},"epoch":{_text(epoch)},'
        f'"ops":[{",".join(ops)}]}}'
    )


def resync(now: Version) -> str:
    """Tell a page to fetch the board and say hello again."""
    return f'{{"v":{VERSION},"type":"resync","epoch":{_text(now.epoch)},"rev":{now.rev}}}'


def heartbeat(now: Version, sum_: str) -> str:
    """Say that the line is alive, and what the page should hold; the sum may be unknown, which is ""."""
    return f'{{"v":{VERSION},"type":"heartbeat","epoch":{_text(now.epoch)},"rev":{now.rev},"sum":"{sum_}"}}'


def numbered(text: str, number: int) -> str:
    """Give a message its number among those that one socket is sent, from 1 on."""
    return f'{{"n":{number},{text[1:]}'


def inbox(kind: str, rev: int) -> str:
    """Say that something ``changed``, or ``heartbeat``: nothing did; ``rev`` counts the queue's changes."""
    return f'{{"type":"{kind}","rev":{rev}}}'


def checksum(plan: Plan) -> str:
    """Sum up every step's revision: FNV-1a, 32 bit, over ``number:revision;`` by number, as 8 hex digits."""
    value = 0x811C9DC5
    pairs = sorted((step.number, step.revision) for step in plan.steps)
    for byte in "".join(f"{number}:{revision};" for number, revision in pairs).encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return f"{value:08x}"


# Between processes


class Changed(msgspec.Struct, frozen=True, tag_field="type", tag="plan.changed"):
    """A plan or its state changed: go and look. May be lost or come twice."""

    namespace: str
    epoch: str
    rev: int
    steps: tuple[int, ...] = ()
    state: bool = False
    """Something without a revision changed: a session's liveness, a file's problem, warnings or text."""
    at: float = 0.0
    """When the file was written (s since the epoch), by which lateness is measured; 0 where it is not."""

    @property
    def version(self) -> Version:
        """Name what to look for."""
        return Version(self.epoch, self.rev)


class SignedOut(msgspec.Struct, frozen=True, tag_field="type", tag="signed.out"):
    """A session ended: its sockets look at once whether they may stay, in every process."""

    session: str
    """Its name among the sockets, never its key."""


_MOST_STEPS = 200
"""A poke names at most so many steps; the reader finds them all by itself."""


def poke(changed: Changed) -> dict[str, object]:
    """Give the message for the channel layer."""
    short = msgspec.structs.replace(changed, steps=changed.steps[:_MOST_STEPS])
    message: dict[str, object] = msgspec.to_builtins(short)
    return message


def signed_out(session: str) -> dict[str, object]:
    """Give the message for the channel layer."""
    message: dict[str, object] = msgspec.to_builtins(SignedOut(session))
    return message


def poked(message: object) -> Changed | SignedOut | None:
    """Read a message of the channel layer; None for anything else."""
    try:
        return msgspec.convert(message, Changed | SignedOut, strict=False)
    except msgspec.ValidationError:
        return None


def _text(value: str) -> str:
    return msgspec.json.encode(value).decode()
