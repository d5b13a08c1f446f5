"""Why a step needs a person, as cards and the drawer say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from plans.domain.step import Flag, RequestKind, Risk, Status
from plans.security.text import clean_text, hidden_marks
from plans.web.plurals import counted

if TYPE_CHECKING:
    from plans.domain.picture import Picture

_LABELS = {
    RequestKind.APPROVAL: "Asks for approval",
    RequestKind.INPUT: "Asks a question",
    RequestKind.HOLD: "On hold",
    RequestKind.PROBLEM: "Needs help",
    RequestKind.REVIEW: "Finished, waits for your look",
}
_RISKS = {Risk.PRODUCTION: "Production change", Risk.IRREVERSIBLE: "Irreversible"}
_FLAGS = {
    Flag.FINISHED_WITHOUT_APPROVAL: "Finished without approval",
    Flag.REMOVED_BY_PEER: "Another program removed this step",
    Flag.FORGED: "Forged approval: nobody signed it",
    Flag.UNDONE_BY_PEER: "Another program undid a saved change",
}
_FLAG_TEXTS = {
    Flag.UNDONE_BY_PEER: (
        "It wrote from an older reading. An edit settles it; the history has what was saved."
    ),
}


class ReasonView(msgspec.Struct, frozen=True, kw_only=True):
    """Why the step needs somebody: a label and what was said."""

    label: str
    text: str
    is_blocked: bool = False
    hidden: bool = False
    """The text holds characters that cannot be seen; they are shown as tokens."""


def reason_view(picture: Picture, number: int, *, limit: int | None = None) -> ReasonView | None:
    """Say why a person is needed, if one is: the first ``limit`` letters for a card, all for the drawer."""
    step = picture.plan.step(number)
    is_asked = picture.standings[number].column == "ask"
    waiting = len(picture.users.get(number, ()))
    if step.flag is Flag.FORGED and step.is_open:
        said = step.request.text if step.asks and step.request else "A file claims it. Nothing was opened."
        return _reason(_FLAGS[step.flag], said, limit=limit)
    if step.status is Status.FAILED:
        return _reason("Failed", step.reason, limit=limit, is_blocked=True)
    if step.is_gate and step.is_open and is_asked:
        behind = f"{counted(waiting, 'step waits', many='steps wait')} behind it."
        return _reason("Gate", behind if waiting else "")
    if not step.asks or step.request is None:
        return _reason(_FLAGS[step.flag], _FLAG_TEXTS.get(step.flag, "")) if step.flag else None
    kind = step.request.kind
    label = _FLAGS[step.flag] if step.flag else _RISKS.get(step.risk, _LABELS[kind])
    return _reason(label, step.request.text, limit=limit, is_blocked=kind is RequestKind.PROBLEM)


def _reason(label: str, text: str, *, limit: int | None = None, is_blocked: bool = False) -> ReasonView:
    shown = clean_text(text if limit is None else text[:limit])
    return ReasonView(label=label, text=shown, is_blocked=is_blocked, hidden=bool(hidden_marks(text)))
