"""What every answer carries, in this process: the headers are completed, and what was chosen stays."""

from __future__ import annotations

from typing import Any

from plans.metrics import figures
from plans.security.headers import SECURITY_HEADERS, SecuredSend, secured

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)


async def told(*events: dict[str, Any]) -> tuple[list[Any], bool]:
    """Give what the server gets of these events, and whether an answer has started by then."""
    sent: list[Any] = []

    async def send(event: object) -> None:
        sent.append(event)

    secured_send = SecuredSend(send)
    assert secured_send.has_started is False
    for event in events:
        await secured_send(event)  # type: ignore[arg-type]
    return sent, secured_send.has_started


def test_these_are_the_headers_of_every_answer() -> None:
    assert secured([]) == [
        (b"content-security-policy", POLICY.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", b"DENY"),
        (b"referrer-policy", b"same-origin"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"cache-control", b"no-store"),
    ]


def test_what_the_application_chose_stays_single_whatever_its_letters() -> None:
    chosen = [(b"Cache-Control", b"max-age=60"), (b"x", b"1"), (b"x", b"2")]
    headers = secured(iter(chosen))
    assert headers[:3] == chosen
    assert headers[3:] == list(SECURITY_HEADERS[:-1])


async def test_an_answer_is_completed_and_counted_where_it_starts() -> None:
    start = {"type": "http.response.start", "status": 299, "headers": [(b"x", b"1")], "trailers": False}
    body = {"type": "http.response.body", "body": b"b", "more_body": False}
    before = figures.RESPONSES.read().get(("299",), 0)

    sent, has_started = await told(start, body)

    assert has_started is True
    assert sent == [{**start, "headers": secured([(b"x", b"1")])}, body]
    assert figures.RESPONSES.read()["299",] == before + 1


async def test_an_answer_that_names_no_headers_has_ours() -> None:
    sent, _ = await told({"type": "http.response.start", "status": 200})
    assert sent[0]["headers"] == list(SECURITY_HEADERS)


async def test_what_starts_no_answer_passes_as_it_is() -> None:
    event = {"type": "websocket.accept", "headers": []}
    assert await told(event) == ([event], False)
