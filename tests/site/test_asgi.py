import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.conf import settings

from plans.security.headers import SECURITY_HEADERS
from plans.web.views import health
from plans_site.asgi import application
from tests.waiting import PATIENCE

type Answer = tuple[int, dict[str, str], bytes]
type Event = dict[str, Any]

NAMES = [name.decode() for name, _ in SECURITY_HEADERS]


async def events(path: str, host: str = "127.0.0.1:8765") -> AsyncIterator[Event]:
    """Ask the application, and give what it sends."""
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", host.encode())],
        "server": ("127.0.0.1", 8765),
        "client": ("127.0.0.1", 40_000),
    }
    visit = ApplicationCommunicator(application, scope)
    await visit.send_input({"type": "http.request", "body": b"", "more_body": False})
    more = True
    while more:
        event = await visit.receive_output(timeout=PATIENCE)
        more = event.get("more_body", False) or event["type"] == "http.response.start"
        yield event
    await visit.wait(timeout=PATIENCE)


async def get(path: str, *, host: str = "127.0.0.1:8765") -> Answer:
    start, *parts = [event async for event in events(path, host)]
    headers = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    return start["status"], headers, b"".join(part["body"] for part in parts)


def a_file() -> Path:
    return min(path for path in settings.STATIC_DIR.rglob("*.css"))


async def test_a_static_file_is_sent_once_and_kept_for_ever() -> None:
    file = a_file()

    status, headers, body = await get(settings.STATIC_URL + file.relative_to(settings.STATIC_DIR).as_posix())

    assert (status, body) == (200, file.read_bytes())
    assert "immutable" in headers["cache-control"]
    assert headers["content-type"].startswith("text/css")


async def test_another_origin_gets_no_permission_to_read_static_files() -> None:
    _, headers, _ = await get(settings.STATIC_URL + a_file().relative_to(settings.STATIC_DIR).as_posix())

    assert "access-control-allow-origin" not in headers


ANSWERS = {
    "/": 302,
    "/plans/": 302,
    "/login/": 200,
    "/logout/": 405,
    "/no-such-page/": 404,
    "a static file": 200,
    "/static/no-such-file.css": 404,
    "/share/nothing/": 404,
    "/badge/nothing.svg": 404,
    "/api/v1/plans": 401,
    "/api/v1/docs": 200,
    "/api/v1/openapi.json": 200,
    "/api/v1/no-such-thing": 404,
    "/mcp": 401,
    "/metrics": 401,
    "/healthz": 500,
}
STRICTER = {
    "/share/nothing/": {"content-security-policy", "referrer-policy"},
    "/badge/nothing.svg": set(NAMES),
}


@pytest.mark.django_db
async def test_every_answer_carries_the_security_headers_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Red with ``secured`` giving the headers back as they came, whatever of Django's own is left."""
    monkeypatch.setattr(health, "parts", lambda: 1 / 0)
    for named, status in ANSWERS.items():
        file = settings.STATIC_URL + a_file().relative_to(settings.STATIC_DIR).as_posix()
        found, headers = await answered(file if named == "a static file" else named)
        assert found == status, named
        for name, value in SECURITY_HEADERS:
            said = [text for one, text in headers if one == name]
            assert len(said) == 1, (named, name)
            is_own = name == b"cache-control" or name.decode() in STRICTER.get(named, ())
            assert is_own or said[0] == value, (named, name, said)
        policy = dict(headers)[b"content-security-policy"]
        assert policy.startswith(b"default-src 'none'"), named
        assert b"unsafe" not in policy, named


async def answered(path: str) -> tuple[int, list[tuple[bytes, bytes]]]:
    """Ask, and give the status and every header as it was sent."""
    status, headers = 0, []
    async for event in events(path):
        if event["type"] == "http.response.start":
            status, headers = event["status"], [(name.lower(), value) for name, value in event["headers"]]
    return status, headers


async def test_a_strange_host_is_refused_before_anything_else() -> None:
    status, _, body = await get(settings.STATIC_URL, host="board.example")

    assert status in {400, 403, 421}
    assert b"PLANBOARD_ALLOWED_HOSTS" in body


@pytest.mark.django_db
async def test_every_answer_has_a_number_that_the_log_has_too(caplog: pytest.LogCaptureFixture) -> None:
    _, first, _ = await get("/no-such-page/")
    status, second, _ = await get("/plans/", host="stranger.example")

    assert status == 403
    assert first["x-request-id"] != second["x-request-id"]
    assert all(re.fullmatch(r"[0-9A-F]{10}", headers["x-request-id"]) for headers in (first, second))
    assert "Refused http /plans/" in caplog.text
