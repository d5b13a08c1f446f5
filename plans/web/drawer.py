"""One step in full, as the drawer and its own page show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from django.utils.safestring import SafeString

from plans.domain.picture import Life
from plans.domain.sealing import is_other_text
from plans.security.decision_key import signer
from plans.security.markdown import notes_html
from plans.security.text import clean_text
from plans.web.addresses import as_seen, board_url, drawer_url, step_url, steps_url, verb_url
from plans.web.allowed import verbs
from plans.web.authors import AuthorView, author_view
from plans.web.cards import CardView, card_view
from plans.web.choices import Choice, chosen
from plans.web.evidence import EvidenceView, evidence_of, other_values
from plans.web.fields import as_entered
from plans.web.history_rows import EventView, event_view
from plans.web.looks import look_of
from plans.web.owners import Offers
from plans.web.reasons import ReasonView, reason_view
from plans.web.session_urls import last_hour_url
from plans.web.since import SinceView
from plans.web.times import iso
from plans.web.titles import title_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plans.domain.picture import Picture
    from plans.domain.revision import Line
    from plans.domain.step import Comment, Step


class StepLink(msgspec.Struct, frozen=True, kw_only=True):
    """Another step, as a small link with its status mark."""

    number: int
    look: str
    title: str
    href: str
    fragment: str


class CommentView(msgspec.Struct, frozen=True, kw_only=True):
    """A remark."""

    author: AuthorView
    at: str
    text: str


class DecisionView(msgspec.Struct, frozen=True, kw_only=True):
    """The answer that was given last."""

    said: str
    author: AuthorView
    at: str
    note: str
    signed: str
    """By which key it was signed, if it was."""
    is_other_text: bool
    """The text was changed since."""


class DrawerView(msgspec.Struct, frozen=True, kw_only=True):
    """What the drawer's templates see. ``verbs`` are those that fit the step and the viewer."""

    card: CardView
    namespace: str
    edited_title: str
    phase: str
    notes: str
    notes_html: SafeString
    reason: ReasonView | None
    since: SinceView | None
    """What changed since it was last decided, where it asks again."""
    is_gate: bool
    is_unreadable: bool
    """The plan's file cannot be read, or is gone."""
    can_reply: bool
    verbs: tuple[str, ...]
    actions: dict[str, str]
    """Verb → address."""
    facts_url: str
    close_url: str
    status_since: str
    life: Life | None
    beat_at: str
    progress_at: str
    last_hour_href: str
    """What its owner did in the hour before that."""
    waits_on: tuple[StepLink, ...]
    unblocks: tuple[StepLink, ...]
    needs: str
    chosen: tuple[Choice, ...]
    """The same, as the needs editor shows them."""
    review: str
    risk: str
    critical: bool
    attempts: int
    created: AuthorView
    created_at: str
    extra: tuple[tuple[str, str], ...]
    evidence: tuple[EvidenceView, ...]
    decision: DecisionView | None
    comments: tuple[CommentView, ...]
    events: tuple[EventView, ...]
    offers: Offers | None
    order: tuple[StepLink, ...]
    """Where it can be moved behind; empty in large plans, where it moves up and down."""


_MOST_PLACES = 200


def drawer_view(
    picture: Picture,
    number: int,
    *,
    lines: Sequence[Line] = (),
    offers: Offers | None = None,
    since: SinceView | None = None,
    allowed: bool = True,
) -> DrawerView:
    """Build the drawer; ``lines`` is the step's history, newest first. Raises StepNotFound."""
    plan = picture.plan
    step = plan.step(number)
    life = picture.lives.get(step.owner or "")
    fitting = verbs(plan, step) if allowed and picture.writable else ()
    others = plan.steps if len(plan.steps) <= _MOST_PLACES else ()
    return DrawerView(
        card=card_view(picture, number),
        namespace=plan.namespace,
        edited_title=as_entered(step.title),
        phase=as_entered(step.phase),
        notes=as_entered(step.notes),
        notes_html=notes_html(step.notes),
        reason=reason_view(picture, number),
        since=since,
        is_gate=step.is_gate,
        is_unreadable=picture.problem is not None,
        can_reply=step.takes_reply,
        verbs=fitting,
        actions={verb: verb_url(plan.namespace, number, verb) for verb in fitting},
        facts_url=as_seen(picture, f"{step_url(plan.namespace, number)}?part=facts"),
        close_url=as_seen(picture, board_url(plan.namespace)),
        status_since=iso(step.updated_at),
        life=life,
        beat_at=iso(life.beat_at or 0) if life else "",
        progress_at=iso(life.progress_at or 0) if life else "",
        last_hour_href=last_hour_url(life.session, life.progress_at) if life and life.progress_at else "",
        waits_on=tuple(_link(picture, need) for need in step.needs),
        unblocks=tuple(_link(picture, user) for user in picture.users.get(number, ())),
        needs=", ".join(str(need) for need in step.needs),
        chosen=chosen(picture, number, step.needs),
        review=step.review,
        risk=step.risk,
        critical=step.critical,
        attempts=step.attempts,
        created=author_view(step.created_by),
        created_at=iso(step.created_at),
        extra=other_values(step),
        evidence=evidence_of(step, lines),
        decision=_decision(step),
        comments=tuple(comment_view(said) for said in reversed(step.comments)),
        events=tuple(event_view(line, number) for line in lines),
        offers=offers,
        order=tuple(_link(picture, other.number) for other in others if other.number != number),
    )


def comment_view(said: Comment) -> CommentView:
    """Show a remark."""
    return CommentView(author=author_view(said.by), at=iso(said.at), text=clean_text(said.text))


def _decision(step: Step) -> DecisionView | None:
    if step.decision is None:
        return None
    decided = step.decision
    return DecisionView(
        said=str(decided.verdict).capitalize(),
        author=author_view(decided.by),
        at=iso(decided.at),
        note=clean_text(decided.note),
        signed=f"Signed, key {signer(decided.sig)}" if decided.sig else "Decided before there was a key",
        is_other_text=is_other_text(step),
    )


def _link(picture: Picture, number: int) -> StepLink:
    plan = picture.plan
    known = plan.has_step(number)
    step = plan.step(number) if known else None
    return StepLink(
        number=number,
        look=look_of(step, picture.standings[number])[0] if step else "blocked",
        title=title_in(plan, number),
        href=as_seen(picture, drawer_url(plan.namespace, number)) if known else "",
        fragment=as_seen(picture, step_url(plan.namespace, number)) if known else steps_url(plan.namespace),
    )
