"""Which requests ask the same thing in the same words, so that one answer may serve them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.domain.step import RequestKind, Risk

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from plans.domain.queue import Ask
    from plans.domain.step import Step

type Question = tuple[RequestKind, Risk, str]

_ANSWERED_ALIKE = frozenset({RequestKind.APPROVAL, RequestKind.INPUT, RequestKind.PROBLEM})
"""Of a review or a gate nobody asks in words: what is approved is the step itself."""


def question(step: Step) -> Question | None:
    """Give what a step asks: its kind, risk and exact words; None where it asks nothing of its own."""
    request = step.request
    if request is None or not step.asks or request.kind not in _ANSWERED_ALIKE or not request.text.strip():
        return None
    return (request.kind, step.risk, request.text)


def most_alike(steps: Iterable[Step]) -> Sequence[Step]:
    """Give those of the steps that ask what most of them ask; empty where no two ask the same."""
    groups: dict[Question, list[Step]] = {}
    for step in steps:
        asked = question(step)
        if asked is not None:
            groups.setdefault(asked, []).append(step)
    most = max(groups.values(), key=len, default=[])
    return most if len(most) > 1 else ()


def alike(asks: Iterable[Ask]) -> list[tuple[Ask, ...]]:
    """Put entries that ask the same together, where the first of them stands; others stand alone."""
    groups: dict[object, list[Ask]] = {}
    for ask in asks:
        groups.setdefault(question(ask.step) or ask.key, []).append(ask)
    return [tuple(group) for group in groups.values()]
