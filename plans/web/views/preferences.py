"""What a person may choose about the board: looks and keys, which this browser keeps.

Nothing of it is the server's: two people at one account, or one person at two screens, rarely want the same
theme, density and keys, and a page that asked the server first would flash in the wrong one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from plans.security.accounts import comes_by_password
from plans.security.person import person_required
from plans.security.roles import Role, may, rights_of
from plans.web.gathering import take_told
from plans.web.pages import sidebar
from plans.web.people_page import rights_said
from plans.web.seen_plans import seen_plans

if TYPE_CHECKING:
    from django.http import HttpResponse

    from plans.security.person import BoardRequest


@require_safe
@person_required
def preferences(request: BoardRequest) -> HttpResponse:
    """Show what can be chosen, and who one is here."""
    context = {
        "name": request.user.get_username(),
        "rights": rights_said(rights_of(request.user)),
        "has_password": comes_by_password(request.user),
        "may_manage": may(request.user, Role.ADMIN),
        "told": take_told(request),
    }
    return render(request, "plans/settings.html", context | sidebar(seen_plans(request), screen="settings"))
