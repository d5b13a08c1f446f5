"""The row of tabs that leads from one view of a plan to the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django import template
from django.urls import NoReverseMatch, reverse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest
    from django.template.context import RequestContext

register = template.Library()
_VIEWS = {"board": "Board", "track": "Track", "timeline": "Timeline", "table": "Table"}
_CARRIED = ("q", "step", "rev")
"""What of an address means the same in every view."""


class Tab(NamedTuple):
    """One view: its icon's name, its own, and where it is."""

    view: str
    name: str
    href: str


@register.inclusion_tag("plans/board/_tabs.html", takes_context=True)
def view_tabs(context: RequestContext, namespace: str, current: str) -> dict[str, object]:
    """Link to the views of a plan; the filter, the open step and the revision go along."""
    request: HttpRequest = context["request"]
    carried = request.GET.copy()
    for name in [name for name in carried if name not in _CARRIED]:
        del carried[name]
    return {"tabs": list(_tabs(namespace, carried.urlencode())), "view": current}


def _tabs(namespace: str, carried: str) -> Iterator[Tab]:
    for view, name in _VIEWS.items():
        try:
            href = reverse(view, args=[namespace])
        except NoReverseMatch:  # a view that is not there
            continue
        yield Tab(view, name, f"{href}?{carried}" if carried else href)
