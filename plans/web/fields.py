"""What a step's fields are called on the page, and how their values read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

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
}
"""In the order in which the conflict dialog lists them."""

WRITTEN = frozenset({"title", "notes", "needs", "phase"})
"""Fields that a person writes, so that a third version can be written; the others are chosen."""

type Values = Mapping[str, object]


def values_of(plan: Plan, number: int) -> dict[str, object]:
    """Take a step's fields as they are compared; its place is the step it follows."""
    step = plan.step(number)
    values: dict[str, object] = {name: getattr(step, name) for name in LABELS if name != "order"}
    index = plan.positions[number]
    return values | {"order": plan.steps[index - 1].number if index else None}


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


_SAYINGS = {
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
    "critical": lambda value: "Yes" if value else "No",
    "extra": lambda value: ", ".join(value) if isinstance(value, dict) else "",
}
