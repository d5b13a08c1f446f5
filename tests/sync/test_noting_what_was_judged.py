"""What was judged is noted beside the worker's sign of life, and so not before there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plans.mirror.judged import Judged, judged_by
from plans.mirror.models import Worker
from plans.mirror.session_rows import write_worker
from plans.sync.decide import Agenda
from plans.sync.judging import Judging
from plans.sync.worker_thread import WorkerThread
from tests.sync.stage import asked

if TYPE_CHECKING:
    from tests.sync.stage import Stage

pytestmark = pytest.mark.django_db(transaction=True)


async def test_nothing_is_noted_before_any_worker_showed_life(stage: Stage) -> None:
    """Red where it counts as noted: the plan that is owed would be forgotten at the next start."""
    thread, agenda = WorkerThread(), Agenda()
    judging = Judging(stage.store, agenda, thread)
    await judging.begin()
    agenda.judge(["a"], "")
    assert not await judging.noted()
    await asked(write_worker, Worker(name="worker", host="here", pid=1, beat_at=1, mode="live"))
    assert await judging.noted()
    assert await asked(judged_by) == Judged(owed=frozenset({"a"}))
    assert not await judging.noted()
    await thread.close()
