"""What the gate hands on, word by word: to the board behind it, and to the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from plans.security import gate
from plans.security.door import Door
from plans.security.limits import DEFAULT_LIMITS, Limits, read_body, receive_again
from tests.security.suite.knocking import HERE, Board, http_scope, knock
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from asgiref.typing import ASGIReceiveCallable

QUIET = Limits(body_seconds=PATIENCE)


def saying(*events: dict[str, Any]) -> ASGIReceiveCallable:
    """Give the `receive` of a server that says this, and no more."""
    waiting = list(events)

    async def receive() -> Any:  # noqa: ANN401 - events of ASGI are unions of twenty types
        return waiting.pop(0)

    return receive


async def test_starting_and_ending_are_the_boards_own_affair() -> None:
    got: list[object] = []

    async def app(*given: object) -> None:
        got.extend(given)

    async def send(_: object) -> None: ...

    scope: Any = {"type": "lifespan", "asgi": {"version": "3.0"}}
    receive = saying()
    await gate.apply_security(app, door=Door())(scope, receive, send)
    assert got == [scope, receive, send]


@pytest.mark.parametrize(("host", "status"), [(HERE, 403), ("board.example", 200)])
async def test_a_server_at_no_port_has_no_loopback_name(host: str, status: int) -> None:
    """Such as one behind a socket in the file system."""
    told: list[Any] = []

    async def send(event: Any) -> None:  # noqa: ANN401
        told.append(event)

    door = Door.open_to(allowed_hosts=["board.example"], public_origin=None)
    scope = http_scope("GET", "/", [("host", host)]) | {"server": None}
    said = saying({"type": "http.request", "body": b"", "more_body": False})
    await gate.apply_security(Board(), door=door)(scope, said, send)
    assert told[0]["status"] == status


async def test_the_log_has_these_sentences(caplog: pytest.LogCaptureFixture) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("boom")

    await knock(path="/x", app=broken)
    await knock(path="/p", headers={"host": "evil.example"})
    assert caplog.messages == [
        "The application failed on /x",
        "Refused http /p: This board does not answer to the name evil.example.",
    ]


async def test_a_server_may_leave_out_what_is_empty() -> None:
    """ASGI: a body that is not told is empty, and no more of it comes."""
    assert await read_body(saying({"type": "http.request"}), QUIET) == b""
    assert await read_body(saying({"type": "http.request", "body": b"x"}), QUIET) == b"x"


async def test_a_body_that_was_read_comes_again_whole_and_once() -> None:
    receive = receive_again(b"body", saying({"type": "http.disconnect"}))
    assert await receive() == {"type": "http.request", "body": b"body", "more_body": False}
    assert await receive() == {"type": "http.disconnect"}


async def test_a_body_of_just_the_limit_is_taken() -> None:
    limits = Limits(body_bytes=4, body_seconds=DEFAULT_LIMITS.body_seconds)
    body = {"type": "http.request", "body": b"1234", "more_body": False}
    assert await read_body(saying(body), limits) == b"1234"
