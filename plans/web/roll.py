"""The list of sessions: one row each, those that need a person first."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from plans.domain.roll import SessionState, behind, state_of
from plans.security.text import clean_line
from plans.web.held_step import HeldView, held_view
from plans.web.plates import OwnerView, owner_view
from plans.web.plurals import counted
from plans.web.pulse import PulseView, pulse_view
from plans.web.session_urls import last_hour_url, session_url, sessions_url
from plans.web.times import iso

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from plans.domain.roll import Attendee

type Bars = Mapping[str, Mapping[int, int]]
type Needs = Mapping[tuple[str, int], Iterable[int]]

AT_ONCE = 50
"""Rows that are sent at first; each "Show more" brings as many again."""
_NEEDY = frozenset({SessionState.STALE, SessionState.ASKING, SessionState.BLOCKED})
"""Rows that come in between those that are there: somebody has to look at them now."""
_SAID = {
    SessionState.STALE: "No heartbeat",
    SessionState.ASKING: "Waits for you",
    SessionState.BLOCKED: "Blocked",
    SessionState.STUCK: "No progress ",
    SessionState.WORKING: "Working",
    SessionState.IDLE: "Idle",
    SessionState.QUIET: "Quiet",
    SessionState.ENDED: "Ended",
}
_LOOKS = {SessionState.STUCK: "working", SessionState.QUIET: "idle", SessionState.ENDED: "gone"}
_CHIPS = {
    "working": (SessionState.WORKING, SessionState.STUCK),
    "asking": (SessionState.ASKING,),
    "blocked": (SessionState.BLOCKED,),
    "idle": (SessionState.IDLE,),
    "stale": (SessionState.STALE,),
    "quiet": (SessionState.QUIET,),
    "ended": (SessionState.ENDED,),
}
_SELDOM = frozenset({"quiet", "ended"})
"""Choices that are offered where there are such sessions; the others keep their places."""
_ORDER = tuple(SessionState)


class NoteView(msgspec.Struct, frozen=True, kw_only=True):
    """What a silent session leaves behind."""

    text: str
    """Follows its name."""
    last_words: str
    href: str
    """What it did last."""


class SessionView(msgspec.Struct, frozen=True, kw_only=True):
    """One row. Times are ISO 8601, empty where there is none."""

    dom_id: str
    owner: OwnerView
    href: str
    state: SessionState
    said: str
    look: str
    step: HeldView | None
    more: int
    """Open steps besides."""
    progress_at: str
    beat_at: str
    pulse: PulseView
    note: NoteView | None

    @property
    def is_stale(self) -> bool:
        return self.state is SessionState.STALE

    @property
    def is_stuck(self) -> bool:
        return self.state is SessionState.STUCK

    @property
    def is_ended(self) -> bool:
        return self.state is SessionState.ENDED


class ChipView(msgspec.Struct, frozen=True, kw_only=True):
    """A choice of what is shown."""

    label: str
    count: int
    href: str
    is_current: bool


class RollView(msgspec.Struct, frozen=True, kw_only=True):
    """The whole page."""

    said: str
    chips: tuple[ChipView, ...]
    rows: tuple[SessionView, ...]
    hidden: int
    """Rows that are not sent yet."""
    more_href: str
    query: str
    show: str
    total: int


class Roll(NamedTuple):
    """What the page is made of."""

    sessions: Sequence[Attendee]
    now: int
    bars: Bars = MappingProxyType({})
    """Each session's changes by minute."""
    needs: Needs = MappingProxyType({})
    """What the steps need that may wait behind a silent session."""


def roll_view(
    roll: Roll, *, query: str = "", show: str = "", more: int = 0, keep: Collection[str] = ()
) -> RollView:
    """Build the page of all sessions; ``show`` is one of the chips, ``keep`` names rows that are there."""
    judged = [(state_of(attendee, now=roll.now), attendee) for attendee in roll.sessions]
    found = [pair for pair in judged if _has_words(pair[1], query)]
    wanted = _CHIPS.get(show)
    listed = sorted((pair for pair in found if not wanted or pair[0] in wanted), key=_place)
    sent = _sent(listed, AT_ONCE * (more + 1), keep)
    return RollView(
        said=_sentence(judged),
        chips=tuple(_chips(Counter(state for state, _ in found), query=query, show=show)),
        rows=tuple(session_view(roll, attendee, state=state) for state, attendee in sent),
        hidden=len(listed) - len(sent),
        more_href=sessions_url(show=show, q=query, more=str(more + 1)),
        query=query,
        show=show if wanted else "",
        total=len(judged),
    )


