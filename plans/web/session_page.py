"""What the pages of sessions are drawn from."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from plans.domain.roll import SessionState, state_of
from plans.mirror import roll_call
from plans.mirror.documents import storable
from plans.mirror.reading import sessions as everyone
from plans.security.roles import Role, rights_of, sight_of
from plans.security.text import clean_line
from plans.web.activity_lines import older_lines
from plans.web.activity_page import Filters
from plans.web.handing import is_finished, offered, ticked
from plans.web.held_step import HeldView, held_view
from plans.web.owners import offers
from plans.web.plates import OwnerView, owner_view
from plans.web.plurals import counted
from plans.web.roll import Roll, session_view
from plans.web.session_urls import hand_over_url
from plans.web.times import iso
from plans.wiring import now_ms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import QueryDict

    from plans.domain.rights import Rights, Sight
    from plans.domain.roll import Attendee, HeldStep
    from plans.security.person import BoardRequest
    from plans.web.handing import HandedView

LATEST = 30
"""Lines of its activity on a session's page."""


class Entered(NamedTuple):
    """A hand-over as it was sent: what was refused comes back as it was filled in."""

    steps: frozenset[tuple[str, int]]
    owner: str | None
    """The session that was chosen, empty for Unclaimed; None where nobody was."""
    other: str


class ChoiceView(msgspec.Struct, frozen=True, kw_only=True):
    """A step that can be handed over."""

    step: HeldView
    value: str
    is_chosen: bool
    warning: str


class OfferView(msgspec.Struct, frozen=True, kw_only=True):
    """A session that can get the steps."""

    session: str
    owner: OwnerView
    since: int
    """Since when it is idle (ms)."""
    on: int
    """The step it works on; 0 when it is idle."""
    is_chosen: bool


class SessionPage(msgspec.Struct, frozen=True, kw_only=True):
    """The facts of one session besides its row."""

    name: str
    agent: str
    host: str
    pid: int | None
    started: str
    choices: tuple[ChoiceView, ...]
    is_live: bool
    works: bool
    hand_over_url: str
    may_hand_over: bool
    held: str
    """``3 open steps``."""


def the_roll(sight: Sight) -> Roll:
    """Gather all the sessions: three statements, four where one fell silent with steps in hand."""
    now = now_ms()
    found = roll_call.everybody(sight)
    silent = [one for one in found if state_of(one, now=now) is SessionState.STALE]
    plans = {step.namespace for one in silent for step in one.held}
    return Roll(found, now, roll_call.progress(sight, now=now), roll_call.waiting(plans))


def entered(data: QueryDict) -> Entered:
    """Read a form of steps to hand over, whatever is wrong with it."""
    return Entered(ticked(data), data.get("owner"), data.get("owner_other", ""))


def one_session(
    request: BoardRequest, name: str, *, handed: Sequence[HandedView] = (), entered: Entered | None = None
) -> dict[str, object] | None:
    """Gather one session, None when nobody knows it.

    ``handed`` is what just became of some of its steps, ``entered`` what the form says that was refused.
    """
    name, now = storable(name), now_ms()
    seen = sight_of(request.user)
    attendee = roll_call.attendee(seen, name)
    if attendee is None:
        return None
    attendee = _without(attendee, handed)
    bars = roll_call.progress(seen, now=now, name=name)
    roll = Roll([attendee], now, bars, roll_call.waiting({step.namespace for step in attendee.held}))
    rights = rights_of(request.user)
    allowed = any(rights.may(Role.OPERATOR, step.namespace) for step in attendee.held)
    again = {(one.namespace, one.number): one for one in handed if one.value}
    owner = entered.owner if entered else None
    found = _offers(seen, name, owner=owner) if allowed and attendee.held else ()
    return {
        "row": session_view(roll, attendee),
        "session": _page(attendee, again, rights=rights, entered=entered),
        "offers": found,
        "is_unclaimed": owner == "",
        "other": _typed(entered, found),
        "handed": handed,
        "done": sum(one.is_done for one in handed),
        "confirms": any(one.is_live for one in handed),
        **older_lines(seen, Filters(who=f"session:{name}"), before=None, most=LATEST),
    }


def _without(attendee: Attendee, handed: Sequence[HandedView]) -> Attendee:
    """Leave out what was just handed over: the mirror may not have it yet."""
    gone = {(one.namespace, one.number) for one in handed if not one.value}
    return msgspec.structs.replace(
        attendee, held=tuple(step for step in attendee.held if step.key not in gone)
    )


def _typed(entered: Entered | None, found: Sequence[OfferView]) -> str:
    """Give the session that was typed, or one that was chosen and is not offered any more."""
    if entered is None:
        return ""
    is_offered = any(offer.is_chosen for offer in found)
    return entered.other or ("" if is_offered else entered.owner or "")


def _page(
    attendee: Attendee,
    again: dict[tuple[str, int], HandedView],
    *,
    rights: Rights,
    entered: Entered | None,
) -> SessionPage:
    life = attendee.life
    held = [step for step in attendee.held if step.writable and rights.may(Role.OPERATOR, step.namespace)]
    chosen = entered.steps if entered else {step.key for step in held if not is_finished(step)}
    values = offered(held) | {key: one.value for key, one in again.items()}
    return SessionPage(
        name=clean_line(life.session),
        agent=clean_line(life.agent),
        host=clean_line(life.host),
        pid=life.pid,
        started=iso(life.started or 0),
        choices=tuple(_choice(step, values[step.key], is_chosen=step.key in chosen) for step in held),
        is_live=life.liveness == "live",
        works=any(step.status == "in_progress" for step in held),
        hand_over_url=hand_over_url(life.session),
        may_hand_over=bool(held),
        held=counted(len(attendee.held), "open step"),
    )


def _choice(step: HeldStep, value: str, *, is_chosen: bool) -> ChoiceView:
    warning = ""
    if is_finished(step):
        warning = "Finished, waits for your look: whoever gets it starts again"
    elif step.request is not None and step.status == "blocked":
        warning = "Its request is withdrawn"
    return ChoiceView(step=held_view(step), value=value, is_chosen=is_chosen, warning=warning)


def _offers(sight: Sight, name: str, *, owner: str | None) -> tuple[OfferView, ...]:
    """List who can get the steps: idle sessions, the longest idle first, then those at work."""
    found = offers(everyone(sight), owner=None)
    return tuple(
        OfferView(
            session=offer.session,
            owner=owner_view(offer.session),
            since=offer.since,
            on=offer.task.number if offer.task else 0,
            is_chosen=offer.session == owner,
        )
        for offer in (*found.idle, *found.working)
        if offer.session != name
    )
