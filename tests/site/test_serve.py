"""`planboard up` as a process: what it says, how it ends, and everything that can be wrong at the start."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import pytest

from plans.domain.actor import session
from plans.domain.verbs import shaping
from plans.store.orders import Order
from plans.store.plan_store import PlanStore
from plans.wiring import now_ms
from tests.site.board_process import BoardProcess, refused
from tests.waiting import PATIENCE, SOON

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

ABC = session("session-abc")


def create(root: Path, namespace: str = "payments.ledger") -> None:
    PlanStore(root, clock=now_ms).create(
        namespace,
        lambda plan: shaping.add(plan, by=ABC, at=now_ms(), title="One"),
        Order(by=ABC, verb="create"),
    )


def health(board: BoardProcess, *, seconds: float = PATIENCE) -> dict[str, str]:
    """Ask until everything answers."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(f"{board.origin}/healthz") as answer:
                found: dict[str, str] = json.load(answer)
                return found
        except urllib.error.HTTPError as error:
            said = error.read().decode()
            error.close()
        assert time.monotonic() < deadline, said
        time.sleep(0.05)


def mirrored(home: Path, namespace: str, revision: int) -> None:
    """Wait until the mirror has a revision."""
    deadline = time.monotonic() + PATIENCE
    connection = sqlite3.connect(home / "board.sqlite3", timeout=PATIENCE)
    try:
        query = "SELECT 1 FROM plans_plan WHERE namespace = ? AND revision = ?"
        while connection.execute(query, (namespace, revision)).fetchone() is None:
            assert time.monotonic() < deadline
            time.sleep(0.02)
    finally:
        connection.close()


