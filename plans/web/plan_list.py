"""The list of all plans, in groups: which of them are shown, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import msgspec

from plans.domain.plan import PlanState
from plans.domain.problem import Trouble
from plans.security.text import clean_line
from plans.web.addresses import PLANS, board_url, plan_verb_url
from plans.web.list_tracks import TrackView, tracks
from plans.web.plates import OwnerView
from plans.web.seen_plans import needs_told
from plans.web.times import iso
from plans.web.titles import UNTITLED_PLAN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from plans.web.seen_plans import SeenPlan

MOST_PLATES: Final = 3
_CLOSED: Final = (PlanState.DONE, PlanState.ABORTED)
_SHOWS: Final[Mapping[str, tuple[str, Callable[[SeenPlan], bool]]]] = {
    "": ("All", lambda row: not row.archived),
    "active": ("Active", lambda row: not row.archived and row.state not in _CLOSED),
    "needs": ("Need you", lambda row: not row.archived and row.needs > 0),
    "finished": ("Finished", lambda row: not row.archived and row.state in _CLOSED),
    "archived": ("Archived", lambda row: row.archived),
}
_SORTS: Final[Mapping[str, tuple[str, Callable[[SeenPlan], tuple[int, str]]]]] = {
    "": ("Name", lambda row: (0, row.namespace)),
    "changed": ("Last change", lambda row: (-row.updated_at, row.namespace)),
    "needs": ("Needs you", lambda row: (-row.needs, row.namespace)),
}


class ListRow(msgspec.Struct, frozen=True, kw_only=True):
    """One plan of the list."""

    namespace: str
    href: str
    menu: str
    title: str
    is_untitled: bool
    status: str
    said: str
    done: int
    total: int
    """Steps that were not cancelled."""
    needs: int
    track: TrackView
    plates: tuple[OwnerView, ...]
    owners: int
    more_plates: int
    at: str
    problem: str
    state: str


class ListGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Plans that share a group."""

    name: str
    rows: tuple[ListRow, ...]
    needs: int


class ChoiceView(msgspec.Struct, frozen=True, kw_only=True):
    """One way to look at the list."""

    name: str
    href: str
    is_current: bool
    count: int


class ListView(msgspec.Struct, frozen=True, kw_only=True):
    """The list as it was asked for, and the ways to look at it."""

    groups: tuple[ListGroup, ...]
    shows: tuple[ChoiceView, ...]
    sorts: tuple[ChoiceView, ...]
    plans: int
    """Plans of the board that are not archived, whatever is shown."""
    group_count: int
    needs: int
    is_first_run: bool
    show: str
    sort: str
    shown_name: str


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """How somebody wants to see the list."""

    query: str = ""
    show: str = ""
    sort: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Asked:
        """Read an address's query; what is not known is passed over."""
        show, sort = given.get("show", ""), given.get("sort", "")
        return cls(
            query=given.get("q", ""),
            show=show if show in _SHOWS else "",
            sort=sort if sort in _SORTS else "",
        )

    def href(self, **other: str) -> str:
        """Give the address that differs from this one in some way."""
        words = {"q": self.query, "show": self.show, "sort": self.sort} | other
        query = urlencode({name: word for name, word in words.items() if word})
        return f"{PLANS}?{query}" if query else PLANS


def list_view(rows: Sequence[SeenPlan], asked: Asked) -> ListView:
    """Build the list of those plans that were asked for."""
    kept = [row for row in rows if not row.archived]
    matching = [row for row in rows if _matches(row, asked.query)]
    shown = sorted(filter(_SHOWS[asked.show][1], matching), key=_SORTS[asked.sort][1])
    groups: dict[str, list[SeenPlan]] = {}
    for row in shown:
        groups.setdefault(clean_line(row.group), []).append(row)
    ordered = groups.items() if asked.sort else sorted(groups.items())
    drawn = tracks(shown)
    return ListView(
        groups=tuple(_group(name, found, drawn) for name, found in ordered),
        shows=tuple(_shows(matching, asked)),
        sorts=tuple(
            ChoiceView(name=name, href=asked.href(sort=word), is_current=word == asked.sort, count=0)
            for word, (name, _) in _SORTS.items()
        ),
        plans=len(kept),
        group_count=len({row.group for row in kept}),
        needs=needs_told(kept),
        is_first_run=not rows,
        show=asked.show,
        sort=asked.sort,
        shown_name=_SHOWS[asked.show][0].lower(),
    )


def _matches(row: SeenPlan, query: str) -> bool:
    """Tell whether a plan's name or title holds every word."""
    text = f"{row.namespace} {row.title}".casefold()
    return all(word in text for word in query.casefold().split())


def _shows(rows: Sequence[SeenPlan], asked: Asked) -> Iterable[ChoiceView]:
    """Offer what there is something of, and what is chosen."""
    for word, (name, is_shown) in _SHOWS.items():
        count = sum(map(is_shown, rows))
        if count or word in {"", asked.show}:
            yield ChoiceView(
                name=name, href=asked.href(show=word), is_current=word == asked.show, count=count
            )


def _group(name: str, rows: Sequence[SeenPlan], drawn: Mapping[str, TrackView]) -> ListGroup:
    return ListGroup(
        name=name,
        rows=tuple(_row(row, drawn[row.namespace]) for row in rows),
        needs=needs_told(rows),
    )


def _row(row: SeenPlan, track: TrackView) -> ListRow:
    title = clean_line(row.title).strip()
    return ListRow(
        namespace=row.namespace,
        href=board_url(row.namespace),
        menu=plan_verb_url(row.namespace, "actions"),
        title=title or UNTITLED_PLAN,
        is_untitled=not title,
        status=clean_line(row.status),
        said=_said(row, track),
        done=row.done - row.cancelled,
        total=row.total - row.cancelled,
        needs=row.needs,
        track=track,
        plates=track.owners[:MOST_PLATES],
        owners=len(track.owners),
        more_plates=max(0, len(track.owners) - MOST_PLATES),
        at=iso(row.updated_at),
        problem=row.problem.kind if row.problem else "",
        state=_state(row),
    )


def _said(row: SeenPlan, track: TrackView) -> str:
    if row.problem is not None and row.problem.kind == Trouble.NOT_COPIED:
        return f"The board cannot show what is new; showing rev {row.revision}"
    if row.problem is not None:
        return f"{row.problem.file or 'plan.json'} could not be read; showing rev {row.revision}"
    if not row.total:
        return "No steps yet"
    if row.state is PlanState.DONE:
        return "Every step was cancelled" if row.cancelled == row.total else "Finished"
    return track.said


def _state(row: SeenPlan) -> str:
    """Name what is worth a word beside the track."""
    if row.archived:
        return "Archived"
    if row.total and row.cancelled == row.total:
        return "Cancelled"
    return {PlanState.DRAFT: "Draft", PlanState.ABORTED: "Aborted"}.get(row.state, "")
