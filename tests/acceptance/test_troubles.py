"""What can go wrong around a plan: each time one clear sentence, nothing lost, and it goes by itself."""

from __future__ import annotations

import fcntl
import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.acceptance import seeing
from tests.acceptance.board_process import Board
from tests.acceptance.person import Person
from tests.store.test_full_disks import fill, mounted
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.acceptance.conftest import SignIn

pytestmark = pytest.mark.own_board
PLAN = "payments.ledger"
AGENT = "session-abc"
EDIT = f"/plans/{PLAN}/steps/1/edit/"


def one_step(board: Board) -> Path:
    """Make a plan; gives its plan.json."""
    board.ask("plan", "create", PLAN, "--title", "Ledger", session=AGENT)
    board.ask("step", "add", PLAN, "--title", "Turn on dual-write", session=AGENT)
    return board.root / PLAN / "plan.json"


def put(path: Path, data: bytes) -> None:
    """Replace a file as editors do."""
    draft = path.with_name("draft")
    draft.write_bytes(data)
    draft.rename(path)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    with mounted(tmp_path / "disk", "size=512k,mode=0700") as place:
        yield place


@pytest.fixture
def board_on_small_disk(tmp_path: Path, small_disk: Path) -> Iterator[Board]:
    with Board(tmp_path, settings={"PLANBOARD_ROOT": str(small_disk)}) as board:
        board.root = small_disk
        yield board


def test_garbage_in_the_file_keeps_the_last_good_version_and_names_the_place_live(
    board: Board, sign_in: SignIn
) -> None:
    path = one_step(board)
    page = sign_in(f"/plans/{PLAN}/")
    seeing.live(page)
    seeing.stay(page)
    good = path.read_bytes()
    bad = good.replace(b'"Turn on dual-write"', b"Turn on dual-write")
    put(path, bad)
    line = good.split(b"\n").index(b'      "step": "Turn on dual-write",') + 1
    banner = page.locator(".banner-error")
    expect(banner).to_contain_text("plan.json could not be read")
    expect(banner).to_contain_text(f"line {line}, column 15")
    expect(page.locator("#banner")).to_contain_text('"step": Turn on dual-write,')
    expect(page.locator("#step-1")).to_contain_text("Turn on dual-write")
    expect(page.locator("#board")).to_have_class("board is-read-only")
    assert path.read_bytes() == bad
    put(path, good)
    expect(banner).to_have_count(0)
    expect(page.locator("#board")).to_have_class("board")
    assert seeing.stayed(page)


def test_while_a_file_is_garbage_people_and_agents_are_told_the_same_and_others_go_on(
    board: Board, person: Person
) -> None:
    path = one_step(board)
    board.ask("plan", "create", "docs.guide", session=AGENT)
    good = path.read_bytes()
    put(path, b"<<<<<<< ours")
    until(lambda: "could not be read" in person.get(f"/plans/{PLAN}/").text)
    agent = board.run("step", "claim", PLAN, "1", session=AGENT)
    page = person.post(EDIT, revision=2, title="Lost?")
    assert agent.returncode != 0
    for said in (agent.stderr, page.said):
        assert "line 1, column 1" in said
    assert page.status >= 400
    assert "Lost?" in page.said
    assert "Unreadable" in person.get("/plans/").text
    assert path.read_bytes() == b"<<<<<<< ours"
    board.ask("step", "add", "docs.guide", "--title", "Others go on", session=AGENT)
    put(path, good)
    until(lambda: person.post(EDIT, revision=2, title="Saved").status == 303)
    assert board.step(PLAN, 1)["title"] == "Saved"


def test_a_deleted_file_is_shown_and_comes_back(board: Board, sign_in: SignIn) -> None:
    path = one_step(board)
    page = sign_in(f"/plans/{PLAN}/")
    seeing.live(page)
    kept = path.read_bytes()
    path.unlink()
    expect(page.locator(".banner-error")).to_contain_text("plan.json is gone")
    expect(page.locator("#step-1")).to_contain_text("Turn on dual-write")
    put(path, kept)
    expect(page.locator(".banner-error")).to_have_count(0)


