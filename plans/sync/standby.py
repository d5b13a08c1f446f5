"""One worker for each mirror: a second one waits until the first is gone, however it went."""

from __future__ import annotations

import asyncio
import fcntl
import os
from typing import TYPE_CHECKING, Protocol

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Callable

    import psycopg

    from plans.sync.worker_thread import WorkerThread

LOCK_FILE = "sync.lock"
_ADVISORY = 0x706C616E626F6172  # "planboar" in ASCII: no other program's number
_LOOK_SECONDS = 1.0


class Lock(Protocol):
    """Who holds it is the worker."""

    def take(self) -> bool:
        """Try to take it; False while another worker holds it."""
        ...

    def is_held(self) -> bool:
        """Tell whether it is still ours."""
        ...

    def release(self) -> None:
        """Let the next worker go on."""
        ...


class FileLock:
    """For a mirror in a file: the kernel frees it when the process dies."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._fd: int | None = None

    def take(self) -> bool:
        """Try to take it; whoever has it already keeps it. Raises OSError when the file cannot be made."""
        if self._fd is not None:
            return True
        self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self.release()
            if not isinstance(error, BlockingIOError):
                raise
        return self.is_held()

    def is_held(self) -> bool:
        """Tell whether it is ours: where somebody removed the file, the next one to come takes another."""
        if self._fd is not None and not self._stands(self._fd):
            self.release()
        return self._fd is not None

    def _stands(self, fd: int) -> bool:
        try:
            there = os.stat(self._path, follow_symlinks=False)  # noqa: PTH116
        except FileNotFoundError:
            return False
        ours = os.fstat(fd)
        return (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino)

    def release(self) -> None:
        """Let the next worker go on."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


class AdvisoryLock:
    """For a mirror in PostgreSQL: held by a connection of its own, gone with it."""

    def __init__(self, settings: dict[str, object]) -> None:
        """``settings`` are Django's of the database."""
        words = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
        self._where = {word: str(settings[name]) for word, name in words.items() if settings.get(name)}
        self._connection: psycopg.Connection[tuple[object, ...]] | None = None

    def take(self) -> bool:
        """Try to take it; raises psycopg.Error when the server does not answer."""
        import psycopg  # noqa: PLC0415 - a board on SQLite never loads it

        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(**self._where, autocommit=True)  # type: ignore[arg-type]
        row = self._connection.execute("SELECT pg_try_advisory_lock(%s)", [_ADVISORY]).fetchone()
        return bool(row and row[0])

    def is_held(self) -> bool:
        """Ask over the connection: where that is gone, the lock is too."""
        import psycopg  # noqa: PLC0415

        try:
            if self._connection is not None:
                self._connection.execute("SELECT 1")
        except psycopg.Error:
            self.release()
        return self._connection is not None

    def release(self) -> None:
        """Let the next worker go on."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def lock_for(home: str) -> Lock:
    """Choose the lock that every worker of this mirror sees."""
    if connection.vendor == "postgresql":
        return AdvisoryLock(connection.settings_dict)
    return FileLock(f"{home}/{LOCK_FILE}")


async def taken(thread: WorkerThread, lock: Lock, waiting: Callable[[], None]) -> None:
    """Wait until this is the worker; ``waiting`` is called once if another one is."""
    told = False
    while not await thread.do(lock.take):
        if not told:
            waiting()
            told = True
        await asyncio.sleep(_LOOK_SECONDS)
