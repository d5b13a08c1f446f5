"""What the peer's reader refuses, in its words (formats.md 1.3 and 1.4)."""

from __future__ import annotations

import json
import math
import re

NAMESPACE = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]{0,127}")
_DEVICE = re.compile(r"(con|prn|aux|nul|com[1-9]|lpt[1-9])(\..*)?", re.IGNORECASE)
_STATUSES = ("pending", "in_progress", "completed", "cancelled")

type PeerPlan = dict[str, object]


class PeerError(Exception):
    """An Error of the peer's program."""


def check_namespace(name: str) -> None:
    """Throw as the peer's final version does."""
    shown = f'Invalid plan namespace: "{name}"'
    if not name:
        raise PeerError(shown)
    if not NAMESPACE.fullmatch(name):
        raise PeerError(f"{shown} — must match /^{NAMESPACE.pattern}$/")
    if name.endswith("."):
        raise PeerError(f"{shown} — trailing dot or space not allowed")
    if _DEVICE.fullmatch(name):
        raise PeerError(f"{shown} — matches Windows reserved device name")


def checked_plan(value: object, namespace: str) -> PeerPlan:
    """Rebuild the plan from parsed JSON, without the keys the peer does not know."""
    prefix = f'Plan file for "{namespace}" has '
    if not isinstance(value, dict):
        raise PeerError(f"{prefix}invalid shape — expected object")
    found = _shown(value["namespace"]) if "namespace" in value else "undefined"
    if value.get("namespace") != namespace:
        raise PeerError(f'Plan namespace mismatch on read: expected "{namespace}", found "{found}"')
    if not isinstance(value.get("steps"), list):
        raise PeerError(f"{prefix}invalid shape — steps must be array")
    steps = [
        _checked_step(step, f"{prefix}invalid step at index {index} — ")
        for index, step in enumerate(value["steps"])
    ]
    for name in ("createdAt", "updatedAt"):
        if not _is_time(value.get(name)):
            raise PeerError(f"{prefix}invalid `{name}` — expected non-negative number")
    return {
        "namespace": namespace,
        "steps": steps,
        "createdAt": value["createdAt"],
        "updatedAt": value["updatedAt"],
    }


def _checked_step(step: object, where: str) -> dict[str, object]:
    if not isinstance(step, dict):
        raise PeerError(f"{where}expected object, got {_typeof(step)}")
    if not isinstance(step.get("step"), str) or not step["step"]:
        raise PeerError(f"{where}`step` must be a non-empty string")
    if step.get("status") not in _STATUSES:
        got = _shown(step["status"]) if "status" in step else "undefined"
        raise PeerError(f'{where}`status` must be one of {", ".join(_STATUSES)}, got "{got}"')
    _check_optional(step, where)
    known = ("step", "status", "activeForm", "updatedBy", "updatedAt")
    return {name: step[name] for name in known if name in step}


def _check_optional(step: dict[str, object], where: str) -> None:
    for name in ("activeForm", "updatedBy"):
        if name in step and not isinstance(step[name], str):
            raise PeerError(f"{where}`{name}` must be a string when present")
    if "updatedAt" in step and not _is_time(step["updatedAt"]):
        raise PeerError(f"{where}`updatedAt` must be a non-negative number when present")


def _is_time(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and value >= 0


def _typeof(value: object) -> str:
    names = {bool: "boolean", int: "number", float: "number", str: "string", list: "array"}
    return names.get(type(value), "object")


def _shown(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ",".join(_shown(item) for item in value)
    return "[object Object]" if isinstance(value, dict) else json.dumps(value)
