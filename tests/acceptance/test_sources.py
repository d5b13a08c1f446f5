"""A board that finds another program's lists by itself: seen, changed from both sides, without a browser."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.board_process import Board
from tests.acceptance.person import Person
from tests.sources.scene import task_lists
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.own_board
PAGE = "/plans/claude.release-train/"


@pytest.fixture
def tasks(tmp_path: Path) -> Path:
    """A list of Claude Code's, where its configuration says."""
    folder = tmp_path / "config" / "tasks" / "release-train"
    shutil.copytree(task_lists()["constructed/release-train"], folder)
    return folder


@pytest.fixture
def board(tmp_path: Path, tasks: Path) -> Iterator[Board]:
    variables = {"CLAUDE_CONFIG_DIR": str(tasks.parents[1]), "PLANBOARD_SOURCES": "claude"}
    with Board(tmp_path, settings=variables) as board:
        yield board


def test_a_list_is_picked_up_and_changes_go_both_ways(board: Board, tasks: Path) -> None:
    assert b"Claude Code: 1 list in " in board.output
    person = Person(board.url, board.new_link())
    until(lambda: "Cut the release" in person.get(PAGE).text)
    task = json.loads((tasks / "5.json").read_bytes())
    (tasks / "5.json").write_text(json.dumps(task | {"subject": "Cut it now"}, indent=2))
    until(lambda: "Cut it now" in person.get(PAGE).text)
    answer = person.post(f"{PAGE}steps/2/complete/", revision="1")
    assert answer.status in {200, 303}, answer.said
    assert json.loads((tasks / "2.json").read_bytes())["status"] == "completed"
