"""How much and how slowly a stranger may send, on real connections."""

import contextlib
import http.client
import json
import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from websockets.sync.client import connect

from plans.security.headers import SECURITY_HEADERS
from tests.security.conftest import SECONDS, serving
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from subprocess import Popen

    from tests.security.conftest import Running

MIB = 1024 * 1024


def read_all(client: socket.socket) -> bytes:
    """Read until the server closes."""
    return b"".join(iter(lambda: client.recv(65536), b""))


def received(client: socket.socket) -> bytes:
    """Receive what there is; nothing when the server closed, or closed while we were still sending."""
    try:
        return client.recv(65536)
    except ConnectionResetError:
        return b""


def head(running: "Running", *lines: str) -> bytes:
    return "\r\n".join(["POST /x HTTP/1.1", f"Host: {running.host}", *lines, "", ""]).encode()


def send_until_refused(client: socket.socket, chunk: bytes, most: int) -> None:
    """Send chunks until the server shuts the connection, or `most` bytes are gone."""
    try:
        for _ in range(most // len(chunk)):
            client.sendall(chunk)
    except OSError:
        pass


def test_a_body_of_exactly_one_mib_arrives_whole(running: "Running") -> None:
    told = json.loads(running.ask("POST", body=b"x" * MIB).body)
    assert (told["body"], told["more"]) == (MIB, False)


def test_a_body_announced_as_too_large_is_refused_before_it_is_sent(running: "Running") -> None:
    with running.raw() as client:
        client.sendall(head(running, f"Content-Length: {MIB + 1}"))
        answer = read_all(client)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"larger than 1,048,576 bytes" in answer


def test_a_body_that_lies_about_its_size_is_counted_on_the_stream(running: "Running") -> None:
    with running.raw() as client:
        client.sendall(head(running, "Transfer-Encoding: chunked"))
        chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
        sender = threading.Thread(target=send_until_refused, args=(client, chunk, 64 * MIB))
        sender.start()
        answer = received(client)
        client.close()
        sender.join(timeout=PATIENCE)
    assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_body_that_drips_in_is_refused_in_time(running: "Running") -> None:
    with running.raw() as client:
        client.sendall(head(running, "Content-Length: 1000") + b"x")
        client.settimeout(0.1)
        answer, chunk = b"", b"."
        while chunk:
            with contextlib.suppress(OSError):  # it may have answered and closed already
                client.sendall(b"x")
            with contextlib.suppress(TimeoutError):
                chunk = received(client)
                answer += chunk
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert f"within {SECONDS} seconds" in answer.decode()


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate", "zstd", "GZIP", "identity, gzip"])
def test_a_compressed_body_is_refused(running: "Running", coding: str) -> None:
    answer = running.ask("POST", headers={"Content-Encoding": coding}, body=b"\x1f\x8b")
    assert answer.status == 415
    assert b"without Content-Encoding" in answer.body


def test_identity_is_no_compression(running: "Running") -> None:
    assert running.ask("POST", headers={"Content-Encoding": "identity"}, body=b"x").status == 200


def test_a_refused_body_carries_the_security_headers_too(running: "Running") -> None:
    answer = running.ask("POST", headers={"Content-Length": str(MIB + 1)})
    for name, _ in SECURITY_HEADERS:
        assert len(answer.all(name.decode())) == 1
    assert answer.all("connection") == ["close"]
    assert answer.all("content-type") == ["text/plain; charset=utf-8"]
    assert answer.all("content-length") == [str(len(answer.body))]


@pytest.mark.parametrize("sent", [{"Content-Type": "application/json"}, {"Authorization": "Bearer x"}])
def test_a_program_reads_the_refusal_as_json(running: "Running", sent: dict[str, str]) -> None:
    headers = {**sent, "Content-Length": str(MIB + 1)}
    answer = running.ask("POST", "/api/v1/plans", headers=headers)
    assert json.loads(answer.body)["error"]["code"] == "too_large"


def test_a_client_that_leaves_halfway_does_not_disturb_the_next(running: "Running") -> None:
    with running.raw() as client:
        client.sendall(head(running, "Content-Length: 1000") + b"x")
    assert running.ask("POST", body=b"x").status == 200


def test_a_connection_may_be_used_again_after_a_body(running: "Running") -> None:
    connection = http.client.HTTPConnection(running.host, timeout=PATIENCE)
    connection.connect()
    first = connection.sock
    for _ in range(3):
        connection.request("POST", "/x", body=b"x")
        assert json.loads(connection.getresponse().read())["body"] == 1
        assert connection.sock is first
    connection.close()


def test_a_failing_application_answers_500_with_the_headers(running: "Running") -> None:
    answer = running.ask(path="/boom")
    assert answer.status == 500
    assert b"boom" not in answer.body
    for name, _ in SECURITY_HEADERS:
        assert len(answer.all(name.decode())) == 1


def test_an_answer_that_breaks_off_is_cut_and_never_looks_whole(running: "Running") -> None:
    with running.raw() as client:
        client.sendall(f"GET /half HTTP/1.1\r\nHost: {running.host}\r\n\r\n".encode())
        answer = b""
        with contextlib.suppress(ConnectionResetError):
            while chunk := client.recv(65536):
                answer += chunk
    assert answer.count(b"HTTP/1.1 ") == 1
    assert not answer.endswith(b"0\r\n\r\n")


def test_daphnes_own_error_page_carries_the_headers() -> None:
    with serving("bare-daphne") as (server, _):
        answer = server.ask(path="/boom")
    assert answer.status == 500
    for name, _ in SECURITY_HEADERS:
        assert len(answer.all(name.decode())) == 1


@contextlib.contextmanager
def logging_to(log: Path, kind: str) -> "Iterator[tuple[Running, Popen[bytes], socket.socket]]":
    """Run a server that writes its errors into a file; gives it, its process and a connection to it."""
    with (
        log.open("wb") as stderr,
        serving(kind, seconds=PATIENCE, stderr=stderr) as (server, process),
        server.raw() as client,
    ):
        yield server, process, client


def test_what_is_refused_by_its_headers_reaches_no_application_when_its_body_comes(tmp_path: Path) -> None:
    """Not even one without a gate, which would refuse it again."""
    log = tmp_path / "stderr"
    with logging_to(log, "bare-daphne") as (server, _, client):
        asked = (
            "POST /stream HTTP/1.1",
            f"Host: {server.host}",
            "Content-Encoding: gzip",
            "Content-Length: 1",
        )
        client.sendall("\r\n".join((*asked, "", "x")).encode())
        assert read_all(client).count(b"HTTP/1.1 ") == 1
    assert log.read_text() == ""


def test_a_half_sent_body_does_not_keep_the_server_from_stopping_in_order(tmp_path: Path) -> None:
    log = tmp_path / "stderr"
    with (
        logging_to(log, "daphne") as (server, process, client),
        connect(f"ws://{server.host}/", proxy=None) as program,
    ):
        client.sendall(head(server, "Content-Length: 1000") + b"x")
        program.send("hello")
        assert program.recv() == "5"
        process.terminate()
        process.wait(timeout=PATIENCE)
    assert log.read_text() == "the socket was told to stop\n"


def test_a_request_the_server_itself_refuses_has_the_headers(running: "Running") -> None:
    answer = running.ask(headers={"X-Odd": "a\x0bb"})
    assert answer.status in {200, 400}
    if running.kind == "daphne":
        assert answer.status == 400
        assert len(answer.all("content-security-policy")) == 1
