"""A plan that a person brings as text: JSON, a markdown list, or one step a line. Nothing is made here.

What cannot be used is refused with its line. What is somebody's deed and not the plan's own word (requests,
decisions, comments, who did what when) is passed over and named: an import must not put words into mouths.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec.structs import replace

from plans.actions.drafts import PlanDraft, StepDraft
from plans.actions.json_places import line_and_column, offset_of
from plans.actions.markdown_plan import Document, WrongLine, read_document
from plans.actions.plain_lines import read_plain
from plans.actions.strict_json import LIMIT, read_json
from plans.actions.wire import plan_draft
from plans.actions.writing import faults, filled
from plans.domain.errors import NeedsRefused, PlanError, Refusal, TooLarge, WrongInput
from plans.domain.limits import LABEL_BYTES, as_ours, check_room
from plans.domain.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from plans.domain.actor import Actor

_PATH: Final = re.compile(r" - at `\$([^`]*)`$")
_KIND: Final = re.compile(r": Expected `([^`]+)`, got `([^`]+)` - at `\$\.?([^`]*)`$")
_KINDS: Final = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
_JSON_PLACE: Final = re.compile(r"line (\d+), column (\d+)")
_STEP_PLACE: Final = re.compile(r"^Step (\d+) of the list")
_LIST_MARK: Final = re.compile(r"(?m)^[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]|#{1,6}(?:[ \t]|$))")
_DEEDS: Final = {"decision": "decision", "request": "open request", "comments": "comment"}


class CannotImport(WrongInput):
    """The text is no plan; with the line and column (from 1) where that shows, if they are known."""

    code = "cannot_import"

    def __init__(self, error: PlanError, *, where: tuple[int, int] | None = None, what: str = "") -> None:
        """``where`` is line and column, ``what`` stands before what the error says."""
        super().__init__(what + _in_words(error.message), advice=error.advice)
        self.refusal = error.refusal
        self.line: int | None = where[0] if where else None
        self.column: int | None = where[1] if where else None


def _in_words(message: str) -> str:
    """Say which kind of value was expected as a person would."""
    found = _KIND.search(message)
    if found is None:
        return message
    expected = " or ".join(_KINDS.get(kind, kind) for kind in found[1].split(" | "))
    got = _KINDS.get(found[2], found[2])
    return f"{message[: found.start()]}: “{found[3]}” is {got} and has to be {expected}"


class Brought(msgspec.Struct, frozen=True, kw_only=True):
    """A plan as it was read from a text."""

    plan: PlanDraft
    namespace: str = ""
    """The name it had, if the text says so."""
    left_out: dict[str, int] = {}
    """What is not taken over, in words, with how many of each there are."""
    lost: tuple[tuple[int, str], ...] = ()
    """Lines (from 1) that are neither heading nor step nor note."""


def read_plan(text: str, *, by: Actor, at: int) -> Brought:
    """Read a plan and try every rule on it. Raises CannotImport."""
    if len(text.encode("utf-8", "surrogatepass")) > LIMIT:
        raise CannotImport(TooLarge(f"The text is larger than {LIMIT // 1024} KiB"))
    text = as_counted(text)
    if text.lstrip()[:1] in ("{", "["):
        return _from_json(text, by=by, at=at)
    return _from_list(text, by=by, at=at)


def as_counted(text: str) -> str:
    """Give a text as its lines are counted: a line feed ends each, and no byte order mark begins it."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def read_steps(text: str, *, by: Actor, at: int) -> Brought:
    """Read a list of steps to be added to a plan. Raises CannotImport.

    What its own plan removed is not waited for: the number may be another step's where it is added.
    """
    brought = read_plan(text, by=by, at=at)
    steps = brought.plan.steps
    gone = set(brought.plan.removed) - {step.number or place for place, step in enumerate(steps, 1)}
    if not gone:
        return brought
    return replace(brought, plan=replace(brought.plan, steps=tuple(_without(step, gone) for step in steps)))


def read_text(text: str) -> Document:
    """Read a markdown list, or one step a line where there is no list. Raises WrongInput, WrongLine."""
    text = as_counted(text)
    return read_document(text) if _LIST_MARK.search(text) else read_plain(text)


def read_list(text: str) -> Document:
    """Read a markdown list, to be written over a plan: no other text takes steps away. Raises WrongInput."""
    return read_document(as_counted(text))


def _without(step: StepDraft, gone: Collection[int]) -> StepDraft:
    return replace(step, needs=tuple(need for need in step.needs or () if need not in gone))


