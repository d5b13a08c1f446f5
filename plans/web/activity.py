"""What happened, as a list people read: one line an event, runs of reports folded, by day."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from django.utils import dateformat

from plans.domain import history
from plans.domain.actor import Actor
from plans.domain.happening import SAY, VERBS, Happening, happening_of
from plans.security.text import clean_line
from plans.web.addresses import board_url, drawer_url
from plans.web.authors import AuthorView
from plans.web.history_rows import event_view
from plans.web.session_urls import session_url
from plans.web.times import iso
from plans.web.titles import plan_title, step_title

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from plans.domain.revision import Line
    from plans.mirror.activity import Happened

MOST_FOLDED = 30
"""Reports of one line that are sent along with it."""
_DAY = slice(0, 10)
_SAID_BY_THE_DEED = VERBS[Happening.STATUS] | VERBS[Happening.DECISIONS]
"""Whoever reads "claimed" need not be told which status and owner that makes."""


class ReportView(msgspec.Struct, frozen=True, kw_only=True):
    """One of the reports that a line stands for."""

    at: str
    said: str


class LineView(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the activity. Times are ISO 8601."""

    key: str
    at: str
    author: AuthorView
    author_href: str
    deed: str
    """What was done; the step's link follows where there is one."""
    step: str
    """``17 Alert on projection lag``; empty where no single step is meant."""
    step_href: str
    plan: str
    plan_href: str
    changes: tuple[str, ...]
    note: str
    revision: str
    """``482``, or of a folded line ``474–480``."""
    look: str
    """Which sort of thing happened, for the few that carry a mark."""
    folded: tuple[ReportView, ...] = ()
    since: str = ""
    """When the first of a folded line came."""


class DayView(msgspec.Struct, frozen=True, kw_only=True):
    """The lines of one day (UTC; scripts sort them into the viewer's own days)."""

    date: str
    said: str
    lines: tuple[LineView, ...]


type Titles = Mapping[tuple[str, int], str]


def lines_view(happened: Sequence[Happened], titles: Titles) -> tuple[LineView, ...]:
    """Build the lines, newest first; a worker's reports on one step stand where the newest of them was."""
    runs: dict[object, list[Happened]] = {}
    for event in happened:
        runs.setdefault(_run(event), []).append(event)
    return tuple(_line(run, titles) for run in runs.values())


def days_view(lines: Iterable[LineView]) -> tuple[DayView, ...]:
    """Put the lines under their days."""
    days: dict[str, list[LineView]] = {}
    for line in lines:
        days.setdefault(line.at[_DAY], []).append(line)
    return tuple(DayView(date=date, said=_said(date), lines=tuple(found)) for date, found in days.items())


def has_words(line: LineView, words: Iterable[str]) -> bool:
    """Tell whether every word stands in what is shown."""
    parts = (line.author.name, line.deed, line.step, line.plan, line.plan_href, line.note, *line.changes)
    shown = " ".join((*parts, *(report.said for report in line.folded))).casefold()
    return all(word.casefold() in shown for word in words)


def author_url(by: str) -> str:
    """Give the page of a session; empty for others."""
    actor = Actor.parse(by)
    return session_url(actor.name) if actor.is_session else ""


def _run(event: Happened) -> object:
    """Name what an event is folded with: the reports of one worker on one step, on one day."""
    line = event.line
    if line.verb != SAY:
        return event.place
    return (line.by, event.namespace, line.step, iso(line.at)[_DAY])


def _line(run: Sequence[Happened], titles: Titles) -> LineView:
    newest, oldest = run[0], run[-1]
    line = newest.line
    event = event_view(line, line.step)
    step, href = _step(newest, titles)
    many = len(run) > 1
    return LineView(
        key=str(newest.place),
        at=event.at,
        author=event.author,
        author_href=author_url(line.by),
        deed=_deed(run) if step else event.deed,
        step=step,
        step_href=href,
        plan=plan_title(newest.plan_title),
        plan_href=board_url(newest.namespace),
        changes=() if many else _changes(line, event.changes),
        note=event.note,
        revision=f"{oldest.line.rev}–{line.rev}" if many else str(line.rev),
        look=happening_of(line.verb) or "",
        folded=tuple(_report(one) for one in run[:MOST_FOLDED]) if many else (),
        since=iso(oldest.line.at) if many else "",
    )


def _changes(line: Line, changes: tuple[str, ...]) -> tuple[str, ...]:
    if line.verb in _SAID_BY_THE_DEED:
        return ()
    values = line.set.get(str(line.step)) or {}
    if line.verb != "reassign" or "owner" not in values:
        return changes
    owner = values["owner"]
    return (f"to {clean_line(owner)}" if isinstance(owner, str) else "to nobody",)


def _deed(run: Sequence[Happened]) -> str:
    words = clean_line(history.step_words(run[0].line))
    return f"{words.removesuffix(' on')} {len(run)} times on" if len(run) > 1 else words


def _said(date: str) -> str:
    day = dateformat.format(datetime.fromisoformat(date), "l, j F Y")
    return f"{day} (UTC)"


def _report(event: Happened) -> ReportView:
    view = event_view(event.line, event.line.step)
    return ReportView(at=view.at, said="; ".join(view.changes) or view.deed)


def _step(event: Happened, titles: Titles) -> tuple[str, str]:
    number = event.line.step
    if number is None or not history.step_words(event.line):
        return "", ""
    title = titles.get((event.namespace, number))
    if title is None:
        return f"step {number}", ""
    return f"{number} {step_title(title)}", drawer_url(event.namespace, number)
