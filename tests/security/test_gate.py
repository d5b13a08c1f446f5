"""Who comes in through the gate of a real server, and what every answer carries."""

import contextlib
import json
from typing import TYPE_CHECKING

import pytest
from asgiref.typing import ASGIReceiveEvent, ASGISendEvent
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from plans.security.headers import SECURITY_HEADERS
from plans.security.limits import GuardedSocket, Limits

if TYPE_CHECKING:
    from tests.security.conftest import Running

COOKIE = {"Cookie": "sessionid=abc"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
LINK = {
    "Sec-Fetch-Site": "cross-site",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Dest": "document",
}


def socket_to(running: "Running", *, path: str = "/ws/", **headers: str) -> ClientConnection:
    origin = headers.pop("Origin", None)
    return connect(
        f"ws://{running.host}{path}",
        additional_headers=headers,
        origin=origin,  # type: ignore[arg-type]
        compression=None,
        proxy=None,
        max_size=None,
    )


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]", "LOCALHOST"])
def test_the_board_answers_to_loopback_names_at_its_own_port(running: "Running", name: str) -> None:
    assert running.ask(headers={"Host": f"{name}:{running.port}"}).status == 200


@pytest.mark.parametrize("host", ["board.lan:8765", "board.example", "board.example:443"])
def test_the_board_answers_to_the_names_in_its_settings(running: "Running", host: str) -> None:
    assert running.ask(headers={"Host": host}).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example:{port}",
        "127.0.0.1:1",
        "127.0.0.1",
        "localhost.evil.example:{port}",
        "localhost:{port}.evil.example",
        "localhost.:{port}",
        "127.1:{port}",
        "0.0.0.0:{port}",
        "user@127.0.0.1:{port}",
        "127.0.0.1:{port}, evil.example",
        "board.lan",
        "board.example:8765",
        "xboard.example",
    ],
)
def test_a_foreign_host_is_refused(running: "Running", host: str) -> None:
    answer = running.ask(headers={"Host": host.format(port=running.port)})
    assert answer.status == 403
    assert b"PLANBOARD_ALLOWED_HOSTS" in answer.body


@pytest.mark.parametrize("path", ["/plans/a%00b/", "/activity/?plan=%00", "/api/v1/plans/%00", "/%00"])
def test_an_address_holds_no_nul(running: "Running", path: str) -> None:
    answer = running.ask(path=path)
    assert answer.status == 400
    assert b"NUL" in answer.body


def test_a_request_must_name_exactly_one_host(running: "Running") -> None:
    with running.raw() as client:
        client.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert b" 400 " in client.recv(4096).split(b"\r\n")[0]
    twice = running.ask(headers=[("Host", running.host), ("Host", running.host)])
    assert twice.status == 400


def test_a_foreign_host_is_repeated_as_clean_plain_text(running: "Running") -> None:
    answer = running.ask(headers={"Host": "<script>alert(1)</script>\x9b31m"})
    assert answer.status in {400, 403}
    assert b"\x9b" not in answer.body
    if answer.status == 403:
        assert answer.all("content-type") == ["text/plain; charset=utf-8"]


