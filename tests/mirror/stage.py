"""Plans that change revision by revision, and the mirror that is kept up with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from plans.domain.plan import Plan
from plans.domain.revision import Line, diff, fold, line_of
from plans.domain.step import Step
from plans.mirror.applying import write
from plans.mirror.rows import Known, News, paint

if TYPE_CHECKING:
    from collections.abc import Callable

    from plans.domain.problem import Problem

NAMESPACE = "payments.ledger"


class Story:
    """A plan and its journal."""

    def __init__(self, *steps: Step, namespace: str = NAMESPACE, epoch: str = "e1") -> None:
        self.plan = Plan(namespace=namespace, epoch=epoch, created_at=1)
        self.lines: list[Line] = []
        self.told = 0
        self.change(lambda plan: replace(plan, steps=steps, next_number=len(steps) + 1), verb="create")

    def change(self, edit: Callable[[Plan], Plan], *, verb: str = "edit", by: str = "session:abc") -> Story:
        rev = self.plan.revision + 1
        line = line_of(diff(self.plan, edit(self.plan)), rev=rev, at=1_000 * rev, by=by, verb=verb)
        self.plan = fold(self.plan, line)
        self.lines.append(line)
        return self

    def news(self, *, problem: Problem | None = None, whole: bool = False) -> News:
        lines = self.lines if whole else self.lines[self.told :]
        self.told = len(self.lines)
        return News(self.plan, tuple(lines), problem=problem, writable=problem is None)

    def mirror(self, known: Known | None = None) -> Known:
        news = self.news(whole=known is None)
        return write(known, paint(known, news), news)


def steps(count: int) -> list[Step]:
    return [Step(number=number, title=f"Step {number}") for number in range(1, count + 1)]


def set_step(number: int, **values: object) -> Callable[[Plan], Plan]:
    return lambda plan: plan.with_step(replace(plan.step(number), **values))
