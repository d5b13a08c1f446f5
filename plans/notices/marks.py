"""What tells one request of a step from the next one, so that each is told of once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from plans.domain.queue import Reason

if TYPE_CHECKING:
    from plans.domain.queue import Ask
    from plans.people.noticed import Seen

_REQUEST: Final = "request"


def mark_of(ask: Ask, *, epoch: str) -> str:
    """Name what is asked. A plan that takes the name of another has another epoch."""
    step = ask.step
    if step.asks and step.request is not None:
        return f"{epoch}/{_REQUEST}/{step.request.id}"
    if ask.mention is not None:
        return f"{epoch}/{ask.reason}/{ask.mention.comment.at}"
    if ask.reason is Reason.FAILED:
        return f"{epoch}/{ask.reason}/{step.attempts}"
    if ask.reason is Reason.STALE:
        return f"{epoch}/{ask.reason}/{ask.since}/{step.owner}"
    return f"{epoch}/{ask.reason}"


def is_news(mark: str, seen: Seen | None) -> bool:
    """Tell whether this was not told of yet.

    A request has a name of its own: one that comes back, because its decision was undone, is the same. A gate
    that was closed meanwhile, or a step that failed once more, asks anew.
    """
    if seen is None or seen.mark != mark:
        return True
    return not seen.is_open and mark.split("/")[-2:-1] != [_REQUEST]
