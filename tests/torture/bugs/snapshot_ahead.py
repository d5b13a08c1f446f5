"""The snapshot is written before the line that it knows of."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from plans.store import journal, snapshot
from plans.store.held_plan import HeldPlan
from plans.store.known import as_snapshot, with_line
from tests.torture.patching import put

if TYPE_CHECKING:
    from collections.abc import Callable

    from plans.domain.revision import Line


def install() -> None:
    real = HeldPlan.commit

    def commit(held: HeldPlan, line: Line, **how: Callable[..., int]) -> None:
        if held.known is not None:
            ahead = with_line(held.known, line, journal.encode_line(line))
            snapshot.save(held.folder, as_snapshot(ahead, now=held.clock()))
            time.sleep(0.02)
        real(held, line, **how)

    put(HeldPlan, "commit", commit)