def test_a_root_that_is_missing_at_the_start_is_said_and_found_later(tmp_path: Path) -> None:
    root = tmp_path / "later"
    with Board(tmp_path, settings={"PLANBOARD_ROOT": str(root)}) as board:
        assert f"There is no folder {root} yet".encode() in board.output
        person = Person(board.url, board.new_link())
        assert "No plans yet" in person.get("/plans/").text
        root.mkdir(mode=0o700)
        board.root = root
        one_step(board)
        until(lambda: "Turn on dual-write" in person.get(f"/plans/{PLAN}/").text)


def test_a_full_disk_refuses_an_edit_in_one_sentence_and_loses_nothing(board_on_small_disk: Board) -> None:
    board = board_on_small_disk
    one_step(board)
    person = Person(board.url, board.new_link())
    until(lambda: person.get(f"/plans/{PLAN}/").status == 200)
    filler = fill(board.root)
    notes = "What I typed. " * 599 + "What I typed."
    page = person.post(EDIT, revision=2, notes=notes)
    assert page.status >= 400
    assert "the disk is full" in page.said
    assert "Nothing was changed" in page.said
    assert notes in page.said
    agent = board.run("step", "edit", PLAN, "1", "--notes", notes, "--revision", "2", session=AGENT)
    assert agent.returncode == 6
    assert "disk is full" in agent.stderr
    assert person.get("/healthz").status == 200
    filler.unlink()
    assert person.post(EDIT, revision=2, notes=notes).status == 303
    assert board.step(PLAN, 1)["notes"] == notes
    assert board.run("verify").returncode == 0


def test_a_read_only_root_is_shown_and_refuses_edits_in_one_sentence(board_on_small_disk: Board) -> None:
    board = board_on_small_disk
    one_step(board)
    person = Person(board.url, board.new_link())
    until(lambda: "Turn on dual-write" in person.get(f"/plans/{PLAN}/").text)
    remount(board.root, "ro")
    board.stop()
    board.start()
    assert b"is read-only: its plans are shown and cannot be edited" in board.output
    assert "Turn on dual-write" in person.get(f"/plans/{PLAN}/").text
    page = person.post(EDIT, revision=2, title="New title")
    assert page.status >= 400
    assert "read-only" in page.said
    assert "New title" in page.said
    remount(board.root, "rw")
    until(lambda: person.post(EDIT, revision=2, title="New title").status == 303)
    assert board.step(PLAN, 1)["title"] == "New title"


def remount(place: Path, how: str) -> None:
    """Mount it otherwise; while the worker holds a lock's file open it is busy."""
    remounts = ["mount", "-o", f"remount,{how}", str(place)]
    until(lambda: subprocess.run(remounts, check=False).returncode == 0)


def test_a_lock_that_stays_busy_ends_in_one_sentence_at_every_door(board: Board, person: Person) -> None:
    one_step(board)
    until(lambda: person.get(f"/plans/{PLAN}/").status == 200)
    with (board.root / PLAN / ".board.lock").open("rb+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        agent = board.begin("step", "edit", PLAN, "1", "--title", "Late", "--revision", "2", session=AGENT)
        page = person.post(EDIT, revision=2, title="Late")
        _, said = agent.communicate()
        assert agent.returncode == 6
        for text in (page.said, said):
            assert f"Another program has been writing {PLAN}" in text
            assert "Nothing was changed. Try again" in text
        assert page.status >= 400
        assert "Late" in page.said
        assert person.get(f"/plans/{PLAN}/").status == 200
    assert person.post(EDIT, revision=2, title="Late").status == 303


def test_a_peers_lock_is_waited_for_and_its_holder_named(board: Board, person: Person) -> None:
    one_step(board)
    until(lambda: person.get(f"/plans/{PLAN}/").status == 200)
    lock = board.root / PLAN / ".lock"
    lock.write_text(f"{os.getpid()}-1753000000000-0123abcd")
    page = person.post(EDIT, revision=2, title="Late")
    assert page.status >= 400
    assert str(os.getpid()) in page.said
    assert lock.exists()
    lock.unlink()
    assert person.post(EDIT, revision=2, title="Late").status == 303
