"""The API's document to be read by people; the site hands it in. It tells nothing of any plan."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from plans.security.markdown import notes_html
from plans.web.api_docs import docs_view

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from plans.web.api_docs import DocsView


@require_safe
def docs(request: HttpRequest, document: Callable[[], bytes]) -> HttpResponse:
    """Show the document."""
    view = _view(document)
    return render(request, "plans/api.html", {"docs": view, "about": notes_html(view.about)})


@cache
def _view(document: Callable[[], bytes]) -> DocsView:
    return docs_view(document())
