"""What a browser that notifies asks for, again and again: the queue in a few words, or 304."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from plans.security.person import person_required
from plans.web.browser_notices import browser_notices
from plans.web.queueing import queue_of, version_of
from plans.wiring import now_ms

if TYPE_CHECKING:
    from plans.security.person import BoardRequest


@require_safe
@person_required
def asks(request: BoardRequest) -> HttpResponse:
    """List what needs this person, without what they put aside."""
    now = now_ms()
    etag = f'"{version_of(request, now=now)}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    found = browser_notices(queue_of(request, now=now).asks)
    answer = HttpResponse(msgspec.json.encode(found), content_type="application/json")
    answer["ETag"] = etag
    return answer