@pytest.mark.parametrize(
    "origin",
    [
        "http://127.0.0.1:1",
        "http://127.0.0.1",
        "http://evil.example",
        "https://board.example:8443",
        "http://board.example",
        "https://board.example.evil.example",
        "https://sub.board.example",
        "http://localhost.evil.example:{port}",
        "HTTP://127.0.0.1:{port}/",
        "null",
        "",
        "chrome-extension://abcdef",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_a_foreign_origin_is_refused_with_any_method(running: "Running", origin: str, method: str) -> None:
    answer = running.ask(method, headers={"Origin": origin.format(port=running.port), **FORM})
    assert answer.status == 403
    assert b"PLANBOARD_PUBLIC_ORIGIN" in answer.body


@pytest.mark.parametrize(
    "origin", ["http://127.0.0.1:{port}", "http://localhost:{port}", "https://board.example"]
)
def test_our_own_origin_may_change_things(running: "Running", origin: str) -> None:
    own = {"Origin": origin.format(port=running.port), "Sec-Fetch-Site": "same-origin", **COOKIE}
    assert running.ask("POST", headers=own, body=b"x").status == 200


def test_two_origins_are_refused_even_when_one_is_ours(running: "Running") -> None:
    pairs = [("Origin", running.origin), ("Origin", "http://evil.example")]
    assert running.ask(headers=pairs).status == 403


@pytest.mark.parametrize("header", ["X-Planboard-Session", "Authorization", "Idempotency-Key", "If-Match"])
def test_who_speaks_and_on_what_terms_is_said_once(running: "Running", header: str) -> None:
    answer = running.ask("POST", "/api/v1/plans", headers=[(header, "a"), (header.lower(), "b")])
    assert answer.status == 400
    assert f"{header.lower()} came twice" in json.loads(answer.body)["error"]["message"]


@pytest.mark.parametrize("site", ["cross-site", "same-site", "something-new"])
def test_another_sites_page_cannot_fetch_embed_or_frame(running: "Running", site: str) -> None:
    for mode, dest in [("no-cors", "image"), ("cors", "empty"), ("navigate", "iframe")]:
        foreign = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest}
        assert running.ask(headers=foreign).status == 403


def test_a_link_from_a_chat_opens_the_board(running: "Running") -> None:
    assert running.ask(headers={**LINK, **COOKIE}).status == 200


def test_a_page_elsewhere_shows_a_badge_as_a_picture_and_nothing_else(running: "Running") -> None:
    picture = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
    assert running.ask(path="/badge/x.svg", headers=picture).status == 200
    assert running.ask(path="/plans/", headers=picture).status == 403
    assert running.ask(path="/badges", headers=picture).status == 403
    assert running.ask(path="/badge/x.svg", headers=picture | {"Sec-Fetch-Dest": "empty"}).status == 403
    assert running.ask("POST", "/badge/x.svg", headers=picture).status == 403


def test_a_form_on_another_site_cannot_post_by_navigating(running: "Running") -> None:
    assert running.ask("POST", headers={**LINK, **FORM}, body=b"a=1").status == 403


def test_a_typed_address_and_our_own_pages_come_in(running: "Running") -> None:
    for site in ("none", "same-origin"):
        assert running.ask(headers={"Sec-Fetch-Site": site}).status == 200


def test_a_signed_in_change_without_origin_is_refused(running: "Running") -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE", "PROPFIND"):
        answer = running.ask(method, headers={**COOKIE, "Content-Type": "application/json"})
        assert answer.status == 403
        assert b"which page it comes from" in answer.body


def test_a_plain_form_without_origin_is_left_to_the_csrf_token(running: "Running") -> None:
    assert running.ask("POST", headers={**COOKIE, **FORM}, body=b"a=1").status == 200
    assert running.ask("PUT", headers={**COOKIE, **FORM}, body=b"a=1").status == 403


@pytest.mark.parametrize("path", ["/api/v1/plans", "/mcp", "/mcp/", "/metrics", "/%61pi/v1/plans"])
def test_a_cookie_is_worth_nothing_at_the_doors_for_tokens(running: "Running", path: str) -> None:
    answer = running.ask("POST", path, headers={**COOKIE, "Authorization": "Bearer t"})
    assert answer.status == 200
    assert "cookie" not in json.loads(answer.body)["headers"]
    assert "authorization" in json.loads(answer.body)["headers"]


@pytest.mark.parametrize("path", ["/", "/plans/", "/apis/", "/mcpx"])
def test_a_token_is_worth_nothing_on_pages(running: "Running", path: str) -> None:
    answer = running.ask(path=path, headers={**COOKIE, "Authorization": "Bearer t"})
    assert "authorization" not in json.loads(answer.body)["headers"]
    assert "cookie" in json.loads(answer.body)["headers"]


def test_programs_are_refused_in_json(running: "Running") -> None:
    answer = running.ask(path="/api/v1/plans", headers={"Host": "evil.example"})
    error = json.loads(answer.body)["error"]
    assert error["code"] == "foreign_host"
    assert "PLANBOARD_ALLOWED_HOSTS" in error["advice"]


@pytest.mark.parametrize("path", ["/", "/missing", "/own", "/refused"])
def test_every_answer_carries_each_security_header_once(running: "Running", path: str) -> None:
    headers = {"Host": "evil.example"} if path == "/refused" else {}
    answer = running.ask(path=path, headers=headers)
    for name, _ in SECURITY_HEADERS:
        assert len(answer.all(name.decode())) == 1


def test_what_the_application_chose_is_kept(running: "Running") -> None:
    answer = running.ask(path="/own")
    assert answer.all("cache-control") == ["max-age=60"]
    assert running.ask().all("cache-control") == ["no-store"]
    assert running.ask().all("content-security-policy")[0].startswith("default-src 'none'; script-src 'self'")


def test_a_socket_of_our_own_page_opens(running: "Running") -> None:
    with socket_to(running, Origin=running.origin, **COOKIE) as own:
        own.send("hello")
        assert own.recv() == "5"


def test_a_program_without_cookie_may_open_a_socket_without_origin(running: "Running") -> None:
    with socket_to(running) as program:
        program.send("hello")
        assert program.recv() == "5"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example", **COOKIE},
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1:1", **COOKIE},
        {"Origin": "null", **COOKIE},
        COOKIE,
        {"Sec-Fetch-Site": "same-site"},
        LINK,
        {**LINK, **COOKIE},
    ],
)
def test_a_foreign_socket_is_refused_before_it_opens(running: "Running", headers: dict[str, str]) -> None:
    with pytest.raises(InvalidStatus) as refused, socket_to(running, **headers):
        pass
    assert refused.value.response.status_code == 403


