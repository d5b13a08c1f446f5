"""What a person looks at and does when files are in trouble, at the command line."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from plans.store import lock_watch
from tests.agents.shell import steps_of

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.agents.shell import Shell

ME = "session-abc"


def test_a_plan_is_shown_as_it_was(shell: Shell, plan: str) -> None:
    shell.ask("step", "claim", plan, "1", "--as", ME)
    was = shell.ask("plan", "show", plan, "--rev", "1").json["plan"]
    assert isinstance(was, dict)
    assert steps_of(was)[0]["owner"] is None
    assert shell.run("plan", "show", plan, "--rev", "9").code == 1


def test_a_peers_change_shows_at_once(shell: Shell, plan: str, root: Path) -> None:
    file = root / plan / "plan.json"
    core = json.loads(file.read_text())
    core["steps"][0] |= {"status": "completed", "updatedBy": "agent:main"}
    file.write_text(json.dumps(core, indent=2))

    step = shell.ask("step", "show", plan, "1").step

    assert step["status"] == "completed"


def test_an_unreadable_plan_is_shown_in_its_last_good_version(shell: Shell, plan: str, root: Path) -> None:
    (root / plan / "plan.json").write_text("{ nonsense")

    ran = shell.run("plan", "show", plan)

    assert ran.code == 0
    assert "Map every writer" in ran.out
    assert "last good version" in ran.err
    refused = shell.run("step", "claim", plan, "1", "--as", ME, "--json")
    assert (refused.code, refused.error["code"]) == (6, "unreadable")
    listed = shell.ask("plan", "list").json["plans"]
    assert isinstance(listed, list)
    assert listed[0]["problem"]["line"] == 1
    assert "its file cannot be used: " in shell.run("plan", "list").out


def test_one_plan_that_was_never_readable_does_not_hide_the_others(
    shell: Shell, plan: str, root: Path
) -> None:
    (root / "broken").mkdir()
    (root / "broken" / "plan.json").write_text("nonsense")

    plans = shell.ask("plan", "list").json["plans"]

    assert isinstance(plans, list)
    assert [found["namespace"] for found in plans] == ["broken", plan]
    assert "broken" in shell.run("plan", "list").out


def test_verify_finds_what_does_not_fit(shell: Shell, plan: str, root: Path) -> None:
    shell.ask("step", "claim", plan, "1", "--as", ME)
    assert shell.run("verify").code == 0
    journal = root / plan / "journal.jsonl"
    journal.write_text(journal.read_text().replace("Measure reads", "Measure roads", 1))

    ran = shell.run("verify", plan)

    assert ran.code == 1
    assert "payments.ledger" in ran.out
    assert shell.run("verify", "--json").code == 1
    assert shell.run("verify", "nowhere").code == 5


def test_an_older_revision_is_restored_as_a_new_one(shell: Shell, plan: str) -> None:
    shell.ask("step", "edit", plan, "1", "--title", "Changed", "--revision", "1")

    assert shell.run("restore", plan, "--rev", "1", session=ME).code == 4
    assert shell.run("restore", plan, "--rev", "1", "--revision", "1").code == 3
    assert shell.run("restore", plan, "--rev", "1").code == 0

    step = shell.ask("step", "show", plan, "1").step
    assert (step["title"], step["revision"]) == ("Map every writer", 3)


def test_a_lock_of_a_dead_program_is_removed_by_a_person_only(shell: Shell, plan: str, root: Path) -> None:
    assert "Nothing holds a lock" in shell.run("unlock", plan).out
    assert shell.run("unlock", plan, session=ME).code == 4
    (root / plan / ".lock").write_text(f"{os.getpid()}-1-00000000")
    assert shell.run("unlock", plan).code == 6
    assert (root / plan / ".lock").exists()


def test_a_lock_of_a_dead_program_is_watched_and_then_removed(
    shell: Shell, plan: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert lock_watch.QUIET_SECONDS == 20
    monkeypatch.setattr(lock_watch, "QUIET_SECONDS", 1.0)
    lock = root / plan / ".lock"
    lock.write_text("999999999-1-00000000")

    done = shell.run("unlock", plan)

    assert done.code == 0
    assert "watching it for 1 s" in done.err
    assert "was removed" in done.out
    assert not lock.exists()
