"""Taking the peers' ``.lock``, waiting for it, and giving it back; removing one that a person gave up on."""

from __future__ import annotations

import os
import random
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from plans.domain.errors import Busy, StorageFailed
from plans.store import renaming
from plans.store.atomic_write import drop, write_draft
from plans.store.paths import PEER_LOCK, Folder, storage_failed
from plans.store.peer_lock import PeerLock, is_ours, look

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PEER_WAIT = 5.0
"""Seconds an edit waits for a peer's lock."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.004, 0.01
"""Seconds. One process of ours waits at a time, and a busy peer leaves its lock for some ms only."""


def new_token(at: int) -> str:
    """Make a token in the peers' form: ``<pid>-<ms>-<8 hex>``."""
    return f"{os.getpid()}-{at}-{os.urandom(4).hex()}"


@contextmanager
def peers_locked(
    folder: Folder, token: str, *, wait: float, freed: Callable[[], None] = lambda: None
) -> Iterator[None]:
    """Hold the peers' lock with our token; raises Busy saying who holds it and for how long.

    ``freed`` is called once it was surely removed; one that could not be read may still stand.
    """
    deadline = time.monotonic() + wait
    pause = _FIRST_PAUSE
    taken = _create(folder, token)
    while not taken:
        held = look(folder)
        if time.monotonic() >= deadline:
            raise _busy(folder, held, wait)
        if held is None:
            taken = _create(folder, token)
        else:
            time.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - jitter, no secret
            pause = min(pause * 1.6, _LONGEST_PAUSE)
    try:
        yield
    finally:
        with suppress(StorageFailed):  # the next writer finds our token in the mark and removes it
            if remove_if_ours(folder, token):
                freed()


def _create(folder: Folder, token: str) -> bool:
    """Make the lock with its token already in it: one cut short before its token would be nobody's."""
    try:
        draft = write_draft(folder, token.encode())
        try:
            renaming.place(folder.fd, draft, PEER_LOCK)
        except BaseException:
            drop(folder, draft)
            raise
    except FileExistsError:
        return False
    except OSError as error:
        raise storage_failed(error, "lock", folder.path) from error
    return True


def _busy(folder: Folder, held: PeerLock | None, wait: float) -> Busy:
    who = f"process {held.pid}" if held and held.pid else "another program"
    age = f", for {held.held_for():.0f} s" if held else ""
    message = f"plan.json of {folder.namespace} is locked by {who}{age}; waited {wait:.0f} s"
    advice = "Nothing was changed. Try again in a few seconds."
    if held and not held.holder_lives:
        advice = f"That process has ended. Remove its lock with `planboard unlock {folder.namespace}`."
    return Busy(message, advice=advice)


def remove_if_ours(folder: Folder, token: str) -> bool:
    """Remove the lock if its token is exactly ours, which nobody else ever writes."""
    if not token or not is_ours(folder, token):
        return False
    try:
        os.unlink(PEER_LOCK, dir_fd=folder.fd)
    except OSError as error:
        raise storage_failed(error, "unlock", folder.path) from error
    return True


def refuse_live(folder: Folder, seen: PeerLock) -> None:
    """Raise Busy when the lock's process lives, or when it cannot be known."""
    if seen.holder_lives:
        who = f"process {seen.pid}" if seen.pid else "a program that did not say which process it is"
        message = f"plan.json of {folder.namespace} is locked by {who}, which may be alive"
        raise Busy(message, advice="Wait for it, or end that process first.")


def remove_abandoned(folder: Folder, seen: PeerLock) -> bool:
    """Remove a lock a person gave up on: renamed aside, looked at again, put back if it is another one."""
    aside = f".lock-{os.urandom(4).hex()}.tmp"
    try:
        os.rename(PEER_LOCK, aside, src_dir_fd=folder.fd, dst_dir_fd=folder.fd)
        dead = seen.is_file(os.stat(aside, dir_fd=folder.fd, follow_symlinks=False))
        if not dead:
            os.link(aside, PEER_LOCK, src_dir_fd=folder.fd, dst_dir_fd=folder.fd)
        os.unlink(aside, dir_fd=folder.fd)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise storage_failed(error, "unlock", folder.path) from error
    return dead
