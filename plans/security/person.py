"""The person behind a request: who may use a view, and as whom an action is written down."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Concatenate
from urllib.parse import urlencode, urlsplit

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from plans.domain.actor import Actor
from plans.domain.actor import person as person_named
from plans.security.roles import NotAllowed, Role, check_may, may, sight_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from urllib.parse import SplitResult

    from django.contrib.auth.models import AnonymousUser, User
    from django.http.response import HttpResponseBase
    from django_htmx.middleware import HtmxDetails

    from plans.domain.rights import Sight

LOGIN_PATH = "/login/"


class SignedOut(PermissionDenied):
    """A form was sent by nobody: it is answered with all that was typed, and the way to sign in."""

    def __init__(self, *, sign_in: str) -> None:
        super().__init__("You are signed out")
        self.sign_in = sign_in


class BoardRequest(HttpRequest):
    """A request that passed one of the decorators below: its user is a person."""

    user: User
    htmx: HtmxDetails


type View[**P] = Callable[Concatenate[BoardRequest, P], HttpResponseBase]
type GuardedView[**P] = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def role_required[**P](role: Role) -> Callable[[View[P]], GuardedView[P]]:
    """Let only people with this role into a view: others sign in first, or see the 403 page.

    A view of one plan, whose address has its ``namespace``, takes the role for that plan. Others take it for
    any plans, and look themselves at those that they show or change.
    """

    def guard(view: View[P]) -> GuardedView[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return sign_in_first(request)
            _check(request.user, role, str(kwargs.get("namespace") or ""))
            return view(request, *args, **kwargs)  # type: ignore[arg-type]  # it has a User now

        return guarded

    return guard


person_required = role_required(Role.VIEWER)
operator_required = role_required(Role.OPERATOR)
admin_required = role_required(Role.ADMIN)


def sight(request: HttpRequest) -> Sight:
    """Name the plans that the person behind a request may see."""
    return sight_of(request.user)


def person(request: BoardRequest) -> Actor:
    """Name the person for the journal."""
    return person_named(request.user.get_username())


def _check(user: User | AnonymousUser, role: Role, namespace: str) -> None:
    if namespace:
        check_may(user, role, [namespace])
    elif not may(user, role):
        raise NotAllowed(role, None)


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """Send a person to the login page and back; tell a script 401. Raises SignedOut for a form that was sent.

    A script that followed a redirect would take the login page for a card, and a page that left for it would
    lose what was typed.
    """
    if _is_script(request):
        text = "You are signed out. Sign in again; what you typed is kept on this page."
        return HttpResponse(text, status=401, content_type="text/plain")
    target = f"{LOGIN_PATH}?{urlencode({'next': _way_back(request)})}"
    if request.method == "POST":
        raise SignedOut(sign_in=target)
    return HttpResponseRedirect(target)


def safe_next(path: str) -> str:
    r"""Return where to go after signing in: a path of this board, `/` for anything else.

    `//evil.example`, `/\evil.example`, other schemes and control characters are other places.
    """
    is_path = path.startswith("/") and not path.startswith("//")
    is_ours = is_path and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if is_ours and not path.startswith(LOGIN_PATH) else "/"


def address_in(text: str) -> SplitResult:
    """Read an address that came with a request; anybody may send one that cannot be read, which is none."""
    try:
        return urlsplit(text)
    except ValueError:
        return urlsplit("")


def _way_back(request: HttpRequest) -> str:
    """Return the page a person was on; after a POST that is the page with the form, not its action."""
    if request.method in {"GET", "HEAD"}:
        return safe_next(request.get_full_path())
    came_from = address_in(request.headers.get("Referer", ""))
    if came_from.netloc != request.get_host():
        return "/"
    return safe_next(came_from._replace(scheme="", netloc="", fragment="").geturl())


def _is_script(request: HttpRequest) -> bool:
    mode = request.headers.get("Sec-Fetch-Mode", "navigate")
    return mode != "navigate" or "HX-Request" in request.headers
