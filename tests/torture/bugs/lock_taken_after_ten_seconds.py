"""A peer's lock that is ten seconds old is taken, whoever holds it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from plans.store import peer_lock, peer_locking
from plans.store.paths import PEER_LOCK
from tests.torture.patching import put

if TYPE_CHECKING:
    from plans.store.paths import Folder


def install() -> None:
    real = peer_locking._create

    def create(folder: Folder, token: str) -> bool:
        held = peer_lock.look(folder)
        if held is not None and held.held_for() > 10:
            os.unlink(PEER_LOCK, dir_fd=folder.fd)
        return real(folder, token)

    put(peer_locking, "_create", create)