def test_a_socket_to_another_name_is_refused(running: "Running") -> None:
    with running.raw() as client:
        client.sendall(
            b"GET /ws/ HTTP/1.1\r\nHost: evil.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        )
        assert b" 403 " in client.recv(4096).split(b"\r\n")[0]


def test_a_socket_message_of_16_kib_passes_and_one_byte_more_closes(running: "Running") -> None:
    with socket_to(running, Origin=running.origin) as own:
        own.send("x" * 16 * 1024)
        assert own.recv() == "16384"
        own.send("é" * 8 * 1024 + "x")
        with pytest.raises(ConnectionClosed) as closed:
            own.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4400


def test_a_huge_socket_message_ends_the_socket(running: "Running") -> None:
    with socket_to(running, Origin=running.origin) as own:
        with contextlib.suppress(ConnectionClosed):
            own.send("x" * 128 * 1024)
        with pytest.raises(ConnectionClosed) as closed:
            own.recv()
    if running.kind == "daphne":  # which drops it before it has gathered the whole message
        assert closed.value.rcvd is None


def test_sockets_are_not_compressed(running: "Running") -> None:
    """A few compressed bytes could unpack to megabytes before anything is counted."""
    with connect(f"ws://{running.host}/ws/", compression="deflate", proxy=None) as program:
        assert program.protocol.extensions == []


async def test_nothing_is_sent_on_a_socket_that_was_closed_for_its_size() -> None:
    sent: list[ASGISendEvent] = []

    async def receive() -> ASGIReceiveEvent:
        return {"type": "websocket.receive", "text": None, "bytes": b"12345"}

    async def send(event: ASGISendEvent) -> None:
        sent.append(event)

    guarded = GuardedSocket(receive, send, Limits(message_bytes=4))
    assert (await guarded.receive())["type"] == "websocket.disconnect"
    await guarded.send({"type": "websocket.send", "text": "more", "bytes": None})
    assert [event["type"] for event in sent] == ["websocket.close"]
