"""One step as its card shows it; the same from the mirror, from a plan in hand and for a push."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from plans.domain.alike import question
from plans.domain.graph import Condition
from plans.domain.sealing import is_other_text
from plans.domain.step import Flag, RequestKind, Risk, Status
from plans.security.text import clean_line, clean_text, hidden_marks
from plans.web.addresses import as_seen, drawer_url, step_url, verb_url
from plans.web.plates import OwnerView, owner_view

if TYPE_CHECKING:
    from plans.domain.picture import Picture
    from plans.domain.standing import Standing
    from plans.domain.step import Step

UNTITLED = "Untitled step"
_REASON_LENGTH = 600
"""Letters of a request that a card shows; the drawer shows all."""

_LOOKS = {
    Status.IN_PROGRESS: ("running", "in progress"),
    Status.IN_REVIEW: ("asking", "awaiting review"),
    Status.COMPLETED: ("done", "done"),
    Status.FAILED: ("blocked", "failed"),
    Status.CANCELLED: ("done", "cancelled"),
}
_PENDING_LOOKS = {
    Condition.READY: ("ready", "ready to claim"),
    Condition.WAITING: ("waiting", "waiting on other steps"),
    Condition.DOOMED: ("waiting", "cannot start"),
}
_ASKS = {
    RequestKind.APPROVAL: "awaiting approval",
    RequestKind.INPUT: "awaiting an answer",
    RequestKind.HOLD: "on hold",
    RequestKind.PROBLEM: "blocked",
    RequestKind.REVIEW: "awaiting review",
}
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


class CardView(msgspec.Struct, frozen=True, kw_only=True):
    """What a card's template sees. Times are ISO 8601 in UTC, empty where there is none."""

    number: int
    title: str
    is_untitled: bool
    href: str
    fragment: str
    look: str
    """``ready``, ``waiting``, ``running``, ``asking``, ``blocked`` or ``done``: class and mark."""
    said: str
    status: str
    column: str
    group: str
    """Which list of its column it stands in: ``ready``, ``behind`` or empty."""
    revision: int
    at: int
    phase: str
    kind: str
    lane: str
    """The phase itself, by which boards put cards into lanes."""
    risk: str
    age: str
    age_before: str
    now: str
    """What the worker does at the moment."""
    reason: ReasonView | None
    note: str
    """A warning that takes the reason's place: a stale owner, a step that cannot start."""
    note_since: str
    is_stale: bool
    can_reply: bool
    asks: bool
    question: str
    """The same for cards that ask the same in the same words; empty where nothing is asked."""
    approve_url: str
    reject_url: str
    owner: OwnerView | None
    owner_said: str
    worker: OwnerView | None
    done: int
    total: int
    progress_width: int
    waits: int
    finished: str


def card_view(picture: Picture, number: int) -> CardView:
    """Build a card; raises StepNotFound."""
    plan = picture.plan
    step = plan.step(number)
    standing = picture.standings[number]
    look, said = look_of(step, standing)
    note, since, is_stale = _note(picture, step, standing)
    asks = standing.column == "ask" and (step.asks or step.is_gate) and step.is_open and not picture.is_past
    title = clean_line(step.title).strip()
    age_before, age = _age(step, look)
    return CardView(
        number=number,
        title=title or UNTITLED,
        is_untitled=not title,
        href=as_seen(picture, drawer_url(plan.namespace, number)),
        fragment=as_seen(picture, step_url(plan.namespace, number)),
        look=look,
        said=said,
        status=step.status,
        column=standing.column,
        group=_group(standing),
        revision=step.revision,
        at=plan.revision,
        phase=clean_line(step.phase) or ("Gate" if step.is_gate else ""),
        kind=step.kind,
        lane=step.phase,
        risk=step.risk,
        age=age,
        age_before=age_before,
        now=clean_line(step.active_form or "") if step.status is Status.IN_PROGRESS and not note else "",
        reason=reason_view(picture, number, limit=_REASON_LENGTH),
        note=note,
        note_since=iso(since),
        is_stale=is_stale,
        can_reply=_can_reply(step),
        asks=asks,
        question=_question(step) if asks else "",
        approve_url=verb_url(plan.namespace, number, "approve") if asks else "",
        reject_url=verb_url(plan.namespace, number, "reject") if asks else "",
        owner=owner_view(step.owner) if step.owner else None,
        owner_said=_owner_said(step),
        worker=owner_view(step.worker) if step.worker else None,
        done=step.progress.done if step.progress else 0,
        total=step.progress.total if step.progress and step.is_open else 0,
        progress_width=_width(step),
        waits=len(standing.waits_on),
        finished=iso(step.updated_at) if look == "done" else "",
    )


