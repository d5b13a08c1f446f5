"""plan.json of the OpenClaw PlanStore: reading it as strictly as its final reader, writing its bytes.

The rules and texts are those of plan-store.ts (openclaw/openclaw PR #70031).
"""

from __future__ import annotations

import json
import math
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from plans.domain.numbers import LATEST, Moment
from plans.domain.step import Kind, Status, Step
from plans.store import json_text
from plans.store.bad_file import BadFile, json_in

MAX_BYTES = 1_048_576
STAMP_ROOM = 250
"""Bytes a step's own later stamps may take; what grows must leave them free."""
STAMPED_LATER = 64
"""For how many steps room is kept: for all 5,000 it would be more than the whole file."""
_STATUSES = ("pending", "in_progress", "completed", "cancelled")

_PEER_STATUS = {
    Status.PENDING: "pending",
    Status.IN_PROGRESS: "in_progress",
    Status.BLOCKED: "in_progress",
    Status.IN_REVIEW: "in_progress",
    Status.COMPLETED: "completed",
    Status.FAILED: "cancelled",
    Status.CANCELLED: "cancelled",
}


class CoreStep(
    Struct,
    frozen=True,
    gc=False,  # it holds no container, and the collector need not look at 5,000 of them
    omit_defaults=True,
    rename={
        "text": "step",
        "active_form": "activeForm",
        "updated_by": "updatedBy",
        "updated_at": "updatedAt",
    },
):
    """A step as peers know it; None means the key is absent."""

    text: Annotated[str, Meta(min_length=1)]
    status: str
    active_form: str | None = None
    updated_by: str | None = None
    updated_at: Moment | None = None


class Core(Struct, frozen=True, rename={"created_at": "createdAt", "updated_at": "updatedAt"}):
    """What plan.json holds; times are ms since the epoch."""

    namespace: str
    steps: tuple[CoreStep, ...]
    created_at: Moment
    updated_at: Moment


_CORE = msgspec.json.Decoder(Core)


def parse(data: bytes, namespace: str) -> tuple[Core, tuple[str, ...]]:
    """Read plan.json's bytes; returns its content and warnings. Raises BadFile with the first error."""
    usual = _usual(data, namespace)
    if usual is not None:
        return usual, ()
    value, repeated = json_in(data, what=f'Plan file for "{namespace}"')
    core = _plan(value, namespace)
    warnings = ("A key stands twice in plan.json; the last one counts.",) if repeated else ()
    return core, warnings


def dump(core: Core) -> bytes:
    """Write the bytes that the peer's ``JSON.stringify(plan, null, 2)`` gives for the same content."""
    try:
        return msgspec.json.format(msgspec.json.encode(core), indent=2)
    except UnicodeEncodeError:  # half a character: the slow way knows how JavaScript writes it
        return json_text.encode(json.dumps(msgspec.to_builtins(core), ensure_ascii=False, indent=2))


def core_step(step: Step) -> CoreStep:
    """Say what peers see of a step."""
    return CoreStep(step.title, peer_status(step), step.active_form, step.stamp_by, step.stamp_at)


def peer_status(step: Step) -> str:
    """Name the status that peers see: they know four, and a gate is always pending to them."""
    return "pending" if step.kind is Kind.GATE else _PEER_STATUS[step.status]


def same_content(one: CoreStep, other: CoreStep) -> bool:
    """Compare what counts as a change of plan.json: text, status and activeForm, not the stamps."""
    return (one.text, one.status, one.active_form) == (other.text, other.status, other.active_form)


def _usual(data: bytes, namespace: str) -> Core | None:
    """Read a file that holds exactly what peers write, ten times faster; None: read it the careful way.

    A null where a key may be absent is taken for absent, and shows in the quotes as an unknown key does.
    """
    try:
        core = _CORE.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    same = core.namespace == namespace and {step.status for step in core.steps}.issubset(_STATUSES)
    return core if same and _quotes(data) == _quotes(msgspec.json.encode(core)) else None


def _quotes(data: bytes) -> int:
    """Count the marks around keys and texts; an unknown key or a repeated one has two more."""
    if b"\\" in data:
        data = data.replace(b"\\\\", b"").replace(b'\\"', b"")
    return data.count(b'"')


def _plan(value: object, namespace: str) -> Core:
    prefix = f'Plan file for "{namespace}" has '
    if not isinstance(value, dict):
        raise BadFile(prefix + "invalid shape — expected object")
    found = _as_text(value["namespace"]) if "namespace" in value else "undefined"
    if value.get("namespace") != namespace:
        message = f'Plan namespace mismatch on read: expected "{namespace}", found "{found}"'
        raise BadFile(message)
    steps = value.get("steps")
    if not isinstance(steps, list):
        raise BadFile(prefix + "invalid shape — steps must be array")
    read = tuple(_step(step, f"{prefix}invalid step at index {index} — ") for index, step in enumerate(steps))
    for name in ("createdAt", "updatedAt"):
        if not _is_time(value.get(name)):
            raise BadFile(f"{prefix}invalid `{name}` — expected non-negative number")
    return Core(namespace, read, _time(value["createdAt"]), _time(value["updatedAt"]))


def _step(value: object, prefix: str) -> CoreStep:
    if not isinstance(value, dict):
        raise BadFile(f"{prefix}expected object, got {_type_of(value)}")
    text, status = value.get("step"), value.get("status")
    if not isinstance(text, str) or not text:
        raise BadFile(prefix + "`step` must be a non-empty string")
    if not isinstance(status, str) or status not in _STATUSES:
        got = _as_text(status) if "status" in value else "undefined"
        raise BadFile(f'{prefix}`status` must be one of {", ".join(_STATUSES)}, got "{got}"')
    _check_optional(value, prefix)
    at = _time(value["updatedAt"]) if "updatedAt" in value else None
    return CoreStep(text, status, value.get("activeForm"), value.get("updatedBy"), at)


def _check_optional(value: dict[str, object], prefix: str) -> None:
    for name in ("activeForm", "updatedBy"):
        if name in value and not isinstance(value[name], str):
            raise BadFile(f"{prefix}`{name}` must be a string when present")
    if "updatedAt" in value and not _is_time(value["updatedAt"]):
        raise BadFile(prefix + "`updatedAt` must be a non-negative number when present")


def _is_time(value: object) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and math.isfinite(value) and value >= 0  # type: ignore[arg-type, operator]


def _time(value: object) -> int:
    """Make a whole number of it: times are written as integers, and none is later than a date can be."""
    return min(int(value), LATEST)  # type: ignore[call-overload, no-any-return]


def _type_of(value: object) -> str:
    """Name a value's type as JavaScript's ``typeof`` does, arrays told apart."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"


def _as_text(value: object) -> str:
    """Show a value as JavaScript's ``String()`` does."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ",".join("" if item is None else _as_text(item) for item in value)
    if isinstance(value, dict):
        return "[object Object]"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
