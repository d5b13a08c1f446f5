"""What a link shows without signing in: one plan's board or its badge, for reading only.

Every token that does not work gets the same answer, whatever the reason. Nothing here looks at who asks,
touches a session, or knows another plan than the link's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from plans.domain.errors import PlanNotFound
from plans.domain.picture import history_of
from plans.mirror.glances import glance_at
from plans.mirror.reading import picture
from plans.people.shares import Kind, find
from plans.security.headers import CONTENT_SECURITY_POLICY
from plans.security.roles import Role, may
from plans.web.shared import badge_view, shared_view
from plans.wiring import now_ms

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from plans.people.shares import Share

_READ_ONLY: Final = CONTENT_SECURITY_POLICY | {"connect-src": ("'none'",), "form-action": ("'none'",)}
_PICTURE: Final = dict.fromkeys(CONTENT_SECURITY_POLICY, ("'none'",))
_NO_ROBOTS: Final = "noindex, nofollow, noarchive, noimageindex"


@require_safe
@csp_override(_READ_ONLY)
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """Show the board behind a link as it is now."""
    share = _working(token, Kind.BOARD)
    try:
        found = picture(share.namespace) if share else None
    except PlanNotFound:
        found = None
    if share is None or found is None or found.plan.epoch != share.epoch:
        return _kept_private(render(request, "plans/shared/gone.html", status=404))
    context = {"shared": shared_view(found, until=share.until)}
    return _kept_private(render(request, "plans/shared/board.html", context))


@require_safe
@csp_override(_PICTURE)
def badge(request: HttpRequest, token: str) -> HttpResponseBase:
    """Draw how far a plan is, for a page elsewhere."""
    share = _working(token, Kind.BADGE)
    seen = glance_at(share.namespace) if share else None
    if share is None or seen is None or seen.epoch != share.epoch:
        return _kept_private(HttpResponse("There is no such badge.\n", content_type="text/plain", status=404))
    etag = f'"{history_of(seen.epoch, seen.id)}-{seen.revision}"'
    answer = get_conditional_response(request, etag=etag) or _drawn(request, seen.title, seen.counts)
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer["X-Robots-Tag"] = _NO_ROBOTS
    return answer


def _drawn(request: HttpRequest, title: str, counts: dict[str, int]) -> HttpResponse:
    context = {"badge": badge_view(title, counts)}
    return render(request, "plans/shared/badge.svg", context, content_type="image/svg+xml")


def _working(token: str, kind: Kind) -> Share | None:
    """Find a link that works; one is worth what its maker may still do."""
    share = find(token, kind, now=now_ms())
    return share if share and may(share.made_by, Role.OPERATOR, share.namespace) else None


def _kept_private(answer: HttpResponse) -> HttpResponse:
    """Keep a page out of caches and search engines, and its address out of other sites' logs."""
    answer["Cache-Control"] = "private, no-store"
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = _NO_ROBOTS
    return answer
