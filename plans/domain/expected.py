"""What a caller made its change from: its revision, compared and explained, and the text it decides on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.domain.errors import PlanError, Refusal
from plans.domain.plan import QUIET_PLAN_FIELDS
from plans.domain.revision import PLAN_KEY
from plans.domain.sealing import text_mark
from plans.domain.step import QUIET_FIELDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plans.domain.plan import Plan
    from plans.domain.revision import Line


class RevisionRequired(PlanError):
    """A change to something that exists must say which revision it was made from."""

    refusal = Refusal.REVISION_REQUIRED
    code = "revision_required"
    advice = "Read the step or the plan that you change, then send its revision with the change."

    def __init__(self, verb: str) -> None:
        super().__init__(f"{verb.replace('_', ' ').capitalize()} needs the revision you last read")
        self.verb = verb


class StaleRevision(PlanError):
    """The step changed since you last read it; look at the current one and try again."""

    refusal = Refusal.STALE
    code = "stale_revision"
    advice = "Read the current version, apply your change to it, and send its revision."

    def __init__(
        self,
        *,
        expected: int,
        actual: int,
        step: int | None = None,
        changed: Sequence[str] = (),
        by: str = "",
        at: int = 0,
    ) -> None:
        what = f"Step {step}" if step is not None else "The plan"
        super().__init__(f"{what} changed: you sent revision {expected}, it is at {actual}")
        self.expected, self.actual, self.step = expected, actual, step
        self.changed, self.by, self.at = tuple(changed), by, at

    def facts(self) -> dict[str, object]:
        """Say which revisions met, which fields changed, by whom and when (ms)."""
        return {
            "expected": self.expected,
            "actual": self.actual,
            "step": self.step,
            "changed": list(self.changed),
            "by": self.by,
            "at": self.at,
        }


class OtherText(PlanError):
    """The step that is there does not say what was read: it was put back from a copy, or made anew."""

    refusal = Refusal.STALE
    code = "other_text"
    advice = "Open the step again, and read it before you decide."

    def __init__(self, number: int) -> None:
        super().__init__(f"Step {number} does not say what you read")
        self.number = number

    def facts(self) -> dict[str, object]:
        """Name the step."""
        return {"step": self.number}


def check_expected(plan: Plan, expected: int | None, *, verb: str, step: int | None, required: bool) -> None:
    """Refuse a missing or stale revision. A step accepts its own revision up to the plan's."""
    if expected is None:
        if required:
            raise RevisionRequired(verb)
        return
    actual = plan.step(step).revision if step is not None else plan.revision
    if not actual <= expected <= plan.revision:
        raise StaleRevision(expected=expected, actual=actual, step=step)


def check_read(plan: Plan, number: int, *, text: str) -> None:
    """Refuse to decide on another text than the one that was read, whatever revision it has by chance.

    ``text`` is the mark of what was read, empty where nobody read it from a form. Raises OtherText.
    """
    if text and text != text_mark(plan.step(number)):
        raise OtherText(number)


def check_own(plan: Plan, expected: int | None, *, verb: str) -> None:
    """Refuse a change of the plan's own fields that was made from an older reading of them."""
    if expected is None:
        raise RevisionRequired(verb)
    if not plan.own_revision <= expected <= plan.revision:
        raise StaleRevision(expected=expected, actual=plan.own_revision)


def explained(stale: StaleRevision, lines: Sequence[Line]) -> StaleRevision:
    """Tell a stale caller which fields changed since, by whom and when."""
    later = [line for line in lines if line.rev > stale.expected]
    about = [(line, names) for line in later if (names := _guarded(line, stale.step))]
    if stale.step is None and not about:  # the whole plan is guarded, and only its steps changed
        about = [(line, ["steps"]) for line in later]
    last = about[-1][0] if about else None
    return StaleRevision(
        expected=stale.expected,
        actual=stale.actual,
        step=stale.step,
        changed=tuple(dict.fromkeys(name for _, names in about for name in names)),
        by=last.by if last else "",
        at=last.at if last else 0,
    )


def _guarded(line: Line, step: int | None) -> list[str]:
    """Name what a line changed of a step, or of the plan's own words, that makes an older reading stale."""
    key = PLAN_KEY if step is None else str(step)
    names = [
        name for name in line.set.get(key) or {} if name not in QUIET_FIELDS and name not in QUIET_PLAN_FIELDS
    ]
    moved = step is not None and any(step == number for number, _ in line.moved)
    return [*names, "order"] if moved else names
