"""The table of a plan as its template sees it: the facts of the track for those who want no drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from plans.domain.chain import longest_chain
from plans.domain.step import Status
from plans.security.text import clean_line
from plans.web.addresses import as_seen, step_url, table_url
from plans.web.looks import look_of
from plans.web.matching import matching_steps
from plans.web.plates import OwnerView, owner_view
from plans.web.sorting import COLUMNS, USUAL, Facts, Way, sorted_numbers, way
from plans.web.times import iso
from plans.web.titles import UNTITLED_STEP, title_in

if TYPE_CHECKING:
    from collections.abc import Collection

    from plans.domain.picture import Picture

WINDOW = 200
"""Rows that are shown at first, and that each further look adds."""
_MOST_LINKS = 4


class StepLink(msgspec.Struct, frozen=True, kw_only=True):
    """Another step, by its number."""

    number: int
    title: str
    href: str
    fragment: str


class RowView(msgspec.Struct, frozen=True, kw_only=True):
    """One step."""

    number: int
    title: str
    is_untitled: bool
    href: str
    fragment: str
    look: str
    said: str
    owner: OwnerView | None
    phase: str
    waits_on: tuple[StepLink, ...]
    waits_more: int
    """How many more it waits on than are listed."""
    holds_up: int
    progress: str
    since: str
    revision: int
    is_on_chain: bool
    """Part of the longest chain left."""
    is_chosen: bool


class HeadCell(msgspec.Struct, frozen=True, kw_only=True):
    """The head of a column, and where the table is sorted by it."""

    name: str
    href: str
    way: Way
    is_wide_only: bool


class TableView(msgspec.Struct, frozen=True, kw_only=True):
    """The whole table."""

    columns: tuple[HeadCell, ...]
    rows: tuple[RowView, ...]
    matching: int
    steps: int
    more_href: str
    """Where more rows are shown; empty where all are."""
    chain: int
    chain_end: str


class Asked(NamedTuple):
    """What the page's address asks for."""

    query: str = ""
    sort: str = ""
    size: int = WINDOW
    chosen: int = 0


def table_view(picture: Picture, asked: Asked) -> TableView:
    """List the steps."""
    facts = Facts(picture)
    numbers = sorted_numbers(facts, matching_steps(picture, asked.query), asked.sort)
    chain = longest_chain(picture.plan)
    shown = numbers[: asked.size]
    wider = asked._replace(size=asked.size + WINDOW)
    return TableView(
        columns=tuple(_head(picture, key, asked) for key in COLUMNS),
        rows=tuple(_row(facts, number, asked=asked, chain=set(chain)) for number in shown),
        matching=len(numbers),
        steps=len(picture.plan.steps),
        more_href=_url(picture, wider) if len(shown) < len(numbers) else "",
        chain=len(chain),
        chain_end=title_in(picture.plan, chain[-1]) if chain else "",
    )


def _head(picture: Picture, key: str, asked: Asked) -> HeadCell:
    column, now = COLUMNS[key], way(asked.sort, key)
    sort = f"-{key}" if now == "ascending" else key
    return HeadCell(
        name=column.name,
        href=_url(picture, asked._replace(sort="" if sort == USUAL else sort)),
        way=now,
        is_wide_only=column.is_wide_only,
    )


def _row(facts: Facts, number: int, *, asked: Asked, chain: Collection[int]) -> RowView:
    picture = facts.picture
    step = picture.plan.step(number)
    look, said = look_of(step, picture.standings[number])
    title = clean_line(step.title).strip()
    waits = facts.waits_on(step)
    return RowView(
        number=number,
        title=title or UNTITLED_STEP,
        is_untitled=not title,
        href=_url(picture, asked._replace(chosen=number)),
        fragment=_fragment(picture, number),
        look=look,
        said=said[:1].upper() + said[1:],
        owner=owner_view(step.owner) if step.owner else None,
        phase=clean_line(step.phase),
        waits_on=tuple(_link(picture, need, asked) for need in waits[:_MOST_LINKS]),
        waits_more=max(0, len(waits) - _MOST_LINKS),
        holds_up=facts.holds_up(step),
        progress=_progress(facts, number),
        since=iso(facts.since(step, look)),
        revision=step.revision,
        is_on_chain=number in chain,
        is_chosen=number == asked.chosen,
    )


def _progress(facts: Facts, number: int) -> str:
    step = facts.picture.plan.step(number)
    is_told = step.progress is not None and step.progress.total > 0 and step.status is Status.IN_PROGRESS
    return f"{step.progress.done}/{step.progress.total}" if is_told and step.progress else ""


def _link(picture: Picture, number: int, asked: Asked) -> StepLink:
    known = picture.plan.has_step(number)
    return StepLink(
        number=number,
        title=title_in(picture.plan, number),
        href=_url(picture, asked._replace(chosen=number)) if known else "",
        fragment=_fragment(picture, number) if known else "",
    )


def _fragment(picture: Picture, number: int) -> str:
    return as_seen(picture, step_url(picture.plan.namespace, number))


def _url(picture: Picture, asked: Asked) -> str:
    """Address the same table asked for otherwise."""
    show = asked.size if asked.size > WINDOW else 0
    asked_for = {"q": asked.query, "sort": asked.sort, "show": show, "step": asked.chosen}
    return as_seen(picture, table_url(picture.plan.namespace, **asked_for))
