"""Handing out links to a plan and taking them back; only who may change a plan may show it to others."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from django.db import transaction
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from plans.django_wiring import environment
from plans.domain.errors import PlanError
from plans.people.shares import LIFETIMES, MOST, Kind, hand_out, handed_out, take_back
from plans.security.door import Door
from plans.security.person import operator_required, person
from plans.security.text import clean_line
from plans.web.addresses import plan_verb_url
from plans.web.answers import go
from plans.web.auditing import audit, audit_anyway
from plans.web.forms import sent
from plans.web.gathering import shown, tell
from plans.web.plan_forms import ShareForm
from plans.web.plan_pages import plan_page
from plans.web.refusing import refusals_shown
from plans.web.times import iso
from plans.wiring import now_ms

if TYPE_CHECKING:
    from django.http import HttpResponse

    from plans.domain.picture import Picture
    from plans.people.shares import Share
    from plans.security.person import BoardRequest

logger = logging.getLogger(__name__)

_NEW: Final = "planboard_new_link"
_NEW_SECONDS: Final = 60


class TooManyLinks(PlanError):
    """A plan has as many links as anyone can keep an eye on."""

    code = "too_many_links"
    advice = "Take back one that is not needed any more."

    def __init__(self) -> None:
        super().__init__(f"This plan has {MOST} links that work")


@require_http_methods(["GET", "HEAD", "POST"])
@operator_required
@refusals_shown
@transaction.atomic
def share(request: BoardRequest, namespace: str) -> HttpResponse:
    """List a plan's links; POST makes one, which the next page shows, this once."""
    picture = shown(request, namespace)
    if request.method != "POST":
        return _with_new(request, picture)
    form = ShareForm(sent(request.POST))
    form.is_valid()
    kind, now = Kind(form.chosen("kind", Kind.BOARD)), now_ms()
    token = hand_out(
        request.user,
        namespace=namespace,
        epoch=picture.plan.epoch,
        kind=kind,
        until=now + LIFETIMES[form.chosen("lifetime", "week")],
        now=now,
    )
    if token is None:
        return _page(request, picture, error=TooManyLinks())
    logger.info("%s handed out a link: %s of %s", person(request), kind, clean_line(namespace))
    audit(request, "share_made", plan=namespace, kind=kind.value)
    return _keep_for_next(go(request, plan_verb_url(namespace, "share")), namespace, kind=kind, token=token)


@require_POST
@operator_required
def unshare(request: BoardRequest, namespace: str, number: int) -> HttpResponse:
    """Take a link back; from now on it shows nothing."""
    if take_back(namespace, number):
        logger.info("%s took back a link of %s", person(request), clean_line(namespace))
        audit_anyway(request, "share_ended", plan=namespace, share=number)
        tell(request, "The link was taken back")
    return go(request, plan_verb_url(namespace, "share"))


def _keep_for_next(answer: HttpResponse, namespace: str, *, kind: Kind, token: str) -> HttpResponse:
    """Hand a token to the next page, so that reloading that makes no second link.

    It goes through this browser alone: in the session, anyone who reads the database would have it.
    """
    answer.set_signed_cookie(
        _NEW,
        f"{kind} {token}",
        salt=namespace,
        max_age=_NEW_SECONDS,
        path=plan_verb_url(namespace, "share"),
        secure=environment().is_https,
        httponly=True,
        samesite="Strict",
    )
    return answer


def _with_new(request: BoardRequest, picture: Picture) -> HttpResponse:
    """Show the page, with the link that was made just now if there is one."""
    namespace = picture.plan.namespace
    kept = request.get_signed_cookie(_NEW, "", salt=namespace, max_age=_NEW_SECONDS) or ""
    kind, _, token = kept.partition(" ")
    if not token:
        return _page(request, picture)
    answer = _page(request, picture, address=_address(request, Kind(kind), token), kind=kind)
    answer.delete_cookie(_NEW, path=plan_verb_url(namespace, "share"), samesite="Strict")
    return answer


def _page(
    request: BoardRequest,
    picture: Picture,
    *,
    error: PlanError | None = None,
    address: str = "",
    kind: str = "",
) -> HttpResponse:
    plan = picture.plan
    links = [_link(found) for found in handed_out(plan.namespace, plan.epoch, now=now_ms())]
    return plan_page(
        request,
        plan.namespace,
        "plans/plan/share.html",
        picture=picture,
        error=error,
        links=links,
        address=address,
        kind=kind,
    )


def _link(share: Share) -> dict[str, object]:
    return {
        "number": share.pk,
        "kind": share.kind,
        "by": clean_line(share.made_by.get_username()),
        "made": iso(share.made_at),
        "until": iso(share.until),
    }


def _address(request: BoardRequest, kind: Kind, token: str) -> str:
    """Give the whole address, under the name by which this person reached the board.

    TLS ends at the proxy, so a request does not know of it; a token must not travel in the open.
    """
    path = reverse("shared" if kind is Kind.BOARD else "badge", args=[token])
    public = environment().public_origin
    is_public = request.get_host().lower() in Door.open_to(allowed_hosts=(), public_origin=public).hosts
    return urljoin(public, path) if public and is_public else request.build_absolute_uri(path)
