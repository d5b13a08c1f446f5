"""Two revisions beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from plans.domain.errors import WrongInput
from plans.mirror.past import past_of
from plans.security.person import person_required
from plans.web.differing import difference
from plans.web.pages import sidebar
from plans.web.refusing import refusals_shown
from plans.web.replay import revision_of
from plans.web.seen_plans import seen_plans

if TYPE_CHECKING:
    from django.http import HttpResponse

    from plans.security.person import BoardRequest


@require_safe
@person_required
@refusals_shown
def compare(request: BoardRequest, namespace: str) -> HttpResponse:
    """Compare the revisions ``?from=`` and ``?to=``; without them, the newest with the one before it."""
    past = past_of(namespace)
    after = _named(request, "to", default=past.newest)
    before = _named(request, "from", default=max(after - 1, 0))
    first, last = sorted((before, after))
    view = difference(
        past.at(before),
        past.at(after),
        lines=[line for line in past.lines if first < line.rev <= last],
        newest=past.newest,
        url=reverse("compare", args=[namespace]),
    )
    return render(
        request, "plans/compare.html", {"view": view, **sidebar(seen_plans(request), current=namespace)}
    )


def _named(request: BoardRequest, name: str, *, default: int) -> int:
    text = request.GET.get(name, "").strip()
    if not text:
        return default
    revision = revision_of(text)
    if revision is None:
        message = f"“{text[:40]}” is no revision"
        raise WrongInput(message, advice="A revision is a number, like 311.")
    return revision
