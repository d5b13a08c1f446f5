"""Deleting a plan: what goes, its name typed, and what other people did to it meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.views.decorators.http import require_http_methods

from plans.actions.planning import delete_plan
from plans.django_wiring import desk
from plans.domain.actor import Actor
from plans.domain.errors import PlanError, Refusal, WrongInput
from plans.domain.history import sentence
from plans.security.person import operator_required, person
from plans.security.text import clean_line
from plans.web.addresses import PLANS
from plans.web.answers import go
from plans.web.asking import expected_revision
from plans.web.forms import sent
from plans.web.gathering import in_hand, shown, tell
from plans.web.plan_menu import loss_view
from plans.web.plan_pages import plan_page
from plans.web.refusing import refusals_shown
from plans.web.trash import remember_deleted

if TYPE_CHECKING:
    from django.http import HttpResponse

    from plans.security.person import BoardRequest

_TOLD: Final = 8
"""Changes that are told one by one."""


class NotNamed(WrongInput):
    """The name that confirms a deletion was not typed."""

    code = "not_named"

    def __init__(self, namespace: str) -> None:
        super().__init__("The plan was not deleted", advice=f"Type {namespace} to delete it.")


@require_http_methods(["GET", "HEAD", "POST"])
@operator_required
@refusals_shown
def delete(request: BoardRequest, namespace: str) -> HttpResponse:
    """Ask for the plan's name; move it to the trash once that was typed."""
    if request.method != "POST":
        return _page(request, namespace)
    fields = sent(request.POST)
    try:
        if fields.get("namespace", "").strip() != namespace:
            raise NotNamed(namespace)
        epoch = fields.get("epoch") or None
        delete_plan(desk(), namespace, by=person(request), expected=expected_revision(request), epoch=epoch)
    except PlanError as error:
        if error.refusal is Refusal.NOT_FOUND:
            raise
        return _page(request, namespace, error=error, named=fields.get("namespace", ""))
    remember_deleted(request, namespace)
    tell(request, f"Plan {namespace} deleted. It is kept in the trash of the plan folder.")
    return go(request, PLANS)


def _page(
    request: BoardRequest, namespace: str, *, error: PlanError | None = None, named: str = ""
) -> HttpResponse:
    """Show what goes; after a refusal as the files have it now, since the mirror may be behind."""
    picture = shown(request, namespace)
    if error is not None:
        picture = in_hand(desk().store.read(namespace).plan, like=picture)
    since = _since(namespace, expected_revision(request)) if error else []
    return plan_page(
        request,
        namespace,
        "plans/plan/delete.html",
        picture=picture,
        error=error,
        loss=loss_view(picture),
        named=named,
        since=since[:_TOLD],
        more=len(since[_TOLD:]),
    )


def _since(namespace: str, revision: int | None) -> list[str]:
    """Say what people did after a revision, the newest first."""
    if revision is None:
        return []
    lines = desk().store.lines(namespace, after=revision)
    return [clean_line(sentence(line)) for line in reversed(lines) if Actor.parse(line.by).is_person]
