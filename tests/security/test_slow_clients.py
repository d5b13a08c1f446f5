"""Clients that take their time, on purpose: to begin, to send, to read."""

import socket
import time
from typing import TYPE_CHECKING

import pytest

from tests.security.conftest import Running, serving
from tests.security.door_server import LENGTH, LONG
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SECONDS = 1
"""How long a request may take, and how long a stream may be left unread."""


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[tuple[Running, Path]]":
    """Run Daphne, whose limit is a second here, and keep what it says."""
    log = tmp_path_factory.mktemp("slow") / "stderr"
    with log.open("wb") as stderr, serving("daphne", seconds=SECONDS, stderr=stderr) as (server, _):
        yield server, log


def drip(client: socket.socket, piece: bytes) -> bytes:
    """Send a piece every tenth of a second until the server closes; gives what it said."""
    client.settimeout(0.1)
    said, chunk = b"", b"."
    deadline = time.monotonic() + PATIENCE
    while chunk:
        assert time.monotonic() < deadline, "the server still listens"
        try:
            client.sendall(piece)
            chunk = client.recv(65536)
            said += chunk
        except TimeoutError:
            pass
        except OSError:  # it closed while we were sending: what it said before may still be there
            return said + rest(client)
    return said


def rest(client: socket.socket) -> bytes:
    """Read what came before the connection broke."""
    try:
        return client.recv(65536)
    except OSError:
        return b""


def until(told: "Callable[[], bool]") -> None:
    deadline = time.monotonic() + PATIENCE
    while not told():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_request_line_that_drips_in_is_cut(logged: "tuple[Running, Path]") -> None:
    with logged[0].raw() as client:
        assert drip(client, b"G") == b""


def test_headers_that_drip_in_are_refused(logged: "tuple[Running, Path]") -> None:
    with logged[0].raw() as client:
        client.sendall(b"GET / HTTP/1.1\r\n")
        assert drip(client, b"X-Slow: 1\r\n").startswith(b"HTTP/1.1 408 ")


def test_a_second_request_that_drips_in_is_cut_too(logged: "tuple[Running, Path]") -> None:
    server, _ = logged
    with server.raw() as client:
        client.sendall(f"GET / HTTP/1.1\r\nHost: {server.host}\r\n\r\n".encode())
        assert client.recv(65536).startswith(b"HTTP/1.1 200 ")
        said = drip(client, b"G")
    assert b"HTTP/1.1" not in said


def test_who_sends_on_after_a_refusal_is_cut(logged: "tuple[Running, Path]") -> None:
    server, _ = logged

    def is_cut() -> bool:
        try:
            client.sendall(b"x")
        except OSError:
            return True
        return False

    with server.raw() as client:
        client.sendall(f"POST / HTTP/1.1\r\nHost: {server.host}\r\nContent-Length: 99999999\r\n\r\n".encode())
        assert client.recv(65536).startswith(b"HTTP/1.1 413 ")
        until(is_cut)


@pytest.mark.slow  # Daphne gives an application ten seconds to end by itself
def test_who_reads_nothing_of_a_stream_is_let_go(logged: "tuple[Running, Path]") -> None:
    server, log = logged
    with server.raw() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.sendall(f"GET /stream HTTP/1.1\r\nHost: {server.host}\r\n\r\n".encode())
        until(lambda: "the stream was told to stop" in log.read_text())


def test_who_reads_a_stream_keeps_it(logged: "tuple[Running, Path]") -> None:
    until(lambda: is_kept(logged[0]))


def is_kept(server: "Running") -> bool:
    """Read a stream for long; it is cut only where this process was held up, and did not read."""
    with server.raw() as client:
        client.sendall(f"GET /stream HTTP/1.1\r\nHost: {server.host}\r\n\r\n".encode())
        read, longest, looked_at = 0, 0.0, time.monotonic()
        while read < 8 * 1024 * 1024:
            try:
                chunk = client.recv(1024 * 1024)
            except OSError:
                chunk = b""
            now = time.monotonic()
            longest, looked_at = max(longest, now - looked_at), now
            if not chunk:
                assert longest >= SECONDS / 2
                return False
            read += len(chunk)
    return True


@pytest.mark.parametrize("path", LONG)
def test_an_answer_that_is_whole_waits_for_its_reader(logged: "tuple[Running, Path]", path: str) -> None:
    server, _ = logged
    with server.raw() as client:
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: {server.host}\r\nConnection: close\r\n\r\n".encode())
        said = client.recv(1024)
        enough = time.monotonic() + 2 * SECONDS
        until(lambda: time.monotonic() > enough)
        while chunk := client.recv(1024 * 1024):
            said += chunk
    assert said.count(b"x") >= LENGTH


def test_a_socket_lasts_longer_than_a_request_may_take(logged: "tuple[Running, Path]") -> None:
    server, _ = logged
    with server.raw() as client:
        asked = (
            "GET /ws HTTP/1.1",
            f"Host: {server.host}",
            f"Origin: {server.origin}",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        )
        client.sendall("\r\n".join((*asked, "", "")).encode())
        said = b""
        while b"\r\n\r\n" not in said:
            said += client.recv(65536)
        assert said.startswith(b"HTTP/1.1 101 ")
        enough = time.monotonic() + 2 * SECONDS
        while time.monotonic() < enough:
            client.sendall(b"\x81\x82\0\0\0\0hi")
            assert client.recv(65536) == b"\x81\x012"
            time.sleep(0.02)
