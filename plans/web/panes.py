"""The right half of "Needs you": the whole step that is open, or one form for many that ask the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from plans.domain.alike import question
from plans.domain.step import RequestKind
from plans.security.text import clean_line, clean_text, hidden_marks
from plans.web.addresses import board_url, drawer_url
from plans.web.asking import reading_of
from plans.web.drawer import CommentView, DrawerView, StepLink, comment_view
from plans.web.need_urls import alone_url, need_verb_url
from plans.web.outcomes import OutcomeView, outcomes
from plans.web.plates import OwnerView, owner_view
from plans.web.times import iso
from plans.web.titles import plan_title, step_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plans.domain.picture import Picture
    from plans.domain.queue import Ask
    from plans.web.need_urls import Key
    from plans.web.queueing import Queue

_KINDS = {RequestKind.APPROVAL: "approval", RequestKind.INPUT: "an answer", RequestKind.PROBLEM: "help"}


class MemberView(msgspec.Struct, frozen=True, kw_only=True):
    """One of several steps that ask the same."""

    value: str
    """What its decision is sent for: ``payments.ledger/19/482``, the last is the revision that was seen."""
    number: int
    title: str
    plan: str
    owner: OwnerView | None
    href: str
    since: str


class AlikeView(msgspec.Struct, frozen=True, kw_only=True):
    """Many that ask the same: what, and which."""

    key: str
    kind: str
    risk: str
    text: str
    hidden: bool
    can_reply: bool
    members: tuple[MemberView, ...]


class PaneView(msgspec.Struct, frozen=True, kw_only=True):
    """The step that is open, with what the drawer does not have."""

    key: str
    drawer: DrawerView
    plan: str
    group: str
    plan_href: str
    board_href: str
    is_asking: bool
    """Whether it is in the queue at all: any step can be looked at here."""
    is_snoozed: bool
    snooze_url: str
    wake_url: str
    ends: tuple[StepLink, ...]
    """The steps whose end can bring it back."""
    outcomes: tuple[OutcomeView, ...]
    mention: CommentView | None
    """The comment that calls the person, where that is why it is here."""


def asked_alike(found: Queue, key: Key) -> Sequence[Ask]:
    """List the entries that ask what this one asks, itself included; empty where none does."""
    groups = (group for group in found.groups(found.asks) if key in {ask.key for ask in group})
    group = next(groups, ())
    return group if len(group) > 1 else ()


def pane_view(picture: Picture, number: int, *, drawer: DrawerView, found: Queue) -> PaneView:
    """Build the pane of one step; raises StepNotFound."""
    plan = picture.plan
    key = (plan.namespace, number)
    snoozed = key in {entry.ask.key for entry in found.aside}
    title = clean_line(plan.title).strip()
    return PaneView(
        key=f"{plan.namespace}/{number}",
        drawer=drawer,
        plan=title or plan.namespace,
        group=clean_line(plan.group_name),
        plan_href=board_url(plan.namespace),
        board_href=drawer_url(plan.namespace, number),
        is_asking=snoozed or key in {ask.key for ask in found.asks},
        is_snoozed=snoozed,
        snooze_url=need_verb_url(plan.namespace, number, "snooze"),
        wake_url=need_verb_url(plan.namespace, number, "wake"),
        ends=tuple(link for link in drawer.order if plan.step(link.number).is_open),
        outcomes=outcomes(picture, number) if drawer.verbs else (),
        mention=_mention(key, found),
    )


def _mention(key: Key, found: Queue) -> CommentView | None:
    asks = (*found.asks, *(entry.ask for entry in found.aside))
    mention = next((ask.mention for ask in asks if ask.key == key), None)
    return comment_view(mention.comment) if mention else None


def alike_view(group: Sequence[Ask]) -> AlikeView:
    """Build the pane of several steps that ask the same."""
    kind, risk, text = question(group[0].step) or (RequestKind.APPROVAL, "", "")
    return AlikeView(
        key=f"{group[0].plan.namespace}/{group[0].step.number}",
        kind=_KINDS.get(kind, ""),
        risk=risk,
        text=clean_text(text),
        hidden=bool(hidden_marks(text)),
        can_reply=kind is not RequestKind.APPROVAL,
        members=tuple(_member(ask) for ask in group),
    )


def _member(ask: Ask) -> MemberView:
    namespace, step = ask.plan.namespace, ask.step
    return MemberView(
        value=f"{namespace}/{step.number}/{reading_of(step)}",
        number=step.number,
        title=step_title(step.title),
        plan=plan_title(ask.plan.title),
        owner=owner_view(step.owner) if step.owner else None,
        href=alone_url(namespace, step.number),
        since=iso(ask.since),
    )
