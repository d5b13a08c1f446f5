"""One step as its card shows it; the same from the mirror, from a plan in hand and for a push."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from plans.domain.alike import question
from plans.domain.graph import Condition
from plans.domain.sealing import is_other_text
from plans.domain.step import Status
from plans.security.text import clean_line
from plans.web.addresses import as_seen, drawer_url, step_url, verb_url
from plans.web.asking import reading_of
from plans.web.looks import look_of
from plans.web.plates import OwnerView, owner_view
from plans.web.reasons import ReasonView, reason_view
from plans.web.times import iso
from plans.web.titles import UNTITLED_STEP

if TYPE_CHECKING:
    from plans.domain.picture import Picture
    from plans.domain.standing import Standing
    from plans.domain.step import Step

_REASON_LENGTH = 600
"""Letters of a request that a card shows; the drawer shows all."""


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
    reading: str
    """Names what is decided on, in forms; empty where nothing is."""
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
    life: str
    """How alive who has it is: with ``at``, all that a step is drawn from."""


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
        title=title or UNTITLED_STEP,
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
        can_reply=step.takes_reply,
        asks=asks,
        reading=reading_of(step) if asks else "",
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
        life=_liveness(picture, step),
    )


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


def _question(step: Step) -> str:
    asked = question(step)
    return sha256(repr(asked).encode("utf-8", "replace")).hexdigest()[:8] if asked else ""


def _owner_said(step: Step) -> str:
    return f"step {step.number}: assigned to {clean_line(step.owner)}" if step.owner else "Unclaimed"


def _width(step: Step) -> int:
    if not step.progress or step.progress.total <= 0:
        return 0
    return round(34 * min(step.progress.done, step.progress.total) / step.progress.total)


def _liveness(picture: Picture, step: Step) -> str:
    lives = (picture.lives.get(name) for name in (step.owner, step.worker) if name)
    return " ".join(life.liveness if life else "unknown" for life in lives)
