"""What is done at the terminal stands in the audit log, by the same rules as what is done on the board."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from plans.security.audit import FILE
from plans.security.audit_reading import entries
from plans.security.decision_key import key_id, make_signing_key

if TYPE_CHECKING:
    from plans.security.audit import Entry
    from tests.agents.shell import Ran, Shell


@pytest.fixture
def home(shell: Shell) -> Path:
    return Path(shell.variables["PLANBOARD_HOME"])


@pytest.fixture
def reviewed(shell: Shell, plan: str) -> int:
    """Let the first step be one that a person reviews; gives the plan's revision."""
    edited = shell.ask("step", "edit", plan, "1", "--review", "required", "--revision", "1")
    return int(str(edited.json["revision"]))


def opens(shell: Shell, plan: str, revision: int, *more: str) -> Ran:
    """Let a person at the terminal take the review away, which only people may."""
    return shell.run("step", "edit", plan, "1", "--review", "none", "--revision", str(revision), *more)


def decisions(home: Path) -> list[Entry]:
    return [entry for entry in entries(home) if entry["what"] == "decision"]


def test_a_restore_that_opens_something_is_noted(shell: Shell, plan: str, reviewed: int, home: Path) -> None:
    """Red without ``note_decision`` in ``Call``."""
    before = [entry["revision"] for entry in decisions(home)]

    restored = shell.ask("restore", plan, "--rev", str(reviewed - 1)).json["plan"]

    assert isinstance(restored, dict)
    (entry,) = decisions(home)
    assert before == []
    assert str(entry["who"]).startswith("terminal:")
    assert (entry["plan"], entry["verdict"], entry["revision"]) == (plan, "restore", restored["revision"])
    assert "verdict=restore" in shell.run("audit").out


def test_any_other_verb_that_opens_something_is_noted_once(
    shell: Shell, plan: str, reviewed: int, home: Path
) -> None:
    """Red where a call that was sent again is noted again."""
    for _ in range(2):
        assert opens(shell, plan, reviewed, "--key", "once").code == 0
    assert [(entry["verdict"], entry["step"]) for entry in decisions(home)] == [("edit", 1)]


def test_what_opens_nothing_leaves_no_line_and_asks_for_no_home(shell: Shell, plan: str, home: Path) -> None:
    shell.ask("step", "edit", plan, "1", "--title", "Survey", "--revision", "1")
    shell.ask("restore", plan, "--rev", "1")
    assert not home.exists()


def test_a_decision_that_cannot_be_noted_stands_and_says_so(
    shell: Shell, plan: str, reviewed: int, home: Path
) -> None:
    (home / FILE).mkdir(parents=True)

    ran = opens(shell, plan, reviewed)

    assert ran.code == 0
    assert "The audit log" in ran.err
    assert "what you did stands" in ran.err
    assert shell.ask("step", "show", plan, "1").step["review"] == "none"


def test_a_board_whose_decisions_count_is_noted_before_they_do(
    shell: Shell, home: Path, tmp_path: Path
) -> None:
    """Red where the line is written after ``believe``, or not at all."""
    (tmp_path / "other").mkdir()
    other = make_signing_key(str(tmp_path / "other")).public
    (home / FILE).mkdir(parents=True)
    assert shell.run("decision", "trust", other).code != 0
    assert other not in shell.run("decision", "key").out
    (home / FILE).rmdir()

    assert shell.run("decision", "trust", other).code == 0

    assert [(entry["what"], entry["key"]) for entry in entries(home)] == [("key_trusted", key_id(other))]
