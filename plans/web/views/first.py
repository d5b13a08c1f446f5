"""The first minute: a live sample to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_POST

from plans.actions.sample import NAMESPACE, open_sample
from plans.django_wiring import desk
from plans.domain.errors import PlanError
from plans.security.person import operator_required, person
from plans.security.roles import Role, check_may
from plans.web.addresses import PLANS, board_url
from plans.web.answers import go
from plans.web.gathering import remember_saved
from plans.web.refusing import refused
from plans.web.sampling import PLAYER

if TYPE_CHECKING:
    from django.http import HttpResponse

    from plans.security.person import BoardRequest


@require_POST
@operator_required
def sample(request: BoardRequest) -> HttpResponse:
    """Make the sample's plan, set its sessions to work, and open its board."""
    check_may(request.user, Role.OPERATOR, [NAMESPACE])
    here = desk()
    try:
        open_sample(here, by=person(request))
        plan = here.store.read(NAMESPACE).plan
    except PlanError as error:
        return refused(request, error, back=PLANS)
    PLAYER.start(here)
    told = "Pretend sessions are at work. In a few seconds one of them asks you."
    remember_saved(request, plan, told=told)
    return go(request, board_url(NAMESPACE))