def look_of(step: Step, standing: Standing) -> tuple[str, str]:
    """Name the status mark, and the status in words for those who hear it."""
    if step.is_gate and standing.column == "ask" and step.status is Status.PENDING:
        return "asking", "gate, waits for a person"
    if step.status is Status.PENDING:
        return _PENDING_LOOKS[standing.condition or Condition.WAITING]
    if step.status is Status.BLOCKED:
        kind = step.request.kind if step.request else RequestKind.PROBLEM
        return "blocked" if kind is RequestKind.PROBLEM else "asking", _ASKS[kind]
    return _LOOKS[step.status]


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
        behind = f"{waiting} step{'' if waiting == 1 else 's'} wait{'s' if waiting == 1 else ''} behind it."
        return _reason("Gate", behind if waiting else "")
    if not step.asks or step.request is None:
        return _reason(_FLAGS[step.flag], _FLAG_TEXTS.get(step.flag, "")) if step.flag else None
    kind = step.request.kind
    label = _FLAGS[step.flag] if step.flag else _RISKS.get(step.risk, _LABELS[kind])
    return _reason(label, step.request.text, limit=limit, is_blocked=kind is RequestKind.PROBLEM)


def iso(ms: int) -> str:
    """Write a time as the page carries it; empty for 0."""
    return datetime.fromtimestamp(ms / 1000, tz=UTC).isoformat(timespec="seconds") if ms else ""


def _reason(label: str, text: str, *, limit: int | None = None, is_blocked: bool = False) -> ReasonView:
    shown = clean_text(text if limit is None else text[:limit])
    return ReasonView(label=label, text=shown, is_blocked=is_blocked, hidden=bool(hidden_marks(text)))


def _group(standing: Standing) -> str:
    if standing.column != "todo":
        return ""
    return "ready" if standing.condition is Condition.READY else "behind"


def _age(step: Step, look: str) -> tuple[str, str]:
    if step.asks and step.request is not None:
        return "for " if look == "blocked" else "waits ", iso(step.request.at)
    if look in {"running", "blocked", "asking"}:
        return "", iso(step.updated_at)
    return "", ""


def _note(picture: Picture, step: Step, standing: Standing) -> tuple[str, int, bool]:
    """Warn of what is wrong with the step: the words, since when (ms, 0 for none), whether it is stale."""
    silent = _silence(picture, step)
    if silent is not None:
        return silent
    if standing.condition is Condition.DOOMED:
        lost = ", ".join(str(number) for number in standing.waits_on)
        return f"Cannot start: step {lost} will not be completed", 0, False
    if step.is_open and is_other_text(step):
        return "The text was changed since a person decided", 0, False
    if step.worker:
        owner = clean_line(step.owner or "nobody")
        return f"{clean_line(step.worker)} works on a step assigned to {owner}", 0, False
    return "", 0, False


def _silence(picture: Picture, step: Step) -> tuple[str, int, bool] | None:
    """Tell how the owner of running work went silent: no heartbeat is stale; some never send one."""
    life = picture.lives.get(step.owner or "")
    if step.status is not Status.IN_PROGRESS or life is None:
        return None
    if life.liveness == "stale":
        return "No heartbeat ", life.beat_at or 0, True
    return ("No progress ", life.progress_at or 0, False) if life.liveness == "quiet" else None


def _can_reply(step: Step) -> bool:
    asked = step.request.kind if step.asks and step.request else None
    return asked in {RequestKind.INPUT, RequestKind.PROBLEM}


def _question(step: Step) -> str:
    asked = question(step)
    return sha256(repr(asked).encode("utf-8", "replace")).hexdigest()[:8] if asked else ""


def _owner_said(step: Step) -> str:
    return f"step {step.number}: assigned to {clean_line(step.owner)}" if step.owner else "Unclaimed"


def _width(step: Step) -> int:
    if not step.progress or step.progress.total <= 0:
        return 0
    return round(34 * min(step.progress.done, step.progress.total) / step.progress.total)
