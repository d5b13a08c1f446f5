"""What is broken off, half-answered or nobody's: the gate and its neighbours do no more than they must."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from plans.security import gate
from plans.security.door import Door
from plans.security.idle import renew_used_sessions
from plans.security.proxies import Proxies
from plans.security.rates import Waits
from tests.security.suite.knocking import Board, http_scope


async def visit(app: Any, *events: dict[str, Any], told: list[dict[str, Any]]) -> None:  # noqa: ANN401
    """Send these events through the gate; what is answered is ``told``."""
    waiting = list(events)

    async def receive() -> dict[str, Any]:
        return waiting.pop(0)

    async def send(event: dict[str, Any]) -> None:
        told.append(event)

    scope: Any = http_scope("POST", "/plans/")
    await gate.apply_security(app, door=Door())(scope, receive, send)  # type: ignore[arg-type]


async def test_who_goes_before_the_body_is_whole_has_asked_for_nothing() -> None:
    board, told = Board(), list[dict[str, Any]]()
    part = {"type": "http.request", "body": b"half", "more_body": True}
    await visit(board, part, {"type": "http.disconnect"}, told=told)
    assert told == []
    assert board.reached is None


async def test_an_answer_that_breaks_off_gets_no_second_beginning() -> None:
    """Its error is left to the server, which closes the connection: half an answer must not look whole."""
    told: list[dict[str, Any]] = []

    async def broken(_: object, receive: Any, send: Any) -> None:  # noqa: ANN401
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("boom")

    with pytest.raises(RuntimeError, match="boom"):
        await visit(broken, {"type": "http.request", "body": b"", "more_body": False}, told=told)
    assert [event["type"] for event in told] == ["http.response.start"]


@pytest.mark.parametrize("path", ["/api/v1/plans", "/mcp", "/metrics/"])
async def test_at_the_doors_of_agents_nobody_asks_for_a_persons_session(path: str) -> None:
    """A request without a user or a session comes through, and none is looked up for it."""

    async def later(request: HttpRequest) -> HttpResponse:
        return HttpResponse(request.path)

    def now(request: HttpRequest) -> HttpResponse:
        return HttpResponse(request.path)

    request = RequestFactory().get(path)
    answer: Any = renew_used_sessions(later)
    assert (await answer(request)).content == path.encode()
    at_once: Any = renew_used_sessions(now)
    assert at_once(request).content == path.encode()
    with pytest.raises(AttributeError, match="user"):
        at_once(RequestFactory().get("/plans/"))
    with pytest.raises(
        AttributeError, match="user"
    ):  # a page that is answered later asks for it just as well
        await answer(RequestFactory().get("/plans/"))


def test_proxies_without_a_header_are_believed_for_addresses_only() -> None:
    proxies = Proxies.read(["10.0.0.0/8", "fd00::7"], header=None)
    headers = [(b"x-forwarded-user", b"ada"), (b"x-forwarded-for", b"192.0.2.9")]
    assert proxies.header == b""
    assert [proxies.trusts((peer, 1)) for peer in ("10.1.2.3", "fd00::7", "11.0.0.1")] == [True, True, False]
    assert proxies.named(headers, ("10.1.2.3", 1)) == (headers, None)
    assert proxies.origin(headers, ("10.1.2.3", 1)) == ("192.0.2.9", 0)


def test_what_is_open_is_counted_for_everybody_together() -> None:
    waits = Waits()
    with waits.one(1, "a"), waits.one(1, "b"), waits.one(2, "a"):
        assert waits.open() == 3
    assert waits.open() == 0
