"""How a view of a plan is answered: the page, or what of it is fetched again when the plan changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec
from django.shortcuts import render
from django.utils.cache import get_conditional_response

from plans.web.etags import view_etag
from plans.web.framing import frame_view, number_of
from plans.web.gathering import can, latest, step_drawer, take_told
from plans.web.pages import sidebar
from plans.web.seen_plans import seen_plans

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from plans.domain.picture import Picture
    from plans.security.person import BoardRequest
    from plans.web.drawer import DrawerView
    from plans.web.replay import ReplayView


class Kind(NamedTuple):
    """One sort of view."""

    name: str
    """As tabs, addresses and ``?fragment=`` name it."""
    part: str
    """The template of what is drawn."""


def view_answer(
    request: BoardRequest, picture: Picture, kind: Kind, *, view: msgspec.Struct, replay: ReplayView | None
) -> HttpResponseBase:
    """Answer with the page, or with ``?fragment=<name>`` with what it replaces, 304 where it has that."""
    frame = frame_view(picture, can=can(request, picture.plan.namespace), query=request.GET.get("q", ""))
    context = {"frame": frame, "view": view, "kind": kind.name, "part": kind.part}
    context |= {"replay": replay, "here": request.path}
    if request.GET.get("fragment") == kind.name:
        etag = view_etag(request, frame, (view, replay))
        answer = get_conditional_response(request, etag=etag) or render(
            request, "plans/view_again.html", context
        )
        answer["ETag"] = etag
        return answer
    last = {} if replay else latest(picture.plan.namespace)
    around = {"drawer": opened_drawer(request, picture), "told": take_told(request), **last}
    return render(
        request,
        f"plans/{kind.name}.html",
        context | around | sidebar(seen_plans(request), current=picture.plan.namespace),
    )


def opened_drawer(request: BoardRequest, picture: Picture) -> DrawerView | None:
    """Open the step that the address names; closing it leads back to the same view."""
    chosen = chosen_step(request, picture)
    if not chosen:
        return None
    rest = request.GET.copy()
    del rest["step"]
    close_url = f"{request.path}?{rest.urlencode()}" if rest else request.path
    return msgspec.structs.replace(step_drawer(request, picture, chosen), close_url=close_url)


def chosen_step(request: BoardRequest, picture: Picture) -> int:
    """Give the step that the address names, 0 where there is none."""
    number = number_of(request.GET.get("step", ""))
    return number if picture.plan.has_step(number) else 0
