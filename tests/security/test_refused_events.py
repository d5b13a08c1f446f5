"""A refusal as the server gets it, event by event, and how much of a stranger's words it repeats."""

from typing import Any

import pytest

from plans.security.headers import secured
from plans.security.refusals import ECHOED_CHARACTERS, DoorRefused, answer, answer_socket, echo


class Teapot(DoorRefused):
    """Stands for any refusal."""

    status = 418
    code = "teapot"
    headers = ((b"connection", b"close"),)


REFUSED = Teapot("No coffee.", advice="Ask for tea.")
TEXT = b"No coffee.\nAsk for tea.\n"
KIND = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"24")]


async def events(path: str, *, is_socket: bool) -> list[Any]:
    sent: list[Any] = []

    async def send(event: Any) -> None:  # noqa: ANN401
        sent.append(event)

    scope: Any = {"type": "websocket", "path": path, "extensions": {"websocket.http.response": {}}}
    await (answer_socket(send, REFUSED, scope) if is_socket else answer(send, REFUSED, path=path))
    return sent


async def test_a_refused_request_is_two_events_and_no_more() -> None:
    assert await events("/", is_socket=False) == [
        {
            "type": "http.response.start",
            "status": 418,
            "headers": [*KIND, (b"connection", b"close")],
            "trailers": False,
        },
        {"type": "http.response.body", "body": TEXT, "more_body": False},
    ]


async def test_a_refused_socket_is_two_events_with_our_headers() -> None:
    assert await events("/ws/", is_socket=True) == [
        {"type": "websocket.http.response.start", "status": 418, "headers": secured(KIND)},
        {"type": "websocket.http.response.body", "body": TEXT, "more_body": False},
    ]


@pytest.mark.parametrize("path", ["/api/v1/plans", "/mcp"])
async def test_a_program_gets_the_same_words_in_json(path: str) -> None:
    told = b'{"error": {"code": "teapot", "message": "No coffee.", "advice": "Ask for tea."}}'
    for is_socket in (False, True):
        start, body = await events(path, is_socket=is_socket)
        assert (dict(start["headers"])[b"content-type"], body["body"]) == (b"application/json", told)


def test_of_what_a_stranger_sent_only_the_beginning_is_repeated() -> None:
    assert echo("x" * ECHOED_CHARACTERS) == "x" * ECHOED_CHARACTERS
    assert echo("x" * (ECHOED_CHARACTERS + 1)) == "x" * ECHOED_CHARACTERS + "…"
    assert str(REFUSED) == REFUSED.message == "No coffee."