def _sent(
    listed: Sequence[tuple[SessionState, Attendee]], limit: int, keep: Collection[str]
) -> list[tuple[SessionState, Attendee]]:
    """Choose the rows: the first ones, or those that are there already and whoever needs a person now.

    Of many at work some are idle for a moment all the time: a list that followed would never hold still.
    """
    if not keep:
        return list(listed[:limit])
    chosen = {
        at for at, (state, attendee) in enumerate(listed) if state in _NEEDY or _dom_id(attendee) in keep
    }
    chosen.update([at for at in range(len(listed)) if at not in chosen][: max(0, limit - len(chosen))])
    return [listed[at] for at in sorted(chosen)]


def _dom_id(attendee: Attendee) -> str:
    return f"session-{sha256(attendee.life.session.encode('utf-8', 'replace')).hexdigest()[:16]}"


def session_view(roll: Roll, attendee: Attendee, *, state: SessionState | None = None) -> SessionView:
    """Build one row."""
    life = attendee.life
    state = state or state_of(attendee, now=roll.now)
    now_on = attendee.now_on
    return SessionView(
        dom_id=_dom_id(attendee),
        owner=owner_view(life.session),
        href=session_url(life.session),
        state=state,
        said=_SAID[state],
        look=_LOOKS.get(state, state),
        step=held_view(now_on) if now_on else None,
        more=len(attendee.held) - 1 if now_on else 0,
        progress_at=iso(life.progress_at or 0),
        beat_at=iso(life.beat_at or 0),
        pulse=pulse_view(life, roll.bars.get(life.session, {}), now=roll.now),
        note=_note(roll, attendee) if state is SessionState.STALE else None,
    )


def _note(roll: Roll, attendee: Attendee) -> NoteView:
    waits = behind(attendee.held, roll.needs)
    text = f"holds {counted(len(attendee.held), 'step')}"
    if waits:
        text += f" and {counted(waits, 'step waits', many='steps wait')} behind it"
    now_on = attendee.now_on
    words = clean_line((now_on.active_form if now_on else "") or "")
    life = attendee.life
    href = last_hour_url(life.session, life.progress_at) if life.progress_at else ""
    return NoteView(text=f"{text}.", last_words=words, href=href)


def _sentence(judged: Sequence[tuple[SessionState, Attendee]]) -> str:
    here = [attendee for state, attendee in judged if state is not SessionState.ENDED]
    plans = {step.namespace for attendee in here for step in attendee.held}
    states = Counter(state for state, _ in judged)
    parts = [f"{counted(len(here), 'session')} in {counted(len(plans), 'plan')}"]
    if asking := states[SessionState.ASKING]:
        parts.append(f"{counted(asking, 'waits', many='wait')} for you")
    if stale := states[SessionState.STALE]:
        parts.append(f"{stale} without a heartbeat")
    return ", ".join(parts)


def _chips(states: Counter[SessionState], *, query: str, show: str) -> Iterable[ChipView]:
    total = states.total()
    yield ChipView(label="All", count=total, href=sessions_url(q=query), is_current=show not in _CHIPS)
    for key, wanted in _CHIPS.items():
        count = sum(states[state] for state in wanted)
        if count or key not in _SELDOM or key == show:
            label = _SAID[wanted[0]]
            href = sessions_url(show=key, q=query)
            yield ChipView(label=label, count=count, href=href, is_current=key == show)


def _place(pair: tuple[SessionState, Attendee]) -> tuple[int, int, str]:
    """Keep a row's place while its state lasts; the ended ones come by when they ended."""
    state, attendee = pair
    ended = -attendee.last_sign if state is SessionState.ENDED else 0
    return (_ORDER.index(state), ended, attendee.life.session)


def _has_words(attendee: Attendee, query: str) -> bool:
    life, now_on = attendee.life, attendee.now_on
    said = [life.session, life.agent, life.host]
    said += [now_on.title, now_on.plan_title, now_on.namespace] if now_on else []
    text = " ".join(said).casefold()
    return all(word in text for word in query.casefold().split())
