"""What a stranger is told at the gate, word by word."""

from collections.abc import Callable
from typing import Any

import pytest

from plans.security import gate, refusals
from plans.security.door import Door
from plans.security.limits import DEFAULT_LIMITS, GuardedSocket, Limits, check_announced
from plans.security.refusals import DoorRefused, json_body, text_body
from tests.security.suite.knocking import COOKIE, HERE, OWN, Board, knock, knock_socket

GATE: list[tuple[Callable[[], DoorRefused], int, str, str, str]] = [
    (
        lambda: refusals.SentTwice("if-match"),
        400,
        "sent_twice",
        "The header if-match came twice.",
        "Nothing was changed. Send it once.",
    ),
    (
        refusals.NulInAddress,
        400,
        "nul_in_address",
        "This address holds a character that no address has (NUL).",
        "Open the board's first page and find the place from there.",
    ),
    (
        lambda: refusals.ForeignHost("evil.example"),
        403,
        "foreign_host",
        "This board does not answer to the name evil.example.",
        "If that is its name, add it to PLANBOARD_ALLOWED_HOSTS and start it again.",
    ),
    (
        lambda: refusals.ForeignOrigin("http://evil.example"),
        403,
        "foreign_origin",
        "A page of http://evil.example may not use this board.",
        "If the board is opened at that address, set PLANBOARD_PUBLIC_ORIGIN to it and start it again.",
    ),
    (
        refusals.ForeignPage,
        403,
        "foreign_page",
        "A page of another site may link to this board, but not use it.",
        refusals.ForeignPage.advice,
    ),
    (
        refusals.NoOrigin,
        403,
        "no_origin",
        "A signed-in request did not say which page it comes from.",
        refusals.NoOrigin.advice,
    ),
    (
        lambda: refusals.BodyTooLarge(1024 * 1024),
        413,
        "too_large",
        "The request is larger than 1,048,576 bytes.",
        "Nothing was changed. Send less, or split it.",
    ),
    (
        lambda: refusals.BodyTooSlow(30),
        408,
        "too_slow",
        "The request did not arrive within 30 seconds.",
        "Nothing was changed. Send it again over a better connection.",
    ),
    (
        refusals.BodyCompressed,
        415,
        "compressed",
        "Compressed requests are not accepted.",
        "Nothing was changed. Send it again without Content-Encoding.",
    ),
    (
        refusals.Broken,
        500,
        "broken",
        "The board could not answer this request.",
        refusals.Broken.advice,
    ),
]


@pytest.mark.parametrize(("make", "status", "code", "message", "advice"), GATE)
def test_the_gate_says_what_happened_and_what_to_do(
    make: Callable[[], DoorRefused], status: int, code: str, message: str, advice: str
) -> None:
    refused = make()
    assert (refused.status, refused.code, refused.message, refused.advice) == (status, code, message, advice)
    kind, text = text_body(refused)
    assert kind == b"text/plain; charset=utf-8"
    assert text.decode().startswith(f"{message}\n{advice}")
    kind, json = json_body(refused)
    assert kind == b"application/json"
    said = f'{{"error": {{"code": "{code}", "message": "{message}", "advice": "{advice}"'
    assert json.decode().startswith(said)


async def test_a_refused_request_has_the_length_and_kind_of_its_words() -> None:
    answer = await knock("POST", headers={**OWN, "content-encoding": "br"})
    assert answer.status == 415
    assert answer.headers[b"content-type"] == b"text/plain; charset=utf-8"
    assert int(answer.headers[b"content-length"]) == len(answer.body)
    assert answer.headers[b"connection"] == b"close"
    assert answer.headers[b"accept-encoding"] == b"identity"
    for path in ("/api/v1/plans", "/mcp"):
        agents = await knock("POST", path, headers={"host": "evil.example"})
        assert agents.headers[b"content-type"] == b"application/json"


