"""The peer's mergeSteps (plan-store.ts, OpenClaw PR #70031; v1 is #67542), bit for bit."""

from __future__ import annotations

from typing import Literal

type PeerStep = dict[str, object]
type Version = Literal[1, 3]


def merge_steps(
    existing: list[PeerStep],
    incoming: list[PeerStep],
    session_key: str | None,
    *,
    now: int,
    version: Version = 3,
) -> list[PeerStep]:
    """Give what the peer makes of ``existing`` when it sends ``incoming``, keys in its order."""
    last_sent = {step["step"]: step for step in incoming}
    known = {step["step"] for step in existing}
    merged = [
        _stamped(last_sent[step["step"]], session_key, now) if step["step"] in last_sent else step
        for step in existing
    ]
    for step in incoming:
        if step["step"] in known:
            continue
        if version == 3:
            known.add(step["step"])
        merged.append(_stamped(step, session_key, now))
    return merged


def _stamped(step: PeerStep, session_key: str | None, now: int) -> PeerStep:
    signed = {"updatedBy": session_key} if session_key else {}
    return step | signed | {"updatedAt": now}
