"""The queue of "Needs you" as its template sees it: one row an entry, or one for many that ask the same."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import msgspec

from plans.domain.queue import Reason
from plans.security.text import clean_line
from plans.web.addresses import step_url, verb_url
from plans.web.asking import reading_of
from plans.web.need_urls import NEEDS, need_url, need_verb_url
from plans.web.need_words import answer_to, plans_of, question_of, what_it_holds
from plans.web.plates import OwnerView, owner_view
from plans.web.times import iso
from plans.web.titles import UNTITLED_STEP, plan_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plans.domain.queue import Ask
    from plans.web.need_urls import Key
    from plans.web.queueing import Aside, Queue

_LOOKS = {
    Reason.PROBLEM: ("blocked", "blocked"),
    Reason.FAILED: ("blocked", "failed"),
    Reason.STALE: ("running", "no heartbeat"),
    Reason.GATE: ("asking", "gate, waits for a person"),
    Reason.REVIEW: ("asking", "awaiting review"),
    Reason.INPUT: ("asking", "awaiting an answer"),
    Reason.HOLD: ("asking", "on hold"),
    Reason.APPROVAL: ("asking", "awaiting approval"),
    Reason.MENTION: ("asking", "mentions you"),
    Reason.FORGED: ("asking", "forged approval"),
}
_SHOWN = {
    "asks": {*Reason} - {Reason.PROBLEM, Reason.FAILED, Reason.STALE},
    "blocked": {Reason.PROBLEM, Reason.FAILED},
    "stale": {Reason.STALE},
}
_CHIPS = {"": "All", "asks": "Asks", "blocked": "Blocked", "stale": "Stale"}
SNOOZED = "snoozed"
MOST_ROWS = 100
"""Rows that are shown at once; the next come up as these are dealt with."""


class ChipView(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the queue that can be shown alone."""

    name: str
    count: int
    href: str
    is_current: bool


class NeedView(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the queue."""

    key: str
    namespace: str
    number: int
    revision: int
    reading: str
    """Names what is decided on, in forms."""
    reason: str
    risk: str
    look: str
    said: str
    title: str
    is_untitled: bool
    plan: str
    line: str
    """What it holds up, or what is wrong, behind the plan's title."""
    since: str
    owner: OwnerView | None
    href: str
    fragment: str
    answer: str
    """``decide``, ``reply``, ``retry`` or ``reassign``; empty where the viewer may do nothing."""
    yes: str
    no: str
    approve_url: str
    reject_url: str
    retry_url: str
    snooze_url: str
    wake_url: str
    back: str
    """What brings a snoozed one back: a time, or "step 9"; empty for others."""
    back_at: str
    alike: int
    """How many ask the same thing; 1 for most."""
    is_current: bool


class QueueView(msgspec.Struct, frozen=True, kw_only=True):
    """The left half of the page."""

    rows: tuple[NeedView, ...]
    more: int
    """Rows behind those that are shown."""
    chips: tuple[ChipView, ...]
    count: int
    oldest: str
    live: int
    moving: int
    show: str

    @property
    def current(self) -> NeedView | None:
        """Give the row whose step is open."""
        return next((row for row in self.rows if row.is_current), None)


def queue_view(found: Queue, *, show: str = "", current: Key | None = None) -> QueueView:
    """Build the queue; ``show`` is a chip's word, ``current`` the step that is open, else the first."""
    shown = [ask for ask in found.asks if show not in _SHOWN or ask.reason in _SHOWN[show]]
    entries: list[tuple[Sequence[Ask], Aside | None]] = [(group, None) for group in found.groups(shown)]
    if show == SNOOZED:
        entries = [((entry.ask,), entry) for entry in found.aside]
    current = current or next((group[0].key for group, _ in entries), None)
    return QueueView(
        rows=tuple(
            row_view(group, entry=entry, current=current, allowed=found.may_decide(group[0]), show=show)
            for group, entry in entries[:MOST_ROWS]
        ),
        more=max(0, len(entries) - MOST_ROWS),
        chips=tuple(_chips(found, show)),
        count=len(found.asks),
        oldest=iso(min((ask.since for ask in found.asks), default=0)),
        live=found.crowd.live,
        moving=found.crowd.moving,
        show=show if show in _SHOWN or show == SNOOZED else "",
    )


def row_view(
    group: Sequence[Ask],
    *,
    entry: Aside | None = None,
    current: Key | None = None,
    allowed: bool,
    show: str = "",
) -> NeedView:
    """Build a row of one entry, or of several that ask the same and are shown by their first."""
    ask = group[0]
    step, namespace = ask.step, ask.plan.namespace
    look, said = _LOOKS[ask.reason]
    title = clean_line(step.title).strip()
    many = len(group) > 1
    yes, no = ("Go", "No-go") if ask.reason is Reason.GATE else ("Approve", "Reject")
    return NeedView(
        key=f"{namespace}/{step.number}",
        namespace=namespace,
        number=step.number,
        revision=step.revision,
        reading=reading_of(step),
        reason=ask.reason,
        risk=step.risk,
        look=look,
        said=said,
        title=f"{len(group)} ask the same thing" if many else title or UNTITLED_STEP,
        is_untitled=not title and not many,
        plan=plans_of(group) if many else plan_title(ask.plan.title),
        line=question_of(ask) if many else what_it_holds(ask),
        since=iso(min(one.since for one in group)),
        owner=owner_view(step.owner) if step.owner and not many else None,
        href=need_url(namespace, step.number) + (f"?{urlencode({'show': show})}" if show else ""),
        fragment=step_url(namespace, step.number),
        answer=answer_to(ask) if allowed and ask.plan.writable and not many else "",
        yes=yes,
        no=no,
        approve_url=verb_url(namespace, step.number, "approve"),
        reject_url=verb_url(namespace, step.number, "reject"),
        retry_url=verb_url(namespace, step.number, "retry"),
        snooze_url=need_verb_url(namespace, step.number, "snooze"),
        wake_url=need_verb_url(namespace, step.number, "wake"),
        back=f"step {entry.snoozed.until_step}" if entry and entry.snoozed.until_step else "",
        back_at=iso(entry.snoozed.until or 0) if entry else "",
        alike=len(group),
        is_current=current in {one.key for one in group},
    )


def _chips(found: Queue, show: str) -> list[ChipView]:
    counts = {word: sum(ask.reason in reasons for ask in found.asks) for word, reasons in _SHOWN.items()}
    counts[""] = len(found.asks)
    words = _CHIPS | ({SNOOZED: "Snoozed"} if found.aside or show == SNOOZED else {})
    counts[SNOOZED] = len(found.aside)
    return [
        ChipView(
            name=name,
            count=counts[word],
            href=f"{NEEDS}?show={word}" if word else NEEDS,
            is_current=word == show or (not word and show not in words),
        )
        for word, name in words.items()
        if counts[word] or word in {"", show}
    ]
