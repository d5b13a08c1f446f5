"""What is said of a request that came before, by the same key: it was done then, and may be past."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from plans.domain.step import Step
    from plans.web.answers import Saved


class Outcome(NamedTuple):
    """What is told of one change of several."""

    said: str
    is_done: bool = True
    is_repeated: bool = False
    back: str = ""
    """How it is taken back, as ``taking_back`` reads it."""
    before: Step | None = None
    """The step as it was, where that way back starts it over."""


def outcome(saved: Saved, said: str, *, number: int, back: str = "", before: Step | None = None) -> Outcome:
    """Tell what became of a step that was changed, or had been before."""
    is_done = not is_past(saved, number)
    return Outcome(said_now(saved, said, number=number), is_done, saved.repeated, back, before)


def said_now(saved: Saved, said: str, *, number: int = 0) -> str:
    """Word what was done: ``Step 1 approved``, or that it was before, and whether it is so no more."""
    if not saved.repeated:
        return said
    return f"Done before: {said}. It changed since." if is_past(saved, number) else f"Done before: {said}"


def is_past(saved: Saved, number: int = 0) -> bool:
    """Tell whether a repeated change is not the last one of its step, or of the plan where that is 0."""
    if not saved.repeated or saved.line is None:
        return False
    if not number:
        return saved.plan.revision > saved.line.rev
    if not saved.plan.has_step(number):
        return saved.line.verb != "remove"
    return saved.plan.step(number).revision > saved.line.rev
