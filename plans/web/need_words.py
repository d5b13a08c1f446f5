"""What a row of the queue says: what is wrong, what waits for it, and what a person would do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.domain.queue import Reason
from plans.domain.step import Flag, Risk
from plans.security.text import clean_line
from plans.web.plurals import counted
from plans.web.titles import plan_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plans.domain.queue import Ask

_SAID_WITH = {Reason.PROBLEM, Reason.INPUT, Reason.HOLD}
_EXCERPT = 90
"""Letters of a reason that a row shows; the step shows all."""


def answer_to(ask: Ask) -> str:
    """Name what a person would do with an entry first: decide, reply, retry or reassign."""
    if ask.reason in {Reason.INPUT, Reason.PROBLEM}:
        return "reply" if ask.step.asks else "reassign"
    others = {Reason.FORGED: "", Reason.FAILED: "retry", Reason.STALE: "reassign", Reason.MENTION: "comment"}
    return others.get(ask.reason, "decide")


def what_it_holds(ask: Ask) -> str:
    """Say what is wrong, how dangerous the answer is, and what waits for it."""
    request = ask.step.request
    said = ask.step.reason if ask.reason is Reason.FAILED else request.text if request else ""
    wrong = _excerpt(said) if ask.reason in {*_SAID_WITH, Reason.FAILED} else ""
    if ask.mention is not None:
        wrong = f"“{_excerpt(ask.mention.comment.text)}”"
    if ask.reason is Reason.STALE:
        wrong = "no heartbeat"
    if ask.step.flag is Flag.FORGED:
        wrong = "nobody signed the approval that a file claims"
    risk = {Risk.PRODUCTION: "production", Risk.IRREVERSIBLE: "irreversible"}.get(ask.step.risk, "")
    return ", ".join(part for part in (wrong, risk, _held(ask)) if part)


def _held(ask: Ask) -> str:
    if not ask.behind:
        return ""
    if ask.reason is Reason.GATE:
        return f"{counted(ask.behind, 'step waits', many='steps wait')} behind it"
    return f"blocks {counted(ask.behind, 'step')}"


def question_of(ask: Ask) -> str:
    """Quote what is asked, in one line."""
    return f"“{_excerpt(ask.step.request.text if ask.step.request else '')}”"


def plans_of(group: Sequence[Ask]) -> str:
    """Name the plans of some entries."""
    names = list(dict.fromkeys(plan_title(ask.plan.title) for ask in group))
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _excerpt(text: str) -> str:
    line = clean_line(text[: 4 * _EXCERPT]).strip()
    return line if len(line) <= _EXCERPT else f"{line[:_EXCERPT].rstrip()}…"
