"""What a request says besides its body: whose token it has, which session speaks, what it was made from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec
from django.utils.http import parse_etags
from ninja.security import HttpBearer

from plans import django_wiring
from plans.agents.http_api.versions import Version, check_same_plan, version_of
from plans.domain.actor import Actor
from plans.domain.errors import WrongInput
from plans.domain.limits import check_key
from plans.security.rates import HEARTBEATS, WRITES
from plans.security.tokens import Grant, SessionMissing, TokenRefused
from plans.wiring import now_ms

if TYPE_CHECKING:
    from django.http import HttpRequest

    from plans.actions.desk import Terms

SESSION: Final = "X-Planboard-Session"
KEY: Final = "Idempotency-Key"
_QUOTED: Final = re.compile(r'(?:W/)?"([^"]+)"|([^"]+)')


class Bearer(HttpBearer):
    """A token of an agent. Cookies never reach the API: the gate takes them away."""

    def authenticate(self, request: HttpRequest, token: str) -> Grant:
        """Give what the token is for. Raises TokenRefused."""
        return django_wiring.granted(token, by=_header(request, SESSION) or "")


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks, and on what terms."""

    by: Actor
    expected: int | None
    key: str | None

    @property
    def terms(self) -> Terms:
        return {"by": self.by, "expected": self.expected, "key": self.key}


def grant_of(request: HttpRequest) -> Grant:
    """Give what the request's token is for. Raises TokenRefused."""
    grant = getattr(request, "auth", None)
    if not isinstance(grant, Grant):
        raise TokenRefused(sent=False)
    return grant


def reading(request: HttpRequest, namespace: str) -> Grant:
    """Let a request read a plan. Raises BeyondToken."""
    grant = grant_of(request)
    grant.check("read", namespace)
    return grant


def writing(request: HttpRequest, verb: str, namespace: str) -> Asked:
    """Let a request change a plan, and count it.

    Raises BeyondToken, SessionMissing, TooManyWrites, StaleRevision for what was made from another plan of
    that name, and WrongInput for headers that mean nothing.
    """
    grant = grant_of(request)
    grant.check(verb, namespace)
    by, version = grant.actor(_header(request, SESSION)), _expected(request)
    if version is not None:
        check_same_plan(namespace, version)
    asked = Asked(
        by=by,
        expected=version.revision if version is not None else None,
        key=_key(request),
    )
    pace = HEARTBEATS if verb == "heartbeat" else WRITES
    pace.count(asked.by.name, token=grant.number, now=now_ms())
    return asked


def session_named(request: HttpRequest) -> str:
    """Name the session that a request speaks for; "" where it names none of its token's."""
    named = _header(request, SESSION) or ""
    return named if grant_of(request).speaks_for(named) else ""


def speaker(request: HttpRequest) -> Actor | None:
    """Say which session asks; None where none is named. Raises BeyondToken."""
    try:
        return grant_of(request).actor(_header(request, SESSION))
    except SessionMissing:
        return None


def token_works(request: HttpRequest) -> bool:
    """Look again whether a request's token works: an answer may go on for hours."""
    try:
        return Bearer()(request) is not None
    except TokenRefused:
        return False


def has(request: HttpRequest, etag: str) -> bool:
    """Tell whether the client has this already: If-None-Match, quoted or bare."""
    sent = request.headers.get("If-None-Match", "").strip()
    bare = etag.strip('"')
    return sent in {"*", bare} or any(known.removeprefix("W/") == etag for known in parse_etags(sent))


def _expected(request: HttpRequest) -> Version | None:
    """Read If-Match: a version, quoted or bare; ``*`` names none."""
    said = request.headers.get("If-Match", "*").strip()
    if said == "*":
        return None
    found = _QUOTED.fullmatch(said)
    version = version_of(found[1] or found[2]) if found else None
    if version is None:
        message = "If-Match is not a revision"
        raise WrongInput(message, advice='Send the revision you read, like If-Match: "42".')
    return version


def _key(request: HttpRequest) -> str | None:
    sent = _header(request, KEY) if request.method == "POST" else None
    return None if sent is None else check_key(sent)


def _header(request: HttpRequest, name: str) -> str | None:
    """Read a header as UTF-8; WSGI and ASGI hand it over as Latin-1."""
    sent = request.headers.get(name)
    if sent is None:
        return None
    try:
        return sent.encode("latin-1").decode()
    except UnicodeError:
        message = f"{name} is not UTF-8"
        raise WrongInput(message, advice="Send it as UTF-8.") from None
