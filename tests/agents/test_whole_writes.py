"""A whole plan written over the one that was read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.agents.shell import created, shown, steps_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.agents.shell import Shell

ME = "session-abc"


def test_a_whole_plan_is_written_over_the_one_that_was_read(shell: Shell, plan: str) -> None:
    sent = json.dumps(
        {
            "title": "Ledger 2",
            "steps": [
                {"title": "Measure reads", "notes": "first now"},
                {"number": 1, "title": "Map all writers"},
                {"title": "New one", "needs": [1, 2], "extra": {"k": 1}},
            ],
        }
    )

    written = shell.ask("plan", "write", plan, "--revision", "1", sent=sent).json["plan"]

    assert isinstance(written, dict)
    assert written["title"] == "Ledger 2"
    assert [(step["number"], step["title"], step["needs"]) for step in steps_of(written)] == [
        (2, "Measure reads", []),
        (1, "Map all writers", []),
        (4, "New one", [1, 2]),
    ]
    assert written["revision"] == 2


def test_a_whole_write_needs_the_plans_own_revision(shell: Shell, plan: str) -> None:
    shell.ask("step", "claim", plan, "1", "--as", ME)

    assert shell.run("plan", "write", plan, sent='["a"]').code == 2
    ran = shell.run("plan", "write", plan, "--revision", "1", "--json", sent='["a"]')

    assert ran.code == 3
    current = ran.error["current"]
    assert isinstance(current, dict)
    assert current["revision"] == 2


def test_a_whole_write_keeps_what_was_not_sent(shell: Shell, plan: str) -> None:
    shell.ask("step", "edit", plan, "1", "--notes", "kept", "--set", "k=1", "--revision", "1")
    shell.ask("step", "claim", plan, "1", "--as", ME)

    sent = "- Map every writer\n- Measure reads\n- Choose the key\n"
    assert shell.ask("plan", "write", plan, "--revision", "3", sent=sent).code == 0

    step = shell.ask("step", "show", plan, "1").step
    assert (step["notes"], step["owner"], step["status"], step["extra"]) == (
        "kept",
        ME,
        "in_progress",
        {"k": 1},
    )
    assert shell.ask("step", "list", plan).json["revision"] == 3


def test_an_agents_whole_write_obeys_the_rules_of_each_verb(shell: Shell, plan: str) -> None:
    write = ("plan", "write", plan, "--as", ME, "--revision", "1", "--json")

    assert shell.run(*write, sent='["Map every writer", "Measure reads"]').code == 4
    third = {"number": 3, "title": "Choose the key", "status": "completed"}
    rest: list[object] = ["Map every writer", "Measure reads"]
    ran = shell.run(*write, sent=json.dumps([*rest, third]))
    assert (ran.code, ran.error["code"]) == (4, "not_ready")
    first = {"number": 1, "title": "Map every writer", "status": "completed"}
    assert shell.run(*write, sent=json.dumps([first, "Measure reads", "Choose the key"])).code == 0


@pytest.mark.parametrize("name", ["-", "plan.txt", "plan.json"])
def test_json_behind_a_byte_order_mark_is_json(shell: Shell, plan: str, tmp_path: Path, name: str) -> None:
    """Red where the mark hides the brace: the plan's steps were removed, and each line of JSON became one."""
    sent = b'\xef\xbb\xbf{\n  "steps": [\n    "Map every writer", "Measure reads", "Choose the key"\n  ]\n}\n'
    (tmp_path / "plan.txt").write_bytes(sent)
    (tmp_path / "plan.json").write_bytes(sent)
    source = "-" if name == "-" else str(tmp_path / name)

    written = shell.ask("plan", "write", plan, "--from", source, "--revision", "1", sent=sent).json["plan"]

    assert written == shown(shell, plan)
    assert [step["number"] for step in steps_of(shown(shell, plan))] == [1, 2, 3]
    assert len(steps_of(created(shell, "new", "--from", source, sent=sent))) == 3


def test_what_is_read_behind_a_byte_order_mark_is_limited_as_ever(shell: Shell) -> None:
    mark = b"\xef\xbb\xbf"
    rest = b"- a\n\n  " + b"x" * 60_000 + b"\n"
    most = (rest * 20)[: 1024 * 1024]
    assert shell.run("plan", "create", "new", "--from", "-", sent=mark + most).code == 0
    over = shell.run("plan", "create", "more", "--from", "-", sent=mark + most + b"x")
    assert (over.code, "more than 1,048,576 bytes" in over.err) == (1, True)


@pytest.mark.parametrize(
    "sent", ["502 Bad Gateway\nTry again\n", "# Only a heading\n", "", "```\n- a\n```\n"]
)
def test_a_text_without_a_list_is_not_written_over_a_plan(shell: Shell, plan: str, sent: str) -> None:
    """Red before: an error page that was piped in removed every step, and its lines became the plan."""
    ran = shell.run("plan", "write", plan, "--revision", "1", "--json", sent=sent)

    assert (ran.code, ran.error["message"]) == (1, "There is no list in this text")
    assert shown(shell, plan)["revision"] == 1