def test_it_says_where_it_is_and_how_to_sign_in_and_everything_answers(tmp_path: Path) -> None:
    with BoardProcess(tmp_path) as board:
        assert board.link.startswith(f"{board.origin}/login/#code=")
        assert health(board) == {"status": "ok"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_told_to(tmp_path: Path, number: int) -> None:
    with BoardProcess(tmp_path) as board:
        health(board)
        began = time.monotonic()
        assert board.stop(number) == 0
        assert time.monotonic() - began < SOON


def test_it_ends_in_time_although_a_request_never_finishes(tmp_path: Path) -> None:
    with BoardProcess(tmp_path) as board:
        host, port = board.origin.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as half:
            half.sendall(
                b"POST /login/ HTTP/1.1\r\nHost: %b\r\nContent-Length: 10\r\n\r\nabc" % host.encode()
            )
            health(board)
            began = time.monotonic()
            board.stop()
            assert time.monotonic() - began < SOON


def test_it_copies_what_it_finds_and_goes_on_after_being_killed(tmp_path: Path) -> None:
    with BoardProcess(tmp_path) as board:
        create(board.root)
        mirrored(board.home, "payments.ledger", 1)
        board.process.kill()
    store = PlanStore(tmp_path / "root", clock=now_ms)
    store.change(
        "payments.ledger",
        lambda plan: shaping.add(plan, by=ABC, at=now_ms(), title="Two"),
        Order(by=ABC, verb="add"),
    )
    with BoardProcess(tmp_path) as board:
        mirrored(board.home, "payments.ledger", 2)
        assert board.stop() == 0


def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    with BoardProcess(tmp_path) as board:
        port = board.origin.rpartition(":")[2]
        code, said = refused("--port", port, PLANBOARD_ROOT=str(board.root), PLANBOARD_HOME=str(board.home))
    assert code == 1
    assert said.splitlines()[-1] == (
        f"planboard: 127.0.0.1:{port} cannot be opened: Address already in use. "
        "Choose another one with --port."
    )


def test_a_second_board_of_the_same_home_waits_to_copy_and_takes_over(tmp_path: Path) -> None:
    with BoardProcess(tmp_path) as first, BoardProcess(tmp_path) as second:
        health(first)
        first.process.kill()
        create(second.root)
        mirrored(second.home, "payments.ledger", 1)


def test_a_missing_root_is_said_and_the_board_opens_all_the_same(tmp_path: Path) -> None:
    with BoardProcess(tmp_path, PLANBOARD_ROOT=str(tmp_path / "nowhere")) as board:
        health(board)
        said = board.errors.read_text()
    assert "There is no folder" in said
    assert "make demo" in said
    assert not (tmp_path / "nowhere").exists()


def test_an_empty_root_offers_the_demo(tmp_path: Path) -> None:
    with BoardProcess(tmp_path) as board:
        assert "There are no plans in" in board.errors.read_text()


def test_the_default_root_is_made_for_agents_that_come_later(tmp_path: Path) -> None:
    with BoardProcess(tmp_path, PLANBOARD_ROOT="", HOME=str(tmp_path)):
        made = tmp_path / ".openclaw" / "plans"
        assert made.is_dir()
        assert made.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("words", "variables", "sentence"),
    [
        (["--port", "70000"], {}, "70000 is no port"),
        (["--host", "0.0.0.0"], {}, "can be reached from other machines"),  # noqa: S104
        ([], {"PLANBOARD_REDIS_URL": "localhost:6379"}, "PLANBOARD_REDIS_URL"),
        ([], {"PLANBOARD_DATABASE_URL": "mysql://x"}, "PLANBOARD_DATABASE_URL"),
        ([], {"PLANBOARD_ALLOWED_HOSTS": "*.example"}, "PLANBOARD_ALLOWED_HOSTS"),
        ([], {"PLANBOARD_PUBLIC_ORIGIN": "board.example"}, "PLANBOARD_PUBLIC_ORIGIN"),
        ([], {"PLANBOARD_PROXY_HEADER": "X-User"}, "PLANBOARD_PROXIES"),
        ([], {"PLANBOARD_WEBHOOK_TARGETS": "everywhere"}, "PLANBOARD_WEBHOOK_TARGETS"),
        ([], {"PLANBOARD_FILE_ROOTS": "/nowhere"}, "PLANBOARD_FILE_ROOTS"),
        ([], {"PLANBOARD_FILE_ROOTS": "/"}, "PLANBOARD_FILE_ROOTS"),
    ],
)
def test_a_wrong_setting_is_refused_with_what_to_change(
    tmp_path: Path, words: list[str], variables: dict[str, str], sentence: str
) -> None:
    here = {"PLANBOARD_HOME": str(tmp_path / "home"), "PLANBOARD_ROOT": str(tmp_path / "root")}
    code, said = refused(*words, **here, **variables)
    assert code != 0
    assert sentence in said
    assert "Traceback" not in said


def test_a_root_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, said = refused("--root", str(tmp_path / "file"), "--home", str(tmp_path / "home"))
    assert (code, said.count("\n")) == (1, 1)
    assert "is not a folder" in said


def test_a_home_among_the_plans_is_refused_before_anything_secret_is_in_it(tmp_path: Path) -> None:
    home = tmp_path / "root" / "home"
    code, said = refused("--root", str(tmp_path / "root"), "--home", str(home), "--port", "0")
    assert (code, said.count("\n")) == (1, 1)
    assert "PLANBOARD_HOME" in said
    assert not home.exists()


def test_a_home_that_others_can_read_is_refused(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(0o755)
    code, said = refused("--root", str(tmp_path / "root"), "--home", str(home), "--port", "0")
    assert code == 1
    assert "chmod 700" in said


def test_a_database_that_is_none_is_refused_and_left_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / "board.sqlite3").write_bytes(b"not a database at all, sorry" * 100)
    code, said = refused("--root", str(tmp_path / "root"), "--home", str(home), "--port", "0")
    assert code == 1
    assert "The database does not open" in said
    assert (home / "board.sqlite3").read_bytes().startswith(b"not a database")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_root_is_said(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "root").chmod(0o500)
    with BoardProcess(tmp_path) as board:
        assert "is read-only" in board.errors.read_text()
