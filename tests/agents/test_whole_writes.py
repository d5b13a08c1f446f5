"""A whole plan written over the one that was read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.agents.shell import steps_of

if TYPE_CHECKING:
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
