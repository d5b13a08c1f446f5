"""Signs in whom a trusted proxy names, and out whom it names no more."""

from __future__ import annotations

from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Final, cast

from asgiref.sync import sync_to_async
from django.contrib.auth import logout
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.decorators import sync_and_async_middleware

from plans.actions.refusals import status_of
from plans.django_wiring import environment
from plans.domain.rights import EVERYTHING, Right, Role
from plans.security.accounts import add_stranger, can_be_added
from plans.security.audit import NotNoted
from plans.security.login import sign_in
from plans.security.origin import is_token_door
from plans.security.proxies import USER
from plans.security.rates import Rates, TooManyWrites
from plans.web.auditing import audit, audit_anyway
from plans.wiring import now_ms

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from django.contrib.auth.models import AnonymousUser
    from django.contrib.sessions.backends.base import SessionBase
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from plans.security.audit import Fact

    type Answering = Callable[[HttpRequest], HttpResponseBase]
    type AnsweringLater = Callable[[HttpRequest], Awaitable[HttpResponseBase]]

BY_PROXY: Final = "by_proxy"
VIEWER: Final = "viewer"
_REFUSED: Final = Rates(limit=1)


class Stranger(PermissionDenied):
    """The proxy let somebody in whom this board does not."""

    def __init__(self, name: str) -> None:
        super().__init__(f"This board has no account for {name}, as its proxy calls you")


class Unnoted(PermissionDenied):
    """Somebody who may come in, while nobody's coming in can be noted."""

    def __init__(self, error: NotNoted) -> None:
        super().__init__(f"You cannot be signed in now: {error.message}")
        self.status, self.advice = status_of(error), error.advice


@sync_and_async_middleware
def people_of_the_proxy(get_response: Answering | AnsweringLater) -> Answering | AnsweringLater:
    """Make the middleware, which goes behind Django's own for users. Agents have tokens instead."""
    if iscoroutinefunction(get_response):
        return _later(cast("AnsweringLater", get_response))
    answered = cast("Answering", get_response)

    def answer(request: HttpRequest) -> HttpResponseBase:
        _settle(request)
        return answered(request)

    return answer


def _later(answered: AnsweringLater) -> AnsweringLater:
    async def answer(request: HttpRequest) -> HttpResponseBase:
        await sync_to_async(_settle)(request)
        return await answered(request)

    return answer


def is_theirs(session: SessionBase, user: User | AnonymousUser, *, named: str | None) -> bool:
    """Tell whether a session is of whom the proxy names, or of somebody who came in without it.

    A request of anybody else ends the session; a socket has no page that could say so.
    """
    return not session.get(BY_PROXY) if named is None else user.get_username() == named


def _settle(request: HttpRequest) -> None:
    """Make the request's person the one whom the proxy names. Most requests change nothing."""
    if is_token_door(request.path):
        return
    name: str | None = getattr(request, "scope", {}).get(USER)
    if name is None:
        if request.session.get(BY_PROXY):
            logout(request)
    elif request.user.get_username() != name:
        _sign_in(request, name)


def _sign_in(request: HttpRequest, name: str) -> None:
    if request.user.is_authenticated:
        logout(request)
    _refuse_stranger(request, name)  # before a transaction, which on SQLite holds up whoever writes
    try:
        with transaction.atomic():  # nobody has an account that is not noted
            _refuse_stranger(request, name)
            sign_in(request, _known(request, name), noting=lambda _: _note(request, "login", name))
    except NotNoted as error:
        raise Unnoted(error) from error
    request.session[BY_PROXY] = True


def _refuse_stranger(request: HttpRequest, name: str) -> None:
    """Raise Stranger, and note it, unless they may come in."""
    user = User.objects.filter(username=name).first()
    may_look = user is None and environment().proxy_unknown == VIEWER and can_be_added(name)
    if not (may_look or (user and user.is_active)):
        _note_refused(request, name)
        raise Stranger(name)


def _note(request: HttpRequest, what: str, name: str, **facts: Fact) -> None:
    audit(request, what, who=f"person:{name}", by="proxy", **facts)


def _note_refused(request: HttpRequest, name: str) -> None:
    """Note it once a minute: a browser asks for more than the page."""
    try:
        _REFUSED.count(name, now=now_ms())
    except TooManyWrites:
        return
    audit_anyway(request, "login_failed", who=f"person:{name}", by="proxy")


def _known(request: HttpRequest, name: str) -> User:
    """Find who may come in, or make them an account; raises NotNoted."""
    user = User.objects.filter(username=name).first()
    if user is not None:
        return user
    right = Right(Role.VIEWER, EVERYTHING)
    user = add_stranger(name, [right])
    _note(request, "user_added", name, person=name, rights=str(right))
    return user
