"""The second wall: Django's own middleware, as the settings arrange it, behind the gate."""

import asyncio
import re
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any

import pytest
from asgiref.typing import ASGIReceiveEvent, ASGISendEvent
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.test import Client
from django.urls import path
from django.utils import timezone

from plans.security.door import Door
from plans.security.gate import apply_security
from plans.security.headers import SECURITY_HEADERS
from plans.security.idle import RENEW_SECONDS, RENEWED_AT
from plans_site import urls as site

PORT = 8765
HOST = f"127.0.0.1:{PORT}"


def form(request: HttpRequest) -> HttpResponse:
    return HttpResponse("changed" if request.method == "POST" else f"token={get_token(request)}")


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError(request.path)


# The error pages link to the site's own.
urlpatterns = [path("form/", form), path("broken/", broken), *site.urlpatterns]


pytestmark = pytest.mark.urls(__name__)


async def ask(
    method: str, address: str, body: bytes = b"", **headers: str
) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Send a request through the gate to Django; a header is named like `content_type`."""
    named = {"host": HOST, **headers}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": address,
        "raw_path": address.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in named.items()],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", PORT),
    }
    django: Any = ASGIHandler()  # its types are looser than ASGI's
    arriving: list[ASGIReceiveEvent] = [{"type": "http.request", "body": body, "more_body": False}]
    sent: list[Any] = []

    async def receive() -> ASGIReceiveEvent:
        return arriving.pop() if arriving else await asyncio.Future()

    async def send(event: ASGISendEvent) -> None:
        sent.append(event)

    gate: Any = apply_security(django, door=Door())
    await gate(scope, receive, send)
    return sent[0]["status"], sent[0]["headers"], b"".join(event["body"] for event in sent[1:])


FORM = "application/x-www-form-urlencoded"


async def token_and_cookie() -> tuple[str, str]:
    _, headers, body = await ask("GET", "/form/")
    cookies = SimpleCookie(dict(headers)[b"Set-Cookie"].decode())
    found = re.fullmatch(r"token=(\w+)", body.decode())
    assert found
    return found[1], f"{settings.CSRF_COOKIE_NAME}={cookies[settings.CSRF_COOKIE_NAME].value}"


@pytest.mark.parametrize(("address", "expected"), [("/form/", 200), ("/missing/", 404), ("/broken/", 500)])
async def test_django_and_the_gate_do_not_double_a_header(address: str, expected: int) -> None:
    status, headers, body = await ask("GET", address)
    assert status == expected
    # These are Django's pages, not the gate's last resort.
    assert b"text/html" in dict(headers)[b"Content-Type"]
    assert b"could not answer this request" not in body
    names = [name.lower() for name, _ in headers]
    assert [names.count(name) for name, _ in SECURITY_HEADERS] == [1] * len(SECURITY_HEADERS)


async def test_django_and_the_gate_send_the_same_values() -> None:
    _, headers, _ = await ask("GET", "/form/")
    sent = {name.lower(): value for name, value in headers}
    assert {name: sent[name] for name, _ in SECURITY_HEADERS} == dict(SECURITY_HEADERS)


async def test_a_form_without_origin_needs_the_token() -> None:
    token, cookie = await token_and_cookie()
    refused, _, _ = await ask("POST", "/form/", b"a=1", cookie=cookie, content_type=FORM)
    body = f"csrfmiddlewaretoken={token}".encode()
    status, _, answer = await ask("POST", "/form/", body, cookie=cookie, content_type=FORM)
    assert (refused, status, answer) == (403, 200, b"changed")


async def test_our_own_origin_still_needs_the_token() -> None:
    _, cookie = await token_and_cookie()
    status, _, _ = await ask(
        "POST", "/form/", b"a=1", cookie=cookie, content_type=FORM, origin=f"http://{HOST}"
    )
    assert status == 403


async def test_the_csrf_cookie_is_hidden_from_scripts() -> None:
    _, headers, _ = await ask("GET", "/form/")
    cookie = dict(headers)[b"Set-Cookie"]
    assert b"HttpOnly" in cookie
    assert b"SameSite=Lax" in cookie


@pytest.fixture
def signed_in(client: Client) -> Client:
    client.force_login(User.objects.create_user("ada"))
    client.get("/form/", headers={"host": "127.0.0.1"})
    return client


@pytest.mark.django_db
def test_a_used_session_is_renewed_now_and_then_and_not_every_time(signed_in: Client) -> None:
    before = signed_in.session[RENEWED_AT]
    again = signed_in.get("/form/", headers={"host": "127.0.0.1"})
    assert settings.SESSION_COOKIE_NAME not in again.cookies
    session = signed_in.session
    session[RENEWED_AT] = before - RENEW_SECONDS
    session.save()
    renewed = signed_in.get("/form/", headers={"host": "127.0.0.1"})
    cookie = renewed.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["max-age"] == 12 * 60 * 60
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert signed_in.session[RENEWED_AT] >= before


@pytest.mark.django_db
def test_what_a_page_asks_for_by_itself_keeps_no_session(signed_in: Client) -> None:
    session = signed_in.session
    session[RENEWED_AT] = before = session[RENEWED_AT] - RENEW_SECONDS
    session.save()
    signed_in.get("/form/?fragment=board", headers={"host": "127.0.0.1"})
    assert signed_in.session[RENEWED_AT] == before
    signed_in.get("/form/", headers={"host": "127.0.0.1"})
    assert signed_in.session[RENEWED_AT] > before


@pytest.mark.django_db
def test_a_session_idle_for_twelve_hours_is_over(signed_in: Client) -> None:
    session = signed_in.session
    row = Session.objects.get(session_key=session.session_key)
    assert row.expire_date <= timezone.now() + timedelta(hours=12)
    row.expire_date = timezone.now()
    row.save()
    assert "_auth_user_id" not in signed_in.session


@pytest.mark.django_db
def test_strangers_get_no_session(client: Client) -> None:
    answer = client.get("/form/", headers={"host": "127.0.0.1"})
    assert settings.SESSION_COOKIE_NAME not in answer.cookies
