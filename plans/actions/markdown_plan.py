"""A whole plan as Markdown that people read and that reads back as it was.

It is the list of markdown_list.py. Behind each item stands a line for people (number, needs, owner …) with a
comment that Markdown does not show: what the visible text cannot say, as JSON. What somebody changes in the
visible text (a box, a title, the heading above) counts more than the comment.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from plans.actions import wire
from plans.actions.markdown_list import BOXES, MARKS, Item, read_items
from plans.actions.strict_json import read_json
from plans.domain.errors import WrongInput
from plans.domain.step import Kind, Review, Risk, Status, Step

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from plans.actions.drafts import PlanDraft
    from plans.domain.plan import Plan

_OPENS: Final = "<!-- planboard {"
_ENDS: Final = "} -->"
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e0fff]"
)
_KEPT: Final = (
    *("number", "status", "reason", "owner", "needs", "kind", "review", "critical", "risk", "progress"),
    *("active_form", "extra"),
)
_USUAL: Final = wire.field_values_of(Step(number=0, title=""), _KEPT)
"""Values that need not be said: those of a step that was just made."""


_BOXED: Final = frozenset({Status.PENDING, *MARKS})


class Document(NamedTuple):
    """A plan as it was read: the lines (from 1) on which its steps stand, its name, what was left out."""

    plan: PlanDraft
    lines: tuple[int, ...]
    namespace: str = ""
    lost: tuple[tuple[int, str], ...] = ()


class WrongLine(WrongInput):
    """A line of the list says something that cannot be used."""

    def __init__(self, line: int, why: WrongInput) -> None:
        super().__init__(f"Line {line}: {why.message}", advice=why.advice)
        self.line = line


def write_document(plan: Plan) -> str:
    """Write a plan with everything that `read_document` gives back."""
    title = _line(plan.title) or plan.namespace
    done = sum(step.status in MARKS for step in plan.steps)
    facts = f"*{done} of {len(plan.steps)} done · rev {plan.revision}*"
    lines, phase = [f"# {title}", "", f"{facts} {_comment(_plan_said(plan, title))}"], ""
    for step in plan.steps:
        if step.phase != phase:
            phase = step.phase
            lines += ["", f"## {_line(phase)}".rstrip()]
        lines += ["", *_step_lines(step)]
    return re.sub("[\ud800-\udfff]", "\ufffd", "\n".join(lines) + "\n")


def read_document(text: str) -> Document:
    """Read any markdown list, or one that was written here. Raises WrongInput, WrongLine.

    A list of somebody else's says nothing of notes and phases where it has none; in ours they were taken out.
    """
    title, items, lost = read_items(text)
    of_plan = _said_of_plan(text)
    said = [_said_of_step(item) for item in items]
    told = {"phase"} if any(item.phase for item in items) else set()
    told |= {"notes", "phase"} if of_plan or any(said) else set()
    sent: wire.Json = {"title": title} | of_plan
    sent["steps"] = [_sent(item, of_step, told) for item, of_step in zip(items, said, strict=True)]
    lines = tuple(item.line for item in items)
    return Document(wire.plan_draft(sent), lines, str(sent.get("namespace", "")), tuple(lost))


def _plan_said(plan: Plan, title: str) -> wire.Json:
    said: wire.Json = {"namespace": plan.namespace, "state": plan.state.value}
    said |= {name: value for name in ("status", "group") if (value := getattr(plan, name))}
    said |= {"title": plan.title} if plan.title != title or "#" in title else {}
    return said | ({"removed": list(plan.removed)} if plan.removed else {})


def _step_lines(step: Step) -> list[str]:
    """Write a step; what reading its visible lines would not give back goes into the comment, too."""
    box = MARKS.get(step.status, " ")
    noted = _seen(step.notes).rstrip("\n")
    notes = [f"  {line}" if line.strip() else "" for line in noted.split("\n")] if noted else []
    visible = [f"- [{box}] {_line(step.title) or 'Untitled step'}", *notes]
    known = wire.field_values_of(step, _KEPT)
    said = {name: value for name, value in known.items() if value != _USUAL[name]} | _unsaid(step, visible)
    return [visible[0], f"  *{_facts(step)}* {_comment(said)}", *notes]


def _unsaid(step: Step, visible: list[str]) -> wire.Json:
    """Give title, notes and phase where Markdown cannot say them: line breaks, odd spaces, lone signs."""
    _, (item, *_), _ = read_items("\n".join((f"## {_line(step.phase)}", *visible)))
    seen = {"title": item.title, "notes": item.text, "phase": item.phase}
    return {name: getattr(step, name) for name, value in seen.items() if value != getattr(step, name)}


def _facts(step: Step) -> str:
    """Say in one line what a reader wants to know besides title and notes."""
    parts = [f"#{step.number}", *_marks(step)]
    parts += [f"needs {', '.join(f'#{need}' for need in step.needs)}"] if step.needs else []
    parts += [] if step.status in _BOXED else [step.status.value.replace("_", " ")]
    parts += [_line(step.owner)] if step.owner else []
    return re.sub("[*<]", "", " · ".join(parts))


def _marks(step: Step) -> Iterable[str]:
    if step.kind is Kind.GATE:
        yield "gate"
    if step.review is Review.REQUIRED:
        yield "review"
    if step.risk is not Risk.NORMAL:
        yield step.risk.value
    if step.critical:
        yield "critical"


def _comment(said: wire.Json) -> str:
    """Write JSON so that nothing in it can end the comment."""
    text = wire.encoded(said).replace("--", "-\\u002d").replace(">", "\\u003e")
    return f"<!-- planboard {text} -->"


def _said_of_plan(text: str) -> wire.Json:
    """Find what was written of the plan itself: the first comment, unless it is a step's."""
    for number, line in enumerate(text.split("\n"), 1):
        found = _comment_in(line)
        if found is not None:
            said = _json(found, number)
            return {} if "number" in said else said
    return {}


