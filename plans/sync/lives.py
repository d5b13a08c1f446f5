"""What the worker knows of sessions: heartbeats from files, progress from journals, and what both mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from plans.domain.actor import Actor
from plans.domain.picture import Life
from plans.domain.pulse import beaten
from plans.mirror.documents import indexed
from plans.sessions.heartbeats import Session, liveness

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from plans.domain.revision import Line

_LIMIT = 2**63
_YEAR_10000 = 253_402_300_800_000

type Pulse = tuple[int, int | None]
"""The half minutes in which a session was heard, and when it was heard last (ms)."""


class Lives:
    """Every session that beat its heart or changed a plan. Times are ms since the epoch."""

    def __init__(self, progress: Mapping[str, int], pulses: Mapping[str, Pulse] | None = None) -> None:
        """``progress`` holds the last change of each author, by ``str(Actor)``; ``pulses`` what was heard."""
        self._beats: dict[str, Session] = {}
        self._pulses = dict(pulses or {})
        self._lives: dict[str, Life] = {}
        self._unwritten: set[str] = set()
        for author, at in progress.items():
            self._progressed(author, at)

    def heard(self, beats: Mapping[str, Session]) -> None:
        """Take in the heartbeat files."""
        for name, session in beats.items():
            if self._beats.get(name) != session:
                self._note(_with_beat(self._life(name), session, self._pulses.pop(name, None)))
        self._beats = dict(beats)

    def progressed(self, lines: Iterable[Line]) -> None:
        """Take in new revisions of some plan."""
        for line in lines:
            self._progressed(line.by, line.at)

    def judge(self, now: int) -> set[str]:
        """Decide again who is alive; names the sessions whose liveness changed."""
        changed = set()
        for name, life in self._lives.items():
            means = liveness(self._beats.get(name), progress_at=life.progress_at, now=now)
            if means != life.liveness:
                changed.add(name)
        for name in changed:
            life = self._lives[name]
            means = liveness(self._beats.get(name), progress_at=life.progress_at, now=now)
            self._note(replace(life, liveness=str(means)))
        return changed

    def names(self) -> set[str]:
        """Name everybody of whom anything is known."""
        return set(self._lives)

    def unwritten(self) -> list[Life]:
        """Take what the mirror does not have yet."""
        names, self._unwritten = self._unwritten, set()
        return [self._lives[name] for name in names]

    def silent_since(self, before: int) -> set[str]:
        """Name the sessions that gave no sign of life from ``before`` (ms) on."""
        return {
            name
            for name, life in self._lives.items()
            if max(life.beat_at or 0, life.progress_at or 0) < before
        }

    def forget(self, names: Iterable[str]) -> None:
        """Know nothing of some sessions any more."""
        for name in names:
            for known in (self._lives, self._beats, self._pulses):
                known.pop(name, None)
            self._unwritten.discard(name)

    def write_again(self) -> None:
        """Whatever was taken as written may not have been."""
        self._unwritten = set(self._lives)

    def named(self, names: Iterable[str]) -> dict[str, Life]:
        """Tell of some sessions, as far as anything is known of them."""
        return {name: self._lives[name] for name in names if name in self._lives}

    def _progressed(self, author: str, at: int) -> None:
        actor = Actor.parse(indexed(author))  # a peer's file may name anybody, at any length
        if not actor.is_session:
            return
        life = self._life(actor.name)
        if at > (life.progress_at or 0):
            self._note(replace(life, progress_at=at))

    def _life(self, name: str) -> Life:
        return self._lives.get(name) or Life(session=name)

    def _note(self, life: Life) -> None:
        self._lives[life.session] = life
        self._unwritten.add(life.session)


def _with_beat(life: Life, session: Session, kept: Pulse | None) -> Life:
    """Take in a heartbeat; ``kept`` is what was heard before this worker started."""
    beats, before = kept or (life.beats, life.beat_at)
    at = _moment(session.beat_at)
    return replace(
        life,
        agent=session.agent,
        host=session.host,
        pid=_storable(session.pid),
        started=_moment(session.started),
        beat_at=at,
        beats=0 if at is None else beaten(beats, before=before, at=at),
    )


def _moment(ms: int | None) -> int | None:
    """Leave out what no date can be: anybody can touch a file, and no page could say when that was."""
    return ms if ms is not None and 0 <= ms < _YEAR_10000 else None


def _storable(value: int | None) -> int | None:
    """Anybody can write any number into a heartbeat file; databases hold 64 bits."""
    return value if value is not None and -_LIMIT <= value < _LIMIT else None
