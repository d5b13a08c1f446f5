"""What each page's template is given, in one place; the views fill it and the templates show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.domain.picture import after
from plans.web.board import board_view
from plans.web.cards import card_view
from plans.web.drawer import drawer_view
from plans.web.heads import banner_view, head_view
from plans.web.lanes import group_of
from plans.web.plan_list import list_view
from plans.web.rows import plan_groups
from plans.web.seen_plans import needs_told
from plans.web.windows import windows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from plans.domain.picture import Picture
    from plans.domain.revision import Line
    from plans.web.drawer import DrawerView
    from plans.web.owners import Offers
    from plans.web.plan_list import Asked
    from plans.web.seen_plans import SeenPlan
    from plans.web.since import SinceView

type Context = dict[str, object]


def board_page(  # noqa: PLR0913 - what a board's page is made of
    picture: Picture,
    *,
    rows: Iterable[SeenPlan] = (),
    can: Iterable[str] = (),
    query: str = "",
    more: str = "",
    group: str = "",
    drawer: DrawerView | None = None,
    told: str = "",
) -> Context:
    """Fill ``plans/board.html``; its partial ``#board`` is what a resync fetches."""
    return {
        "board": board_view(picture, can=can, query=query, windows=windows_of(more), group=group_of(group)),
        "drawer": drawer,
        "told": told,
        **sidebar(rows, current=picture.plan.namespace),
    }


def plans_page(
    rows: Iterable[SeenPlan],
    *,
    asked: Asked,
    told: str = "",
    worker: str = "",
    current: str = "",
    screen: str = "",
) -> Context:
    """Fill ``plans/plans.html``; ``worker`` says how the worker does when it does not do well.

    It also fills ``plans/_lists_again.html``, what pages fetch to keep their lists true: the sidebar alone
    for the page of the plan ``current`` and for other screens, with the list of plans for the page of that.
    """
    found = list(rows)
    return {
        "list": list_view(found, asked) if not current and screen in {"", "plans"} else None,
        "query": asked.query,
        "told": told,
        "worker": worker,
        **sidebar(found, current=current, screen=screen),
    }


def step_page(
    picture: Picture, drawer: DrawerView, *, rows: Iterable[SeenPlan] = (), told: str = ""
) -> Context:
    """Fill ``plans/step.html`` (a page of its own), or its partial ``#drawer``."""
    return {
        "drawer": drawer,
        "head": head_view(picture),
        "told": told,
        **sidebar(rows, current=picture.plan.namespace),
    }


def step_answer(
    picture: Picture,
    number: int,
    *,
    lines: Sequence[Line] = (),
    offers: Offers | None = None,
    since: SinceView | None = None,
) -> Context:
    """Fill ``plans/answers/step.html``: the card, the drawer and the header after a change."""
    here = picture.plan.has_step(number)
    return {
        "card": card_view(picture, number) if here else None,
        "after": after(picture, number) if here else None,
        "drawer": drawer_view(picture, number, lines=lines, offers=offers, since=since) if here else None,
        "head": head_view(picture),
        "banner": banner_view(picture),
        "gone": 0 if here else number,
    }


def sidebar(rows: Iterable[SeenPlan], *, current: str = "", screen: str = "") -> Context:
    """Fill the sidebar: every plan that is not archived, in its group, and how much in each needs the person.

    ``needs_here`` stands in the title: what needs them in this plan, or in all.
    ``screen`` names the page over all plans that is shown; without it, and without a plan, it is the plans'.
    """
    found = [row for row in rows if not row.archived]
    screen = screen or ("" if current else "plans")
    here = [row for row in found if current in {"", row.namespace}]
    return {
        "sidebar_groups": plan_groups(found),
        "needs_count": needs_told(found),
        "needs_here": needs_told(here) if current or screen in {"plans", "needs"} else None,
        "current": current,
        "screen": screen,
    }