def _said_of_step(item: Item) -> wire.Json:
    """Take what was written of a step out of its notes."""
    found = _comment_in(item.notes[0]) if item.notes else None
    if found is None:
        return {}
    item.notes = item.notes[1:]
    return _json(found, item.line + 1)


def _sent(item: Item, said: wire.Json, told: Collection[str]) -> wire.Json:
    """Give what a step was sent with; ``told`` are the texts that count where they are empty, too."""
    texts = {"notes": item.text, "phase": item.phase}
    seen: wire.Json = {name: text for name, text in texts.items() if text or name in told}
    return {"title": item.title} | seen | said | _status(item, said)


def _comment_in(line: str) -> str | None:
    """Find the JSON in a line that holds nothing else but facts for people."""
    text = line.strip()
    at = text.find(_OPENS)
    facts = text[:at].strip()
    if at < 0 or not text.endswith(_ENDS) or not (facts + "*").startswith("*"):
        return None
    return text[at + len(_OPENS) - 1 : 1 - len(_ENDS)]


def _status(item: Item, said: wire.Json) -> wire.Json:
    """Let the box decide where it says something else than the comment."""
    boxed = BOXES.get(item.box or "")
    if boxed is not None:
        return {"status": boxed.value}
    was_closed = said.get("status") in {status.value for status in MARKS}
    return {"status": "pending"} if was_closed and item.box == " " else {}


def _json(text: str, line: int) -> wire.Json:
    try:
        found = read_json(text.encode("utf-8", "surrogatepass"), what="What is said of it")
    except WrongInput as error:
        raise WrongLine(line, error) from error
    return found if isinstance(found, dict) else {}


def _line(text: str) -> str:
    return " ".join(_seen(text).split())


def _seen(text: str) -> str:
    """Show characters that steer, reorder or hide text as what they are; the comment holds them unchanged."""
    return _UNSEEN.sub(lambda found: f"⟦U+{ord(found[0]):04X}⟧", text)
