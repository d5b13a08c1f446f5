"""What happened last in all plans: the line at the foot of every page that is not one plan's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.functional import SimpleLazyObject

from plans.mirror.activity import Wanted, older, titles
from plans.security.roles import sight_of
from plans.web.activity import lines_view

if TYPE_CHECKING:
    from django.http import HttpRequest

    from plans.domain.rights import Sight
    from plans.web.activity import LineView

_SHOWN = 2


def latest_lines(request: HttpRequest) -> dict[str, object]:
    """Give every template ``latest_lines``, newest first; only pages that show them ask for them."""

    def found() -> tuple[LineView, ...]:
        user = getattr(request, "user", None)  # a request may be refused before anybody is known
        return _read(sight_of(user)) if user is not None and user.is_authenticated else ()

    return {"latest_lines": SimpleLazyObject(found)}


def _read(sight: Sight) -> tuple[LineView, ...]:
    happened = older(Wanted(sight=sight), before=None, limit=_SHOWN)
    named = ((one.namespace, one.line.step) for one in happened)
    return lines_view(happened, titles((plan, step) for plan, step in named if step is not None))
