"""How a text that shall become a plan is shown: what it would make, or where it is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import UNSET

from plans.actions.importing import as_counted
from plans.actions.lost_lines import named
from plans.domain.problem import Problem
from plans.domain.step import Kind, Review, Risk, Status
from plans.security.text import clean_line
from plans.web.excerpts import LineView, lines_around
from plans.web.plurals import counted

if TYPE_CHECKING:
    from plans.actions.drafts import PlanDraft, StepDraft
    from plans.actions.importing import Brought, CannotImport

MOST_ROWS: Final = 200
_AROUND: Final = 2
"""Lines shown above and below the wrong one."""
_LOOKS: Final = {
    Status.COMPLETED: ("done", "completed"),
    Status.CANCELLED: ("waiting", "cancelled"),
    Status.FAILED: ("blocked", "failed"),
    Status.IN_PROGRESS: ("running", "in progress"),
}
_TO_DO: Final = ("ready", "to do")


class StepView(msgspec.Struct, frozen=True, kw_only=True):
    """One step that would be made."""

    number: int
    title: str
    look: str
    status: str
    phase: str
    facts: str


class PreviewView(msgspec.Struct, frozen=True, kw_only=True):
    """What a text would make."""

    title: str
    steps: tuple[StepView, ...]
    count: int
    done: int
    phases: int
    is_draft: bool
    left_out: str
    lost: tuple[str, ...]

    @property
    def more(self) -> int:
        """Count the steps that are not listed."""
        return self.count - len(self.steps)


def preview_view(brought: Brought) -> PreviewView:
    """Show a plan that was read."""
    plan = brought.plan
    rows = enumerate(plan.steps[:MOST_ROWS], 1)
    return PreviewView(
        title=clean_line(plan.title or "").strip(),
        steps=tuple(_step(step, step.number or place) for place, step in rows),
        count=len(plan.steps),
        done=sum(step.status is Status.COMPLETED for step in plan.steps),
        phases=len({step.phase for step in plan.steps if step.phase}),
        is_draft=plan.draft,
        left_out=_listed(brought.left_out),
        lost=tuple(_sentence(clean_line(line)) for line in named(brought.lost)),
    )


def excerpt(text: str, error: CannotImport) -> tuple[LineView, ...]:
    """Cut out the lines around the place that is wrong; nothing where it is not known."""
    if error.line is None or error.column is None:
        return ()
    lines = as_counted(text).split("\n")
    first = max(0, error.line - 1 - _AROUND)
    problem = Problem(
        kind="unreadable",
        message=error.message,
        line=error.line,
        column=error.column,
        excerpt=lines[error.line - 1],
        before=tuple(lines[first : error.line - 1]),
        after=tuple(lines[error.line : error.line + _AROUND]),
    )
    return lines_around(problem)


def added(brought: Brought) -> str:
    """Say how many steps were added, and how many lines of the text were not."""
    count, lost = len(brought.plan.steps), len(brought.lost)
    said = f"{count} steps added" if count > 1 else "Step added"
    return f"{said}, {counted(lost, 'line')} left out" if lost else said


def draft_of(plan: PlanDraft, *, is_draft: bool) -> PlanDraft:
    """Let the form's tick decide whether sessions get its steps."""
    return msgspec.structs.replace(plan, draft=is_draft)


def _step(step: StepDraft, number: int) -> StepView:
    look, status = _LOOKS.get(step.status, _TO_DO) if step.status is not UNSET else _TO_DO
    return StepView(
        number=number,
        title=clean_line(step.title),
        look=look,
        status=status,
        phase=clean_line(step.phase or ""),
        facts=clean_line(", ".join(_facts(step))),
    )


def _facts(step: StepDraft) -> list[str]:
    needs = ", ".join(f"#{need}" for need in step.needs or ())
    return [
        *(["gate"] if step.kind is Kind.GATE else []),
        *(["review"] if step.review is Review.REQUIRED else []),
        *([step.risk.value] if step.risk not in (UNSET, Risk.NORMAL) else []),
        *(["critical"] if step.critical is True else []),
        *([f"needs {needs}"] if needs else []),
        *([step.owner] if step.owner else []),
    ]


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(counted(count, word) for word, count in counts.items())
