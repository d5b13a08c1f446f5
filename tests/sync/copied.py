"""The plan of this room: what the mirror holds of it, and what others do to its files."""

from __future__ import annotations

import fcntl
from contextlib import contextmanager
from typing import TYPE_CHECKING

from plans.domain.verbs import shaping
from plans.mirror import checking, reading
from plans.mirror.documents import problem_from
from plans.mirror.models import Plan
from tests.sync.stage import ABC, Stage, asked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from plans.domain.problem import Problem

NS = "payments.ledger"


def revision(namespace: str = NS) -> int:
    return reading.revisions([namespace]).get(namespace, ("", -1))[1]


def problem(namespace: str = NS) -> Problem | None:
    row = Plan.objects.filter(namespace=namespace).first()
    return problem_from(row.problem) if row else None


def status_of(number: int) -> str:
    return reading.picture(NS).plan.step(number).status


def assert_true_copy(stage: Stage, namespace: str = NS) -> None:
    assert checking.differences(stage.store.read(namespace).plan, stage.store.lines(namespace)) == []


async def same(stage: Stage, namespace: str = NS) -> None:
    await asked(assert_true_copy, stage, namespace)


def titled(stage: Stage, title: str, namespace: str = NS) -> None:
    stage.change(namespace, lambda plan: shaping.edit(plan, 1, by=ABC, title=title))


def has_title(title: str) -> bool:
    return reading.picture(NS).plan.step(1).title == title


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold a plan's lock as another process of ours does."""
    with (path / ".board.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def renamed(content: dict[str, object]) -> None:
    """Rename the first step, as a peer does."""
    steps = content["steps"]
    assert isinstance(steps, list)
    steps[0]["step"] = "By a peer"
