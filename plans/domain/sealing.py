"""What only a person may open: which lines need a signature, over which words, and what is left without one.

Pure: who signs and who checks is told by whoever holds a key (plans/security/decision_key.py). The rule is
docs/decisions/signed-decisions.md.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from plans.domain.step import Flag, Kind, RequestKind, Review, Status, Step

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from plans.domain.revision import Line, Values

_PREAMBLE = b"planboard decision 1\n"
_SEALED = ("status", "decision", "request", "review", "needs", "kind", "reason", "flag")
"""Fields that open something: a line that nobody signed changes none of them."""
MARK = 16
"""Digits of a text's hash that name it in a form."""
_ANSWERS = frozenset({"approve", "reject", "reply"})
_ASKING = (Status.BLOCKED, Status.IN_REVIEW)
_WORKING = (Status.IN_PROGRESS, Status.COMPLETED)
_LET_GO = (Status.PENDING, *_WORKING)


def text_hash(step: Step) -> str:
    """Hash the exact text that a person decides on: title, notes, risk, and what is asked by whom."""
    asked = step.request
    said = [step.kind, step.title, step.notes, step.risk]
    said += [asked.kind, asked.text, asked.by] if asked is not None else []
    return sha256(json.dumps(said).encode()).hexdigest()


def text_mark(step: Step) -> str:
    """Name the exact text in 16 digits: what who decides says of the text that was read."""
    return text_hash(step)[:MARK]


def is_other_text(step: Step) -> bool:
    """Tell whether a step says something else now than what was decided on."""
    decision, asked = step.decision, step.request
    if decision is None or not decision.text or decision.request != (asked.id if asked else None):
        return False
    return decision.text != text_hash(step)


def openings(line: Line, steps: Mapping[int, Step], *, used: Collection[int] = ()) -> tuple[int, ...]:
    """Name the steps that a line opens, or frees from what only a person may free them from.

    ``steps`` are those before the line, ``used`` the numbers of removed ones.
    """
    found = [
        number
        for number in line.named()
        if (values := line.set[str(number)]) is not None
        and _opens(steps.get(number), values, is_new=number not in used)
    ]
    if line.verb in _ANSWERS and not found:
        return () if line.step is None else (line.step,)  # it says that somebody answered
    return tuple(found)


def openings_of_list(line: Line, steps: Mapping[int, Step]) -> tuple[int, ...]:
    """Name the steps that a change of another program's own list opens, as it was taken over.

    Whose list it is may take needs away, use a number again, and go on where it had stopped by itself.
    """
    return openings(line, {number: _without_its_own(step) for number, step in steps.items()})


def statement(line: Line, steps: Mapping[int, Step], *, numbers: Collection[int], place: Place) -> bytes:
    """Give the words that are signed: where, which revision, by whom, and of each step what was seen."""
    seen = [_seen(steps[number]) for number in numbers if number in steps]
    said = {
        "namespace": place.namespace,
        "plan": place.epoch,
        "rev": line.rev,
        "at": line.at,
        "by": line.by,
        "verb": line.verb,
        "seen": seen,
        "set": line.set,
        "moved": line.moved,
    }
    return _PREAMBLE + json.dumps(msgspec.to_builtins(said), sort_keys=True, separators=(",", ":")).encode()


def defused(line: Line, numbers: Collection[int], steps: Mapping[int, Step]) -> Line:
    """Leave of a line what opens nothing, and flag the steps it claims something of."""
    kept, was = dict(line.set), dict(line.was)
    for number in numbers:
        values = line.set.get(str(number))
        if number not in steps and values is None:
            continue
        kept[str(number)] = _defused(steps.get(number), values or {})
        if old := line.was.get(str(number)):
            was[str(number)] = {name: value for name, value in old.items() if name not in _SEALED}
    return msgspec.structs.replace(line, set=kept, was=was, core=None, was_core=None, forged=tuple(numbers))


class Place(msgspec.Struct, frozen=True):
    """Which plan it is: its name, and its epoch, which no plan made anew has."""

    namespace: str
    epoch: str


def _opens(before: Step | None, values: Values, *, is_new: bool) -> bool:
    """Tell whether new values of a step are a person's to set."""
    if values.get("decision") is not None:
        return True
    if before is None:
        return not is_new or _starts_open(values)
    return _moves_on(before, values) or _loosens(before, values)


def _starts_open(values: Values) -> bool:
    needs_a_person = values.get("kind") == Kind.GATE or values.get("review") == Review.REQUIRED
    return needs_a_person and values.get("status") == Status.COMPLETED


def _moves_on(before: Step, values: Values) -> bool:
    """Tell whether it passes a gate, a review, an open request or a person's hold."""
    status = values.get("status", before.status)
    if _is_held(before) and (status in _LET_GO or (status == before.status and "request" in values)):
        return True
    if before.status in _ASKING and status in _WORKING:
        return True
    reviewed = before.is_gate or before.review is Review.REQUIRED
    return reviewed and status == Status.COMPLETED and before.status is not Status.COMPLETED


def _loosens(before: Step, values: Values) -> bool:
    """Tell whether it takes away a need, a review, a gate, or the mark of an earlier forgery."""
    needs = values.get("needs", before.needs)
    return (
        not set(before.needs) <= set(needs if isinstance(needs, list | tuple) else ())
        or (before.review is Review.REQUIRED and values.get("review", before.review) != Review.REQUIRED)
        or (before.is_gate and values.get("kind", before.kind) != Kind.GATE)
        or (before.flag is Flag.FORGED and "flag" in values)
    )


def _without_its_own(step: Step) -> Step:
    stopped_itself = step.status in _ASKING and step.request is None
    return msgspec.structs.replace(step, needs=(), status=Status.PENDING if stopped_itself else step.status)


def _is_held(step: Step) -> bool:
    return step.asks and step.request is not None and step.request.kind is RequestKind.HOLD


def _seen(step: Step) -> dict[str, object]:
    return {
        "step": step.number,
        "request": step.request.id if step.request is not None else None,
        "text": text_hash(step),
    }


def _defused(before: Step | None, values: Values) -> Values:
    left = {name: value for name, value in values.items() if name not in _SEALED}
    if before is None:  # a step of its own: it is there, and is not begun
        left |= {name: values[name] for name in ("review", "needs", "kind") if name in values}
    return left | {"flag": Flag.FORGED.value}
