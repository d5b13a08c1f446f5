"""Which people look at which plan and step: everybody once, however many tabs and processes they look from.

A page says so every 15 s and when it opens another step. What changed is told once a second at most, so an
edit of a plan costs nothing for it; somebody who is alone is told nothing at all.
"""

from __future__ import annotations

from math import inf
from secrets import token_hex
from typing import TYPE_CHECKING, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from plans.live.viewer import Viewer

SAY_SECONDS = 15.0
"""How often pages and processes say it again."""
GONE_SECONDS = 40.0
"""Who said nothing for so long is gone: a lost connection, a process that died."""
MOST_STEPS = 20
"""Steps that one person is shown at, from that many tabs."""


class Person(NamedTuple):
    """Somebody who is signed in."""

    key: str
    """What tells people apart; a page knows its own."""
    name: str
    """Cleaned: it is shown to others."""


class Onlooker(msgspec.Struct, frozen=True):
    """A person at a plan, and the steps that are open there."""

    key: str
    name: str
    steps: tuple[int, ...] = ()


class People(msgspec.Struct, frozen=True, tag_field="op", tag="people"):
    """Everybody at a plan, for its pages."""

    people: tuple[Onlooker, ...]


class Seen(msgspec.Struct, frozen=True, tag_field="type", tag="plan.people"):
    """Everybody at a plan in one process, for the others. May be lost: it is said again."""

    namespace: str
    process: str
    people: tuple[Onlooker, ...]
    asks: bool = False
    """Whether the others are to say theirs soon."""


class _Look(NamedTuple):
    person: Person
    step: int | None
    at: float


class _There(NamedTuple):
    people: tuple[Onlooker, ...]
    at: float


class _Crowd:
    """Those at one plan."""

    def __init__(self) -> None:
        self.here: dict[Viewer, _Look] = {}
        self.there: dict[str, _There] = {}
        self.told: tuple[Onlooker, ...] = ()
        self.said: tuple[Onlooker, ...] | None = None
        """What the other processes know of this one; None: not even that it is there."""
        self.said_at = -inf

    def forget(self, now: float) -> None:
        """Let go of those who said nothing for long."""
        oldest = now - GONE_SECONDS
        self.here = {viewer: look for viewer, look in self.here.items() if look.at >= oldest}
        self.there = {process: there for process, there in self.there.items() if there.at >= oldest}

    def people_here(self) -> tuple[Onlooker, ...]:
        return _merged(
            Onlooker(look.person.key, look.person.name, (look.step,) if look.step else ())
            for look in self.here.values()
        )

    def people(self) -> tuple[Onlooker, ...]:
        there = (person for process in self.there.values() for person in process.people)
        return _merged([*self.people_here(), *there])


class Presence:
    """The people at all plans that pages of this process show. Times are seconds on the monotonic clock."""

    def __init__(self, *, tell: Callable[[str, Iterable[Viewer], str], None]) -> None:
        """``tell`` sends an op to viewers of a plan."""
        self.process = token_hex(8)
        self._tell = tell
        self._crowds: dict[str, _Crowd] = {}

    def look(self, at: tuple[str, int | None], viewer: Viewer, person: Person, *, now: float) -> None:
        """Take note of where somebody looks: at a plan, and at a step of it if one is open."""
        namespace, step = at
        crowd = self._crowds.setdefault(namespace, _Crowd())
        is_new = viewer not in crowd.here
        crowd.here[viewer] = _Look(person, step, now)
        if is_new and len(crowd.told) > 1:
            self._tell(namespace, (viewer,), _text(crowd.told))

    def leave(self, namespace: str, viewer: Viewer) -> None:
        """Forget a viewer: its page closed, or is not looked at any more."""
        if crowd := self._crowds.get(namespace):
            crowd.here.pop(viewer, None)

    def heard(self, message: Mapping[str, object], *, now: float) -> None:
        """Take note of what another process says; anything else is not for us."""
        try:
            seen = msgspec.convert(message, Seen, strict=False)
        except msgspec.ValidationError:
            return
        crowd = self._crowds.get(seen.namespace)
        if crowd is None or seen.process == self.process:
            return
        crowd.there[seen.process] = _There(seen.people, now)
        if seen.asks:
            crowd.said_at = -inf

    def care(self, now: float) -> Iterator[dict[str, object]]:
        """Tell the pages what changed; gives what the other processes are to hear. Once a second."""
        for namespace, crowd in tuple(self._crowds.items()):
            crowd.forget(now)
            self._tell_changed(namespace, crowd)
            yield from self._say(namespace, crowd, now)
            if not crowd.here:
                del self._crowds[namespace]

    def _tell_changed(self, namespace: str, crowd: _Crowd) -> None:
        people = crowd.people()
        before, crowd.told = crowd.told, people
        if people != before and max(len(people), len(before)) > 1:
            self._tell(namespace, crowd.here, _text(people))

    def _say(self, namespace: str, crowd: _Crowd, now: float) -> Iterator[dict[str, object]]:
        here = crowd.people_here()
        if here == crowd.said and now - crowd.said_at < SAY_SECONDS:
            return
        seen = Seen(namespace, self.process, here, asks=crowd.said is None)
        crowd.said, crowd.said_at = here, now
        yield msgspec.to_builtins(seen)


def _merged(people: Iterable[Onlooker]) -> tuple[Onlooker, ...]:
    """Put what is known of the same person together, by name."""
    names: dict[str, str] = {}
    steps: dict[str, set[int]] = {}
    for person in people:
        names[person.key] = person.name
        steps.setdefault(person.key, set()).update(person.steps)
    found = (Onlooker(key, name, tuple(sorted(steps[key])[:MOST_STEPS])) for key, name in names.items())
    return tuple(sorted(found, key=lambda person: (person.name, person.key)))


def _text(people: tuple[Onlooker, ...]) -> str:
    return msgspec.json.encode(People(people)).decode()
