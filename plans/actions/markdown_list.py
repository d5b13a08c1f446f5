"""Plans as markdown lists: headings are phases, items are steps, what stands under an item are its notes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import UNSET

from plans.actions.drafts import PlanDraft, StepDraft
from plans.domain.errors import WrongInput
from plans.domain.step import Status

if TYPE_CHECKING:
    from plans.domain.plan import Plan
    from plans.domain.step import Step

_ITEM = r"([ \t]*)(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[([ xX-])\][ \t]+)?(.+)"
_DEEPEST = 6
_BOXES = {"x": Status.COMPLETED, "X": Status.COMPLETED, "-": Status.CANCELLED}
_MARKS = {Status.COMPLETED: "x", Status.CANCELLED: "-"}


class _Item:
    """One step as it is being read."""

    def __init__(self, *, title: str, box: str | None, phase: str) -> None:
        self.title, self.box, self.phase = title, box, phase
        self.notes: list[str] = []

    def draft(self, *, named_phases: bool) -> StepDraft:
        notes = _dedented(self.notes)
        return StepDraft(
            title=self.title,
            notes=notes or UNSET,
            phase=self.phase if named_phases else UNSET,
            status=_BOXES.get(self.box or "", UNSET),
        )


def read_markdown(text: str) -> PlanDraft:
    """Read a list of steps. ``[x]`` is completed, ``[-]`` cancelled; ``[ ]`` and no box say nothing.

    The first heading is the plan's title where it is the only one of the first level; every other one
    names the phase of the items below it. Lines under an item that are indented become its notes.
    """
    lines = [line.rstrip() for line in text.splitlines()]
    title = _title(lines)
    items: list[_Item] = []
    phase, margin = "", None
    for line in lines:
        heading = _heading(line)
        if heading is not None:
            phase, margin = ("" if heading == (1, title) else heading[1]), None
            continue
        item = re.fullmatch(_ITEM, line)
        indent = len(line) - len(line.lstrip())
        if item and (margin is None or indent <= margin):
            margin = indent
            items.append(_Item(title=item[3], box=item[2], phase=phase))
        elif margin is not None and items and (indent > margin or not line):
            items[-1].notes.append(line)
        else:
            margin = None
    if not items:
        message = "There is no list in this text"
        raise WrongInput(message, advice="Write one step a line, each beginning with `- `.")
    named = any(item.phase for item in items)
    return PlanDraft(title=title, steps=tuple(item.draft(named_phases=named) for item in items))


def write_markdown(plan: Plan) -> str:
    """Write a plan as such a list: title, phases, steps with a box, notes indented."""
    lines = [f"# {plan.title or plan.namespace}", ""]
    phase = ""
    for step in plan.steps:
        if step.phase != phase:
            phase = step.phase
            lines += ["", f"## {phase}".rstrip(), ""]
        lines += _item_lines(step)
    return "\n".join(lines).replace("\n\n\n", "\n\n") + "\n"


def _item_lines(step: Step) -> list[str]:
    notes = [f"  {line}" if line.strip() else "" for line in step.notes.splitlines()]
    return [f"- [{_MARKS.get(step.status, ' ')}] {step.title}", *notes]


def _title(lines: list[str]) -> str | None:
    headings = [found for line in lines if (found := _heading(line))]
    first = [text for level, text in headings if level == 1]
    return first[0] if len(first) == 1 and headings[0][0] == 1 else None


def _heading(line: str) -> tuple[int, str] | None:
    """Read ``## Text ##`` as (2, "Text")."""
    text = line.lstrip("#")
    level = len(line) - len(text)
    if not 1 <= level <= _DEEPEST or text[:1] not in {"", " ", "\t"}:
        return None
    bare = text.rstrip("#")
    return level, (bare if bare[-1:] in {"", " ", "\t"} else text).strip()


def _dedented(lines: list[str]) -> str:
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join(line[margin:].rstrip() for line in lines).strip("\n")