def _from_json(text: str, *, by: Actor, at: int) -> Brought:
    try:
        value = read_json(text.encode("utf-8", "surrogatepass"), what="The JSON")
        draft = plan_draft(value)
    except PlanError as error:
        raise _placed_in_json(error, text) from error
    steps, namespace = _steps_path(value), _namespace(value)
    draft = _fitting(draft) if namespace else draft

    def place(index: int) -> tuple[int, int]:
        return line_and_column(text, offset_of(text, (*steps, index)))

    _check(draft, place, by=by, at=at)
    return Brought(plan=draft, namespace=namespace, left_out=_left_out(value))


def _from_list(text: str, *, by: Actor, at: int) -> Brought:
    try:
        read = read_text(text)
    except WrongLine as error:
        raise CannotImport(error, where=(error.line, 1)) from error
    except PlanError as error:
        raise CannotImport(error) from error
    draft = _fitting(read.plan) if read.namespace else read.plan
    _check(draft, lambda index: (read.lines[index], 1), by=by, at=at)
    return Brought(plan=draft, namespace=read.namespace, lost=read.lost)


def _fitting(draft: PlanDraft) -> PlanDraft:
    """Cut what a peer wrote longer into a plan than its export may be brought back with."""
    steps = (
        replace(
            step,
            title=as_ours(step.title),
            active_form=as_ours(step.active_form, LABEL_BYTES) if step.active_form else step.active_form,
        )
        for step in draft.steps
    )
    return replace(draft, steps=tuple(steps))


def _check(draft: PlanDraft, where: Callable[[int], tuple[int, int]], *, by: Actor, at: int) -> None:
    """Make the plan in memory, by every rule; raises CannotImport with the place of the first fault."""
    try:
        check_room(len(draft.steps))
    except PlanError as error:
        raise CannotImport(error) from error
    for place, fault in faults(draft.steps, by=by, at=at)[:1]:
        raise CannotImport(fault, where=where(place), what=f"Step {place + 1} of the list: ") from fault
    try:
        filled(Plan(namespace="", epoch="", removed=draft.removed), draft.steps, by=by, at=at)
    except NeedsRefused as error:
        raise CannotImport(error, where=where(_place_of(draft, error.edge[0]))) from error
    except PlanError as error:
        raise CannotImport(error) from error


def _place_of(draft: PlanDraft, number: int) -> int:
    numbers = [step.number or place for place, step in enumerate(draft.steps, 1)]
    return numbers.index(number)


def _placed_in_json(error: PlanError, text: str) -> CannotImport:
    """Say where: the decoder's own line, or where the path in the message leads."""
    if error.refusal is Refusal.TOO_LARGE:
        return CannotImport(error)
    decoder = _JSON_PLACE.search(error.message)
    if decoder:
        return CannotImport(error, where=(int(decoder[1]), int(decoder[2])))
    path = _path(error.message, text)
    if path is None:
        return CannotImport(error)
    return CannotImport(error, where=line_and_column(text, offset_of(text, path)))


def _path(message: str, text: str) -> list[str | int] | None:
    step = _STEP_PLACE.match(message)
    inside = _PATH.search(message)
    if step is None and inside is None:
        return None
    path: list[str | int] = [*_steps_path(read_json(text.encode())), int(step[1]) - 1] if step else []
    return path + _names(inside[1]) if inside else path


def _names(path: str) -> list[str | int]:
    """Take ``.needs[2]`` apart."""
    parts: list[tuple[str, str]] = re.findall(r"\.([A-Za-z_]+)|\[(\d+)\]", path)
    return [name or int(index) for name, index in parts]


def _steps_path(value: object) -> tuple[str, ...]:
    if isinstance(value, list):
        return ()
    inner = isinstance(value, dict) and isinstance(value.get("plan"), dict)
    return ("plan", "steps") if inner else ("steps",)


def _namespace(value: object) -> str:
    plan = value.get("plan", value) if isinstance(value, dict) else None
    found = plan.get("namespace") if isinstance(plan, dict) else None
    return found if isinstance(found, str) else ""


def _left_out(value: object) -> dict[str, int]:
    """Count the deeds that stand in a plan of ours, in words."""
    plan = value.get("plan", value) if isinstance(value, dict) else {"steps": value}
    steps: list[object] = plan.get("steps", []) if isinstance(plan, dict) else []
    counts: Counter[str] = Counter()
    for step in steps:
        for name, word in _DEEDS.items():
            found = step.get(name) if isinstance(step, dict) else None
            counts[word] += len(found) if isinstance(found, list) else bool(found)
    return {word: count for word, count in counts.items() if count}
