"""Which sessions there are, and when each last gave a sign of life: one small file a session, its mtime."""

from __future__ import annotations

import os
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from plans.domain.actor import session
from plans.domain.errors import StorageFailed, WrongInput
from plans.sessions.files import (
    EXHAUSTED,
    SUFFIX,
    file_name,
    id_of,
    open_folder,
    read_file,
    remove_file,
    touch_file,
    write_file,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

STALE_AFTER = 90_000
"""Milliseconds without a heartbeat after which a session that had sent some counts as gone."""
QUIET_AFTER = 10 * 60_000
"""Milliseconds without progress after which a session that never sent a heartbeat counts as quiet."""
FORGET_AFTER = 7 * 24 * 60 * 60_000
"""Milliseconds without any sign after which a session that has no open step is forgotten."""


class Liveness(StrEnum):
    """What the last signs of a session mean now."""

    LIVE = "live"
    STALE = "stale"
    QUIET = "quiet"
    UNKNOWN = "unknown"


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One running agent. Times are ms since the epoch; ``beat_at`` is its last heartbeat."""

    id: str
    agent: str = ""
    host: str = ""
    pid: int | None = None
    started: int = 0
    beat_at: int | None = None


class _Content(msgspec.Struct, frozen=True, kw_only=True):
    agent: str = ""
    host: str = ""
    pid: int | None = None
    started: int = 0
    id: str = ""


class Sessions:
    """The heartbeat files of one root."""

    def __init__(self, root: str | os.PathLike[str], *, clock: Callable[[], int], host: str = "") -> None:
        self.root = os.fspath(root)
        self.clock = clock
        self.host = host

    def beat(self, session_id: str, *, agent: str = "", pid: int | None = None) -> Session:
        """Record a sign of life now; what is not said stays as it was. Raises WrongInput, StorageFailed."""
        name = file_name(session(session_id).name)
        now = self.clock()
        try:
            with _folder(self.root, create=True) as folder:
                before = _read(folder, name)
                fresh = before or Session(id=session_id, host=self.host, started=now)
                beaten = msgspec.structs.replace(
                    fresh, agent=agent or fresh.agent, pid=fresh.pid if pid is None else pid, beat_at=now
                )
                if before is not None and _content(before) == _content(beaten):
                    touch_file(folder, name, at=now)
                else:
                    write_file(folder, name, msgspec.json.encode(_content(beaten)), at=now)
        except OSError as error:
            why = error.strerror or str(error)
            raise StorageFailed(f"The heartbeat could not be written under {self.root}: {why}") from error
        return beaten

    def get(self, session_id: str) -> Session | None:
        """Find a session; None when it never sent a heartbeat."""
        try:
            name = file_name(session(session_id).name)
            with _folder(self.root, create=False) as folder:
                return _read(folder, name)
        except (WrongInput, OSError):
            return None

    def all(self) -> dict[str, Session]:
        """List every session that ever sent a heartbeat, by id; files that are none are passed over.

        Raises StorageFailed where nothing can be opened: that nobody is alive would be wrong.
        """
        try:
            with _folder(self.root, create=False) as folder:
                read = (_read(folder, name) for name in os.listdir(folder))  # noqa: PTH208 - by descriptor
                return {known.id: known for known in read if known is not None}
        except OSError as error:
            if error.errno not in EXHAUSTED:
                return {}
            why = error.strerror or str(error)
            raise StorageFailed(f"The heartbeats under {self.root} could not be read: {why}") from error

    def forget(self, names: Iterable[str], *, before: int) -> None:
        """Remove the files of some sessions that sent no heartbeat from ``before`` (ms) on.

        Each is looked at once more: one that beat meanwhile stays. A heartbeat between that look and the
        removal makes its file anew with the next one. Files that name no session are left alone.
        """
        try:
            with _folder(self.root, create=False) as folder:
                for name in map(file_name, names):
                    known = _read(folder, name)
                    if known is not None and (known.beat_at or 0) < before:
                        remove_file(folder, name)
        except OSError:  # nothing depends on it, and it is tried again
            return


def liveness(known: Session | None, *, progress_at: int | None, now: int) -> Liveness:
    """Judge a session by its last heartbeat; by its last progress only if it never sent one. All in ms.

    A heartbeat from the future was sent before the clock was set back: who is alive soon sends another.
    """
    if known is not None and known.beat_at is not None:
        return Liveness.LIVE if abs(now - known.beat_at) < STALE_AFTER else Liveness.STALE
    if progress_at is not None and now - progress_at >= QUIET_AFTER:
        return Liveness.QUIET
    return Liveness.UNKNOWN


@contextmanager
def _folder(root: str, *, create: bool) -> Iterator[int]:
    folder = open_folder(root, create=create)
    try:
        yield folder
    finally:
        os.close(folder)


def _read(folder: int, name: str) -> Session | None:
    found = read_file(folder, name) if name.endswith(SUFFIX) else None
    if found is None:
        return None
    data, beat_at = found
    content = _decoded(data)
    # The name decides who it is: a file cannot speak for another session than its own.
    session_id = content.id if _names(name, content.id) else id_of(name)
    if session_id is None or not _names(name, session_id):
        return None
    return Session(
        id=session_id,
        agent=content.agent,
        host=content.host,
        pid=content.pid,
        started=content.started or beat_at,
        beat_at=beat_at,
    )


def _names(name: str, session_id: str) -> bool:
    try:
        return file_name(session(session_id).name) == name
    except WrongInput:
        return False


def _decoded(data: bytes) -> _Content:
    """Read a file's content; one that another program only touched says nothing."""
    try:
        return msgspec.json.decode(data, type=_Content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _Content()


def _content(known: Session) -> _Content:
    return _Content(agent=known.agent, host=known.host, pid=known.pid, started=known.started, id=known.id)
