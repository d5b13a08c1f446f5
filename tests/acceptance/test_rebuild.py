"""The mirror is only a copy: thrown away, it comes back from the files, history included."""

from __future__ import annotations

import json
import os
import re
import time
from typing import TYPE_CHECKING

import pytest

from plans.sessions.files import FOLDER
from plans.web.times import iso
from tests.acceptance import mirrored
from tests.acceptance.person import Person
from tests.acceptance.test_peer import PLAN as PEERS_PLAN
from tests.acceptance.test_peer import THEIRS, peer_sends, two_at_work
from tests.waiting import until

if TYPE_CHECKING:
    from tests.acceptance.board_process import Board

pytestmark = pytest.mark.own_board
PLAN = "payments.ledger"
AGENT = "session-abc"
PAGES = (
    "/plans/",
    f"/plans/{PLAN}/",
    *(f"/plans/{PLAN}/steps/{number}/" for number in (1, 2, 4)),
    f"/plans/{PEERS_PLAN}/",
    f"/plans/{PEERS_PLAN}/steps/2/",
)
_TOKEN = re.compile(r'name="(?:csrfmiddlewaretoken|key)" value="[^"]+"')
_COPY = re.compile(r'(?<=data-epoch="[0-9a-f]{24})\.[0-9]+')
"""Which copy of a plan a page shows: a mirror that was made again holds others."""
_REVISION = re.compile(r'data-revision="(\d+)"')
MORE_SECONDS = 80
"""Heartbeats are that far ahead of the clock, or a slow machine would show who fell silent meanwhile."""


def eventful(board: Board, person: Person) -> None:
    """Two plans with all sorts of changes, by agents, a person and a peer."""
    board.ask("plan", "create", PLAN, "--title", "Ledger", session=AGENT)
    for title in ("Survey", "Turn on dual-write", "Rehearse"):
        board.ask("step", "add", PLAN, "--title", title, session=AGENT)
    person.post(f"/plans/{PLAN}/steps/", title="Go?", kind="gate", needs="1, 2")
    board.ask("step", "claim", PLAN, "1", session=AGENT)
    board.ask("step", "block", PLAN, "1", "--approval", "Flag on?", session=AGENT)
    person.post(f"/plans/{PLAN}/steps/1/reject/", revision=7, note="Rehearse first")
    board.ask(
        "step", "heartbeat", PLAN, "1", "--active-form", "rehearsing", "--progress", "1/4", session=AGENT
    )
    person.post(f"/plans/{PLAN}/steps/1/comment/", note="Thank you")
    person.post(f"/plans/{PLAN}/steps/2/edit/", revision=3, title="Dual-write in staging", notes="*One* flag")
    person.post(f"/plans/{PLAN}/steps/2/move/", revision=11, to="down")
    person.post(f"/plans/{PLAN}/steps/3/remove/", revision=12)
    two_at_work(board)
    peer_sends(board, "completed", THEIRS)
    later = time.time() + MORE_SECONDS
    for heartbeats in (board.root / FOLDER).iterdir():
        os.utime(heartbeats, (later, later))


def pages_of(board: Board, person: Person) -> dict[str, str]:
    """Read the pages as soon as the mirror has what the files say."""
    newest = {name: board.plan(name)["revision"] for name in (PLAN, PEERS_PLAN)}
    mirrored.wait(board)
    until(lambda: all(shown(person, name) == revision for name, revision in newest.items()))
    # Sessions are written a batch a second.
    progress = f'Last progress</dt><dd><time class="" datetime="{last_change(board, AGENT)}"'
    until(lambda: progress in person.get(f"/plans/{PLAN}/steps/1/").text)
    answers = {path: person.get(path) for path in PAGES}
    assert {answer.status for answer in answers.values()} == {200}
    return {path: _COPY.sub("", _TOKEN.sub("", answer.text)) for path, answer in answers.items()}


def last_change(board: Board, session: str) -> str:
    """Tell when a session last changed any plan, as pages write it."""
    journals = board.root.glob("*/journal.jsonl")
    lines = [json.loads(line) for path in journals for line in path.read_text().splitlines()]
    return iso(max(line["at"] for line in lines if "rev" in line and line["by"] == f"session:{session}"))


def assert_same(pages: dict[str, str], before: dict[str, str]) -> None:
    for path, text in pages.items():
        assert text.splitlines() == before[path].splitlines(), path


def shown(person: Person, namespace: str) -> int:
    found = _REVISION.search(person.get(f"/plans/{namespace}/").text)
    return int(found[1]) if found else 0


def delete_the_database(board: Board) -> None:
    files = list(board.home.glob("board.sqlite3*"))
    assert files
    for file in files:
        file.unlink()


def test_pages_are_the_same_after_the_database_was_deleted_and_rebuilt(board: Board, person: Person) -> None:
    eventful(board, person)
    before = pages_of(board, person)
    assert "Rehearse first" in before[f"/plans/{PLAN}/steps/1/"]
    board.stop()
    delete_the_database(board)
    rebuilt = board.manage("rebuild_mirror")
    assert rebuilt.returncode == 0, rebuilt.stderr
    checked = board.manage("check_mirror")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    board.start()
    assert_same(pages_of(board, Person(board.url, board.new_link())), before)


def test_a_board_that_starts_without_its_database_makes_it_again(board: Board, person: Person) -> None:
    eventful(board, person)
    before = pages_of(board, person)
    board.stop()
    delete_the_database(board)
    board.start()
    assert_same(pages_of(board, Person(board.url, board.new_link())), before)


def test_a_rebuild_under_an_open_board_is_refused_in_one_sentence(board: Board, person: Person) -> None:
    eventful(board, person)
    before = pages_of(board, person)
    refused = board.manage("rebuild_mirror")
    assert refused.returncode == 1
    assert "Stop `planboard up`" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert_same(pages_of(board, person), before)
