"""Bars of a timeline: each session's tenures, placed so that none hides another."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from plans.domain.tenure import Ending
from plans.web.addresses import as_seen, step_url
from plans.web.looks import look_of
from plans.web.plates import OwnerView, owner_view
from plans.web.spans import SPANS, Extent, closer, lasting
from plans.web.titles import REMOVED_STEP, step_title

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from plans.domain.picture import Picture
    from plans.domain.plan import Plan
    from plans.domain.tenure import Mark, Tenure
    from plans.web.spans import Window

NOBODY = "No session named"
SLIM = 2.6
"""Percent of the width that a bar has at least, so that it can be pressed: 24 px where it is narrowest."""
_TIGHT = 4.6
"""Percent below which a bar has room for its number only."""
_LETTER = 0.7
"""Percent that a letter takes where the sheet is narrowest."""
_BAR, _GAP, _PADDING = 2.0625, 0.3, 0.6875
"""Heights in rem."""
_LOOKS = {Ending.COMPLETED: "done", Ending.FAILED: "blocked"}
_SAID = {Ending.COMPLETED: "done"}
_GRAVEST = ("asking", "blocked", "running", "left", "done")


class WaitView(NamedTuple):
    """A stretch of a bar in which its step waited for a person, in percent of the sheet."""

    x: float
    width: float


class BarView(msgspec.Struct, frozen=True, kw_only=True):
    """One tenure, or several that are too short to be told apart; in percent and rem."""

    id: str
    number: int
    count: int
    """How many tenures it stands for."""
    text: str
    """As much of the title as there is room for."""
    said: str
    look: str
    """``done``, ``running``, ``asking``, ``blocked``, ``left`` (it ended otherwise) or ``later``."""
    x: float
    width: float
    y: float
    waits: tuple[WaitView, ...]
    href: str
    fragment: str


class RowView(msgspec.Struct, frozen=True, kw_only=True):
    """One session and what it had; the height is in rem."""

    owner: OwnerView | None
    name: str
    height: float
    bars: tuple[BarView, ...]


class Sheet(NamedTuple):
    """What is drawn: the plan at a revision, the newest words for later steps, and which stretch of time."""

    picture: Picture
    newest: Plan
    now: Mark
    end: int
    """The plan's last moment (ms): what is not over lasts until then."""
    window: Window
    address: Callable[[str, int], str]
    """Where the same is shown closer: a span and a moment that is in it (ms)."""
    opened: Callable[[int], str]
    """Where the same is shown with a step open beside it."""


class _Spot(NamedTuple):
    """A bar on its way to its place."""

    tenures: tuple[Tenure, ...]
    look: str
    extent: Extent
    x: float
    width: float


def rows(sheet: Sheet, tenures: Iterable[Tenure], *, wanted: Collection[int] | None) -> list[RowView]:
    """Give a row for each session that is seen, the first at work first; nobody comes last.

    ``wanted`` names the steps that the filter keeps; None: all.
    """
    found: dict[str, list[_Spot]] = {}
    for tenure in tenures:
        spot = _spot(sheet, tenure) if wanted is None or tenure.step in wanted else None
        if spot is not None:
            found.setdefault(tenure.session, []).append(spot)
    order = sorted(found, key=lambda session: (not session, found[session][0].extent.start))
    return [_row(sheet, session, _merged(sheet, found[session])) for session in order]


def extent_of(sheet: Sheet, tenure: Tenure) -> Extent:
    """Tell from when to when a tenure is drawn: up to what is looked at, or all of a later one."""
    end = tenure.end.at if tenure.end else sheet.end
    if tenure.start.rev <= sheet.now.rev and (tenure.end is None or tenure.end.rev > sheet.now.rev):
        end = sheet.now.at
    return Extent(tenure.start.at, max(end, tenure.start.at))


def _spot(sheet: Sheet, tenure: Tenure) -> _Spot | None:
    extent, window = extent_of(sheet, tenure), sheet.window
    if not window.shows(extent):
        return None
    x, end = window.at(extent.start), window.at(extent.end)
    return _Spot((tenure,), _look(sheet, tenure)[0], extent, x, round(end - x, 2))


def _look(sheet: Sheet, tenure: Tenure) -> tuple[str, str]:
    """Name a tenure's look as of what is looked at, and say it."""
    if tenure.start.rev > sheet.now.rev:
        return "later", f"later than rev {sheet.now.rev}"
    if tenure.end is not None and tenure.end.rev <= sheet.now.rev:
        ending = tenure.ending or Ending.GIVEN_BACK
        return _LOOKS.get(ending, "left"), _SAID.get(ending, str(ending))
    if not sheet.picture.plan.has_step(tenure.step):
        return "running", "in progress"
    return look_of(sheet.picture.plan.step(tenure.step), sheet.picture.standings[tenure.step])


