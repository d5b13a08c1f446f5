"""The page for what nobody expected: it names the request, so that the log can be asked."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.http import HttpResponseServerError
from django.template.loader import render_to_string

from plans.security import request_number
from plans.security.refusals import echo
from plans.web.refusing import Said

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer 500. Nothing is asked of the database: it may be what broke."""
    number = request_number.current() or request_number.number_of(None)
    logger.error("Request %s failed: %s %s", number, request.method, echo(request.path))
    if "HX-Request" in request.headers:
        said = Said(f"The board failed at request {number}", "What you typed is still here. Try again.")
        return HttpResponseServerError(render_to_string("plans/answers/_refused.html", {"refused": said}))
    again = request.get_full_path() if request.method == "GET" else ""
    return HttpResponseServerError(render_to_string("500.html", {"number": number, "again": again}))
