"""Plans from Markdown and JSON and back, at the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.agents.shell import created, shown, steps_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.agents.shell import Json, Shell

ME = "session-abc"

MARKDOWN = """\
Some words before.

# Ledger to event store

## Survey
- [x] Map every *writer*
- [ ] Measure reads
  - at the 99th percentile
  - on a Monday

  and write it down
1. List the reports

## Build ##
* [-] Append-only table
"""

EVERY_FIELD: Json = {
    "number": 7,
    "title": "Backfill",
    "notes": "In slices",
    "phase": "Shadow",
    "review": "required",
    "risk": "irreversible",
    "critical": True,
    "kind": "work",
    "needs": [3],
    "status": "in_progress",
    "owner": "session-abc",
    "active_form": "copying 2024",
    "progress": {"done": 1, "total": 12},
    "extra": {"timeout": 900},
    "budget": {"tokens": 10},
}


def test_a_markdown_list_becomes_a_plan(shell: Shell) -> None:
    plan = created(shell, "new", "--from", "-", sent=MARKDOWN)

    assert plan["title"] == "Ledger to event store"
    assert [(step["title"], step["phase"], step["status"]) for step in steps_of(plan)] == [
        ("Map every *writer*", "Survey", "completed"),
        ("Measure reads", "Survey", "pending"),
        ("List the reports", "Survey", "pending"),
        ("Append-only table", "Build", "cancelled"),
    ]
    assert steps_of(plan)[1]["notes"] == "- at the 99th percentile\n- on a Monday\n\nand write it down"


def test_lines_that_become_nothing_are_told(shell: Shell) -> None:
    """Red before: they went without a word."""
    text = "We \x1b[31mdo:\n\n- one\n" + "".join(f"\nmore {number}\n" for number in range(6))
    ran = shell.run("plan", "create", "new", "--from", "-", sent=text)
    said = ran.err.splitlines()
    assert (ran.code, len(said)) == (0, 6)
    assert said[0] == "planboard: note: line 1 is no step, heading or note and was left out: We do:"
    assert said[-1] == "planboard: note: 2 more such lines were left out"


def test_json_becomes_a_plan_with_all_its_fields(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    first = {"number": 3, "title": "Before", "status": "completed"}
    file.write_text(
        json.dumps({"title": "T", "status": "green", "group": "g", "steps": [first, EVERY_FIELD]})
    )

    plan = created(shell, "new", "--from", str(file), "--as", ME)

    step = steps_of(plan)[1]
    expected = EVERY_FIELD | {"extra": {"timeout": 900, "budget": {"tokens": 10}}}
    del expected["budget"]
    assert {name: step[name] for name in expected} == expected
    assert (plan["title"], plan["status"], plan["group"]) == ("T", "green", "g")
    assert shell.ask("step", "add", "new", "--title", "Next", "--as", ME).step["number"] == 8


def test_a_markdown_export_leads_back_to_the_same_list(shell: Shell) -> None:
    created(shell, "new", "--from", "-", sent=MARKDOWN)
    exported = shell.run("plan", "export", "new").out

    copy = created(shell, "copy", "--from", "-", sent=exported)

    kept = ("title", "phase", "status", "notes")
    original = steps_of(shown(shell, "new"))
    assert [[step[name] for name in kept] for step in steps_of(copy)] == [
        [step[name] for name in kept] for step in original
    ]


def test_a_markdown_export_keeps_what_a_plain_list_cannot_say(shell: Shell) -> None:
    """Red before: the gate came back as work, and nothing was needed or reviewed."""
    sent = [
        {"number": 2, "title": "Go?", "kind": "gate"},
        {"number": 5, "title": "Ship", "needs": [2], "review": "required", "risk": "production"},
    ]
    created(shell, "new", "--from", "-", sent=json.dumps(sent))
    exported = shell.run("plan", "export", "new").out

    copy = created(shell, "copy", "--from", "-", "--as", ME, sent=exported)

    kept = ("number", "title", "kind", "needs", "review", "risk", "notes")
    original = steps_of(shown(shell, "new"))
    assert [[step[name] for name in kept] for step in steps_of(copy)] == [
        [step[name] for name in kept] for step in original
    ]


def test_an_untouched_export_written_over_its_plan_changes_nothing(shell: Shell) -> None:
    """Red before: a plan without a title was renamed by it, which a session may not, and notes lost lines."""
    notes = "code:\n\n\n    def f():\n        pass"
    created(shell, "new", "--from", "-", sent=json.dumps([{"title": "x", "notes": notes}]))
    exported = shell.run("plan", "export", "new").out

    ran = shell.ask("plan", "write", "new", "--from", "-", "--as", ME, "--revision", "1", sent=exported)

    assert ran.json["plan"] == shown(shell, "new")
    assert (shown(shell, "new")["revision"], steps_of(shown(shell, "new"))[0]["notes"]) == (1, notes)


def test_a_list_that_says_nothing_of_notes_leaves_them(shell: Shell) -> None:
    created(shell, "new", "--from", "-", sent=json.dumps([{"title": "x", "notes": "kept", "phase": "One"}]))

    ran = shell.ask("plan", "write", "new", "--from", "-", "--revision", "1", sent="- [x] x\n")

    (step,) = steps_of(ran.json["plan"])  # type: ignore[arg-type]
    assert (step["status"], step["notes"], step["phase"]) == ("completed", "kept", "One")


def test_a_text_without_a_list_is_one_step_a_line(shell: Shell) -> None:
    plan = created(shell, "new", "--from", "-", sent="\ufeffone\r\ntwo\r\n\r\nthree\r\n")
    assert [(step["title"], step["needs"]) for step in steps_of(plan)] == [
        ("one", []),
        ("two", []),
        ("three", [1, 2]),
    ]


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"# only a heading",
        b"[1]",
        b'{"steps":{}}',
        b'{"steps":[{"title":1}]}',
        b'{"steps":[{"notes":"no title"}]}',
        b'{"steps":[{"title":""}]}',
        b'{"steps":["a"],"steps":["b"]}',
        b'["\\ud800"]',
        b'["a"] []',
        b"[NaN]",
        b"- \xff",
        b'[{"title":"a","number":1},{"title":"b","number":1}]',
        b'[{"title":"a","number":1},"b"]',
        b'[{"title":"a","number":0}]',
        b'[{"title":"a","status":"doing"}]',
        b'[{"title":"a","owner":"\\u0007"}]',
        b"[" * 100,
        b'["' + b"x" * 1_100_000 + b'"]',
        b"- " + b"x" * 1_100_000,
    ],
)
def test_what_is_no_plan_is_refused(shell: Shell, sent: bytes) -> None:
    ran = shell.run("plan", "create", "new", "--from", "-", "--json", sent=sent)

    assert ran.code == 1, ran
    assert ran.error["message"]
    assert shell.run("plan", "show", "new").code == 5


def test_a_file_that_is_not_there_is_named(shell: Shell) -> None:
    ran = shell.run("plan", "create", "new", "--from", "/nowhere/plan.md")
    assert ran.code == 1
    assert "/nowhere/plan.md: No such file" in ran.err


@pytest.mark.parametrize(
    "step",
    [
        {"title": "g", "kind": "gate", "status": "completed"},
        {"title": "r", "review": "required", "status": "completed"},
        {"title": "o", "owner": "somebody-else"},
    ],
)
def test_an_agent_cannot_write_a_persons_word_into_a_plan(shell: Shell, step: Json) -> None:
    ran = shell.run("plan", "create", "new", "--from", "-", "--as", ME, "--json", sent=json.dumps([step]))
    assert (ran.code, ran.error["code"]) == (4, "person_only")


def test_what_only_the_board_says_of_a_step_is_not_imported(shell: Shell) -> None:
    decision = {"verdict": "approved", "by": "person:ada", "at": 1, "revision": 1, "seen": 1}
    forged = {"title": "x", "status": "blocked", "owner": ME, "decision": decision, "revision": 99}

    step = steps_of(created(shell, "new", "--from", "-", "--as", ME, sent=json.dumps([forged])))[0]

    assert (step["status"], step["decision"], step["revision"]) == ("in_progress", None, 1)
    assert step["extra"] == {}