async def test_a_refused_socket_is_told_by_an_answer_or_by_its_closing() -> None:
    told = await knock_socket(headers={"host": HERE, **COOKIE})
    assert (told.status, told.headers[b"content-type"]) == (403, b"text/plain; charset=utf-8")
    assert b"did not say which page" in told.body
    assert int(told.headers[b"content-length"]) == len(told.body)
    assert told.headers[b"x-frame-options"] == b"DENY"
    sent: list[Any] = []

    async def send(event: Any) -> None:  # noqa: ANN401
        sent.append(event)

    await refusals.answer_socket(send, refusals.NoOrigin(), {"type": "websocket", "path": "/"})  # type: ignore[typeddict-item]
    assert sent == [{"type": "websocket.close", "code": 1008, "reason": None}]


class TestSocket:
    async def heard(self, *events: dict[str, Any], limit: int = 4) -> tuple[list[Any], list[Any]]:
        """Give what the application hears, and what goes out, of a socket with a limit."""
        waiting, sent = list(events), []

        async def receive() -> Any:  # noqa: ANN401
            return waiting.pop(0)

        async def send(event: Any) -> None:  # noqa: ANN401
            sent.append(event)

        guarded = GuardedSocket(receive, send, Limits(message_bytes=limit))
        got = [await guarded.receive() for _ in events]
        await guarded.send({"type": "websocket.send", "text": "after", "bytes": None})
        return got, sent

    @pytest.mark.parametrize(
        "event",
        [
            {"type": "websocket.receive", "text": "12345"},
            {"type": "websocket.receive", "text": "ééé"},
            {"type": "websocket.receive", "text": None, "bytes": b"12345"},
        ],
    )
    async def test_one_byte_too_many_closes_it_and_says_why(self, event: dict[str, Any]) -> None:
        got, sent = await self.heard(event)
        why = {"code": 4400, "reason": "A message is larger than 4 bytes"}
        assert got == [{"type": "websocket.disconnect", **why}]
        assert sent == [{"type": "websocket.close", **why}]

    async def test_what_fits_passes_both_ways(self) -> None:
        fits: list[dict[str, Any]] = [
            {"type": "websocket.receive", "text": "éé"},
            {"type": "websocket.receive", "bytes": b"1234"},
        ]
        got, sent = await self.heard(*fits, {"type": "websocket.disconnect", "code": 1})
        assert [event["type"] for event in got] == ["websocket.receive"] * 2 + ["websocket.disconnect"]
        assert [event["type"] for event in sent] == ["websocket.send"]

    async def test_the_application_sees_the_checked_headers(self) -> None:
        seen = await knock_socket(headers={**OWN, "authorization": "Bearer t"})
        assert b"authorization" not in dict(seen.reached["headers"])


def test_a_length_at_the_limit_may_be_announced() -> None:
    check_announced([(b"content-length", b"1048576"), (b"content-length", b"x")], DEFAULT_LIMITS)
    check_announced([(b"content-encoding", b" Identity ")], DEFAULT_LIMITS)
    with pytest.raises(refusals.BodyTooLarge):
        check_announced([(b"content-length", b"1048577")], DEFAULT_LIMITS)


async def test_a_failing_board_answers_by_itself_and_says_so_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("boom")

    answer = await knock(path="/x\n", app=broken)
    assert (answer.status, b"could not answer" in answer.body, b"boom" in answer.body) == (500, True, False)
    assert "The application failed on /x" in caplog.text
    assert "boom" in caplog.text
    assert answer.headers[b"x-content-type-options"] == b"nosniff"


async def test_what_is_refused_stands_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    await knock(path="/p", headers={"host": "evil.example"})
    assert "Refused http /p: This board does not answer to the name evil.example." in caplog.text


async def test_other_scopes_go_straight_to_the_board() -> None:
    reached: list[object] = []

    async def app(scope: Any, *_: object) -> None:  # noqa: ANN401
        reached.append(scope["type"])

    async def receive() -> Any:  # noqa: ANN401
        raise AssertionError

    async def send(_: object) -> None:
        raise AssertionError

    await gate.apply_security(app, door=Door())({"type": "lifespan"}, receive, send)  # type: ignore[arg-type]
    assert reached == ["lifespan"]
    assert Board().reached is None
