"""Who is told what at the gate, header by header: the rules of plans/security/origin.py in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from plans.security.door import Door
from plans.security.origin import (
    SINGLE_HEADERS,
    Visit,
    check_single,
    check_visit,
    credentials_for,
    is_token_door,
)
from plans.security.refusals import (
    DoorRefused,
    ForeignHost,
    ForeignOrigin,
    ForeignPage,
    NoHost,
    NoOrigin,
    SentTwice,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

DOOR = Door.open_to(allowed_hosts=["board.example"], public_origin="https://board.example")
HERE = "https://board.example"
HOST = ("host", "board.example")
COOKIE = ("cookie", "s=1")
ELSEWHERE = ("sec-fetch-site", "cross-site")
NAVIGATES = ("sec-fetch-mode", "navigate")
DOCUMENT = ("sec-fetch-dest", "document")
IMAGE = ("sec-fetch-dest", "image")
FORM = ("content-type", "application/x-www-form-urlencoded")

type Said = Sequence[tuple[str, str]]


def visit(method: str, *said: tuple[str, str], path: str = "/", kind: str = "http") -> Visit:
    headers = [(name.encode(), value.encode("latin-1")) for name, value in said]
    scope: Any = {"type": kind, "path": path, "headers": headers}
    return Visit.of(scope | ({"method": method} if kind == "http" else {}), headers)


def refused(found: Visit) -> type[DoorRefused] | None:
    try:
        check_visit(found, DOOR)
    except DoorRefused as why:
        return type(why)
    return None


def test_a_visit_is_read_as_it_was_sent() -> None:
    said = [
        HOST,
        ("origin", "a"),
        ("origin", "b"),
        ("sec-fetch-site", "none"),
        NAVIGATES,
        DOCUMENT,
        FORM,
        COOKIE,
    ]
    assert visit("PUT", *said, path="/p") == Visit(
        method="PUT",
        path="/p",
        host=("board.example",),
        origin=("a", "b"),
        fetch_site=("none",),
        fetch_mode=("navigate",),
        fetch_dest=("document",),
        content_type=("application/x-www-form-urlencoded",),
        has_cookie=True,
        is_socket=False,
    )
    socket = visit("", HOST, path="/ws/", kind="websocket")
    assert (socket.method, socket.is_socket, socket.has_cookie) == ("GET", True, False)
    assert visit("GET", ("origin", "http://\xe9")).origin == ("http://\xe9",)


@pytest.mark.parametrize(
    ("said", "why", "message"),
    [
        ([], NoHost, "The request does not name one host."),
        ([HOST, HOST], NoHost, "The request does not name one host."),
        ([("host", "evil.example")], ForeignHost, "This board does not answer to the name evil.example."),
        ([HOST, ("origin", "http://x")], ForeignOrigin, "A page of http://x may not use this board."),
    ],
)
def test_who_is_refused_by_name_is_told_the_name(said: Said, why: type[DoorRefused], message: str) -> None:
    with pytest.raises(why) as caught:
        check_visit(visit("GET", *said), DOOR)
    assert caught.value.message == message


def test_a_host_is_the_same_in_all_letters() -> None:
    assert refused(visit("GET", ("host", "BOARD.Example"))) is None


@pytest.mark.parametrize(
    ("method", "said", "why"),
    [
        ("GET", [DOCUMENT, NAVIGATES], None),
        ("HEAD", [DOCUMENT, NAVIGATES], None),
        ("POST", [DOCUMENT, NAVIGATES], ForeignPage),
        ("get", [DOCUMENT, NAVIGATES], ForeignPage),
        ("GET", [DOCUMENT], ForeignPage),
        ("GET", [NAVIGATES], ForeignPage),
        ("GET", [DOCUMENT, DOCUMENT, NAVIGATES], ForeignPage),
        ("GET", [DOCUMENT, NAVIGATES, NAVIGATES], ForeignPage),
        ("GET", [("sec-fetch-dest", "iframe"), NAVIGATES], ForeignPage),
        ("GET", [DOCUMENT, ("sec-fetch-mode", "cors")], ForeignPage),
    ],
)
def test_from_elsewhere_a_link_to_a_page_is_followed_and_nothing_else(
    method: str, said: Said, why: type[DoorRefused] | None
) -> None:
    assert refused(visit(method, HOST, ELSEWHERE, *said)) is why


@pytest.mark.parametrize(
    ("method", "path", "said", "why"),
    [
        ("GET", "/badge/x.svg", [IMAGE], None),
        ("HEAD", "/badge/x.svg", [IMAGE], None),
        ("POST", "/badge/x.svg", [IMAGE], ForeignPage),
        ("GET", "/badge/x.svg", [], ForeignPage),
        ("GET", "/badge/x.svg", [("sec-fetch-dest", "script")], ForeignPage),
        ("GET", "/badges/x.svg", [IMAGE], ForeignPage),
        ("GET", "/plans/badge/", [IMAGE], ForeignPage),
    ],
)
def test_from_elsewhere_a_badge_is_shown_as_a_picture_and_nothing_else(
    method: str, path: str, said: Said, why: type[DoorRefused] | None
) -> None:
    assert refused(visit(method, HOST, ELSEWHERE, *said, path=path)) is why


def test_from_elsewhere_no_socket_is_opened_whatever_it_says() -> None:
    for path in ("/ws/", "/badge/x.svg"):
        for said in ([DOCUMENT, NAVIGATES], [IMAGE]):
            assert refused(visit("", HOST, ELSEWHERE, *said, path=path, kind="websocket")) is ForeignPage


@pytest.mark.parametrize(
    ("sites", "why"),
    [
        (["same-origin"], None),
        (["none"], None),
        (["same-origin", "none"], None),
        (["same-site"], ForeignPage),
        (["same-origin", "cross-site"], ForeignPage),
        (["SAME-ORIGIN"], ForeignPage),
        ([""], ForeignPage),
    ],
)
def test_a_page_is_of_this_board_or_nobodys(sites: list[str], why: type[DoorRefused] | None) -> None:
    assert refused(visit("GET", HOST, *(("sec-fetch-site", site) for site in sites))) is why


@pytest.mark.parametrize(
    ("method", "said", "why"),
    [
        ("GET", [], None),
        ("HEAD", [], None),
        ("OPTIONS", [], None),
        ("PUT", [], NoOrigin),
        ("TRACE", [], NoOrigin),
        ("POST", [], NoOrigin),
        ("POST", [("origin", HERE)], None),
        ("POST", [("origin", HERE), ("origin", HERE)], NoOrigin),
        ("POST", [FORM], None),
        ("POST", [("content-type", " Multipart/Form-Data ; boundary=x;y")], None),
        ("POST", [("content-type", "text/plain")], NoOrigin),
        ("POST", [("content-type", "text/plain"), FORM], NoOrigin),
        ("POST", [("content-type", "text/plain; application/x-www-form-urlencoded")], NoOrigin),
        ("PUT", [FORM], NoOrigin),
    ],
)
def test_with_a_cookie_a_change_says_which_page_it_is_from(
    method: str, said: Said, why: type[DoorRefused] | None
) -> None:
    assert refused(visit(method, HOST, COOKIE, *said)) is why
    assert refused(visit(method, HOST, *said)) is None


def test_with_a_cookie_a_socket_says_which_page_it_is_from() -> None:
    assert refused(visit("", HOST, COOKIE, kind="websocket")) is NoOrigin
    assert refused(visit("", HOST, COOKIE, FORM, kind="websocket")) is NoOrigin
    assert refused(visit("", HOST, COOKIE, ("origin", HERE), kind="websocket")) is None
    assert refused(visit("", HOST, kind="websocket")) is None


@pytest.mark.parametrize("name", SINGLE_HEADERS)
def test_who_speaks_and_on_what_terms_is_said_once(name: bytes) -> None:
    check_single([(name, b"a"), (b"accept", b"x"), (b"accept", b"y")])
    with pytest.raises(SentTwice) as caught:
        check_single([(name, b"a"), (b"accept", b"x"), (name, b"a")])
    assert caught.value.message == f"The header {name.decode()} came twice."


@pytest.mark.parametrize(
    ("path", "is_theirs"),
    [
        ("/api", True),
        ("/api/", True),
        ("/api//", True),
        ("/api/v1/plans", True),
        ("/mcp", True),
        ("/mcp/x", True),
        ("/metrics", True),
        ("/apis/", False),
        ("/mcpx", False),
        ("/metrics.txt", False),
        ("/x/api/", False),
        ("/API/", False),
        ("/", False),
        ("", False),
    ],
)
def test_each_credential_counts_at_its_own_door_only(path: str, *, is_theirs: bool) -> None:
    headers = [(b"cookie", b"s=1"), (b"authorization", b"t"), (b"accept", b"x"), (b"cookie", b"s=2")]
    gone = b"cookie" if is_theirs else b"authorization"
    assert is_token_door(path) is is_theirs
    assert credentials_for(path, headers) == [pair for pair in headers if pair[0] != gone]
