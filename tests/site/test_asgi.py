import re
from pathlib import Path

import pytest
from asgiref.testing import ApplicationCommunicator
from django.conf import settings

from plans_site.asgi import application

type Answer = tuple[int, dict[str, str], bytes]


async def get(path: str, *, host: str = "127.0.0.1:8765") -> Answer:
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
    start = await visit.receive_output(timeout=20)
    body = b""
    more = True
    while more:
        part = await visit.receive_output(timeout=20)
        body += part["body"]
        more = part.get("more_body", False)
    await visit.wait(timeout=20)
    headers = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    return start["status"], headers, body


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


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/plans/", "/no-such-page/", "a static file", "/static/no-such-file.css"])
async def test_every_answer_carries_the_security_headers_once(path: str) -> None:
    if path == "a static file":
        path = settings.STATIC_URL + a_file().relative_to(settings.STATIC_DIR).as_posix()

    _, headers, _ = await get(path)

    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["referrer-policy"] == "same-origin"


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
