"""What a step's fields are called on the page, and how their values read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from plans.domain.plan import OWN_FIELDS
from plans.domain.step import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from plans.domain.plan import Plan

LABELS: Mapping[str, str] = {
    "title": "Title",
    "status": "Status",
    "owner": "Owner",
    "request": "Request",
    "decision": "Decision",
    "needs": "Needs",
    "notes": "Notes",
    "phase": "Phase",
    "review": "Review",
    "risk": "Risk",
    "critical": "Critical",
    "order": "Place",
    "reason": "Reason",
    "flag": "Warning",
    "worker": "Works on it",
    "kind": "Kind",
    "extra": "Other values",
    "group": "Group",
    "stored_state": "State",
    "archived": "Archived",
}
"""In the order in which the conflict dialog lists them."""

WRITTEN = frozenset({"title", "notes", "needs", "phase"})
"""Fields that a person writes, so that a third version can be written; the others are chosen."""

_STEP_FIELDS = tuple(name for name in LABELS if name in Step.__struct_fields__)
_HALF_OR_NUL = re.compile("[\ud800-\udfff\0]")

type Values = Mapping[str, object]


def step_values(plan: Plan, number: int) -> dict[str, object]:
    """Take a step's fields as they are compared; its place is the step it follows."""
    step = plan.step(number)
    index = plan.positions[number]
    place = plan.steps[index - 1].number if index else None
    return {name: getattr(step, name) for name in _STEP_FIELDS} | {"order": place}


def plan_values(plan: Plan) -> dict[str, object]:
    """Take the plan's own fields as they are compared."""
    return {name: getattr(plan, name) for name in OWN_FIELDS}


def as_entered(text: str) -> str:
    """Give text as a form can hold it."""
    return _HALF_OR_NUL.sub("\N{REPLACEMENT CHARACTER}", text)


def same(name: str, entered: object, value: object) -> bool:
    """Tell whether a form sent a value back as it was shown.

    A page cannot show, nor a form send, all that a peer may have written: half characters, and line
    ends in a title.
    """
    if entered == value or not isinstance(value, str):
        return entered == value
    shown = as_entered(value)
    if name in {"notes", "note"}:
        return entered == shown.replace("\r\n", "\n").replace("\r", "\n")
    return entered == " ".join(shown.split())


def text_of(name: str, value: object) -> str:
    """Say a value in words."""
    saying = _SAYINGS.get(name)
    return saying(value) if saying else _words(value)


def entry_of(name: str, value: object) -> str:
    """Give a value as a form field sends it."""
    if name == "needs":
        return ", ".join(str(number) for number in _numbers(value))
    if name == "critical":
        return "on" if value else ""
    return "" if value is None else str(value)


def can_be_sent(values: Values) -> bool:
    """Tell whether a form that sends these values sends exactly them: not what only a peer may write."""
    return all(
        as_entered(text) == text and "\r" not in text and (name == "notes" or " ".join(text.split()) == text)
        for name, text in values.items()
        if isinstance(text, str)
    )


def _words(value: object) -> str:
    return "" if value is None else str(value).replace("_", " ")


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _numbers(value: object) -> list[object]:
    return list(value) if isinstance(value, tuple | list) else []


def _needs(value: object) -> str:
    return ", ".join(f"step {number}" for number in _numbers(value)) or "Nothing"


def _owner(value: object) -> str:
    return str(value) if value else "Unclaimed"


def _said(value: object) -> str:
    """Give the text of a request, a decision or nothing."""
    if value is None:
        return "None"
    word = getattr(value, "verdict", None) or getattr(value, "kind", "")
    said = getattr(value, "note", None) or getattr(value, "text", "")
    return f"{str(word).capitalize()}: {said}" if said else str(word).capitalize()


def _place(value: object) -> str:
    return f"after step {value}" if value is not None else "first"


def _capitalized(value: object) -> str:
    return _words(value).capitalize()


def _yes_or_no(value: object) -> str:
    return "Yes" if value else "No"


def _names(value: object) -> str:
    return ", ".join(value) if isinstance(value, dict) else ""


_SAYINGS: Mapping[str, Callable[[object], str]] = {
    "title": _text,
    "notes": _text,
    "phase": _text,
    "reason": _text,
    "needs": _needs,
    "owner": _owner,
    "request": _said,
    "decision": _said,
    "order": _place,
    "status": _capitalized,
    "review": _capitalized,
    "risk": _capitalized,
    "critical": _yes_or_no,
    "extra": _names,
    "group": _text,
    "stored_state": _capitalized,
    "archived": _yes_or_no,
}