def _merged(sheet: Sheet, spots: Sequence[_Spot]) -> list[_Spot]:
    """Let short turns that would overlap stand for each other: a busy session stays a few lanes high."""
    if sheet.window.end - sheet.window.start <= min(SPANS.values()):
        return list(spots)
    found: list[_Spot] = []
    for spot in spots:
        if found and _are_one(found[-1], spot):
            found[-1] = _both(found[-1], spot)
        else:
            found.append(spot)
    return found


def _are_one(last: _Spot, spot: _Spot) -> bool:
    slim = spot.width < SLIM and (last.width < SLIM or len(last.tenures) > 1)
    return (
        slim and spot.x < last.x + max(last.width, SLIM) and (last.look == "later") is (spot.look == "later")
    )


def _both(last: _Spot, spot: _Spot) -> _Spot:
    extent = Extent(last.extent.start, max(last.extent.end, spot.extent.end))
    width = round(max(last.width, spot.x + spot.width - last.x), 2)
    look = min(last.look, spot.look, key=_gravity)
    return _Spot((*last.tenures, *spot.tenures), look, extent, last.x, width)


def _gravity(look: str) -> int:
    return _GRAVEST.index(look) if look in _GRAVEST else len(_GRAVEST)


def _row(sheet: Sheet, session: str, spots: Sequence[_Spot]) -> RowView:
    ends: list[float] = []
    bars: list[BarView] = []
    for spot in spots:
        lane = next((at for at, end in enumerate(ends) if end <= spot.x), len(ends))
        ends[lane : lane + 1] = [spot.x + max(spot.width, SLIM)]
        y = _PADDING + lane * (_BAR + _GAP)
        bars.append(_bar(sheet, spot, y=round(y, 4)))
    height = 2 * _PADDING + len(ends) * _BAR + (len(ends) - 1) * _GAP
    owner = owner_view(session) if session else None
    name = owner.name if owner else NOBODY
    return RowView(owner=owner, name=name, height=round(height, 4), bars=tuple(bars))


def _bar(sheet: Sheet, spot: _Spot, *, y: float) -> BarView:
    tenure = spot.tenures[0]
    is_one = len(spot.tenures) == 1
    title = _title(sheet, tenure.step)
    width = max(spot.width, SLIM)
    return BarView(
        id=f"bar-{tenure.step}-{tenure.start.rev}",
        number=tenure.step,
        count=len(spot.tenures),
        text=_fitted(title, width, tenure.step) if is_one else "",
        said=_said(sheet, spot, title),
        look=spot.look,
        x=min(spot.x, round(100 - SLIM, 2)),
        width=width,
        y=y,
        waits=tuple(_waits(sheet, tenure)) if is_one else (),
        href=sheet.opened(tenure.step) if is_one else _closer(sheet, spot),
        fragment=as_seen(sheet.picture, step_url(sheet.picture.plan.namespace, tenure.step))
        if is_one
        else "",
    )


def _closer(sheet: Sheet, spot: _Spot) -> str:
    middle = (spot.extent.start + spot.extent.end) // 2
    return sheet.address(closer(spot.extent, sheet.window), middle)


def _waits(sheet: Sheet, tenure: Tenure) -> Iterable[WaitView]:
    """Give the waits that are over by what is looked at: one that goes on is the look of the whole bar."""
    for wait in tenure.waits:
        if wait.end is not None and wait.end.rev <= sheet.now.rev:
            x = sheet.window.at(wait.start.at)
            yield WaitView(x, round(sheet.window.at(wait.end.at) - x, 2))


def _title(sheet: Sheet, number: int) -> str:
    """Name a step as it was called at what is looked at, or is called where it came later."""
    for plan in (sheet.picture.plan, sheet.newest):
        if plan.has_step(number):
            return step_title(plan.step(number).title)
    return REMOVED_STEP


def _fitted(title: str, width: float, number: int) -> str:
    room = int((width - 1.6) / _LETTER) - len(str(number)) - 1
    if width < _TIGHT or room < 2:  # noqa: PLR2004 - one letter and dots say nothing
        return ""
    return title if len(title) <= room else f"{title[: room - 1].rstrip()}…"


def _said(sheet: Sheet, spot: _Spot, title: str) -> str:
    took = lasting(spot.extent.end - spot.extent.start)
    if len(spot.tenures) > 1:
        numbers = ", ".join(str(number) for number in dict.fromkeys(each.step for each in spot.tenures))
        return f"{len(spot.tenures)} short turns in {took}: step {numbers}"
    tenure = spot.tenures[0]
    said = f"Step {tenure.step}, {title}, {_look(sheet, tenure)[1]}"
    if spot.look == "later":
        return said
    waited = sum(
        wait.end.at - wait.start.at for wait in tenure.waits if wait.end and wait.end.rev <= sheet.now.rev
    )
    return f"{said}, {took}" + (f", of which {lasting(waited)} waiting for a person" if waited else "")
