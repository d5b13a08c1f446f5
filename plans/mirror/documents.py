"""How domain values stand in the mirror's text columns, and what no database can hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from plans.domain.plan import Plan
from plans.domain.problem import Problem
from plans.domain.revision import Line
from plans.domain.step import Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

INDEXED_LENGTH = 400
"""PostgreSQL indexes at most 2,704 bytes; a peer's file may hold any name. The document has all of it."""

_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
_REPLACEMENT = "\ufffd"
_STEPS = msgspec.json.Decoder(list[Step])
_LINES = msgspec.json.Decoder(list[Line])
_PLAN = msgspec.json.Decoder(Plan)
_PROBLEM = msgspec.json.Decoder(Problem)
_TEXTS = msgspec.json.Decoder(tuple[str, ...])


def storable[T](value: T) -> T:
    """Replace every NUL and lone surrogate by U+FFFD; the same object if there is none."""
    try:
        data = msgspec.json.encode(value)
    except UnicodeEncodeError:
        pass
    else:
        if b"\\u0000" not in data:
            return value
    return msgspec.convert(_cleaned(msgspec.to_builtins(value, str_keys=True)), type(value), strict=False)


def step_document(step: Step) -> str:
    """Write a step's fields that differ from the defaults."""
    return msgspec.json.encode(step).decode()


def steps_from(documents: Iterable[str]) -> tuple[Step, ...]:
    return tuple(_STEPS.decode(_joined(documents)))


def plan_document(plan: Plan) -> str:
    """Write everything of a plan but its steps."""
    return msgspec.json.encode(msgspec.structs.replace(plan, steps=())).decode()


def plan_from(document: str, steps: tuple[Step, ...]) -> Plan:
    return msgspec.structs.replace(_PLAN.decode(document), steps=steps)


def line_document(line: Line) -> str:
    """Write a journal line, which must be storable."""
    return msgspec.json.encode(line).decode()


def lines_from(documents: Iterable[str]) -> list[Line]:
    return _LINES.decode(_joined(documents))


def problem_document(problem: Problem | None) -> str:
    return msgspec.json.encode(storable(problem)).decode() if problem else ""


def problem_from(document: str) -> Problem | None:
    return _PROBLEM.decode(document) if document else None


def texts_document(texts: Sequence[str]) -> str:
    return msgspec.json.encode(storable(tuple(texts))).decode()


def texts_from(document: str) -> tuple[str, ...]:
    return _TEXTS.decode(document)


def indexed(text: str | None) -> str:
    """Cut a text to what an index can hold."""
    return (text or "")[:INDEXED_LENGTH]


def _joined(documents: Iterable[str]) -> str:
    return f"[{','.join(documents)}]"


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        return _UNSTORABLE.sub(_REPLACEMENT, value)
    if isinstance(value, dict):
        return {_cleaned(key): _cleaned(child) for key, child in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(child) for child in value]
    return value
