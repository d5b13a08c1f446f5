"""Plans as a whole, at the command line."""

from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING

import pytest

from plans.actions.deciding import approve_step
from plans.actions.planning import archive_plan
from plans.domain.actor import person
from plans.store import lock_watch

if TYPE_CHECKING:
    from pathlib import Path

    from plans.actions.desk import Desk
    from tests.agents.shell import Json, Shell

ME = "session-abc"
ADA = person("ada")

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


def test_a_new_plan_is_active_and_empty(shell: Shell) -> None:
    plan = created(shell, "new", "--title", "New plan", "--as", ME)

    assert (plan["namespace"], plan["title"], plan["state"]) == ("new", "New plan", "active")
    assert (plan["steps"], plan["revision"], plan["created_by"]) == ([], 1, f"session:{ME}")


def test_a_draft_gives_no_steps_out(shell: Shell) -> None:
    assert created(shell, "new", "--draft", "--from", "-", sent="- one")["state"] == "draft"
    assert shell.ask("step", "next", "new", "--as", ME).json["step"] is None
    assert shell.run("step", "claim", "new", "1", "--as", ME).code == 4


def test_a_taken_name_is_refused(shell: Shell, plan: str) -> None:
    ran = shell.run("plan", "create", plan, "--json")
    assert (ran.code, ran.error["code"]) == (4, "plan_exists")
    assert shell.run("plan", "create", plan.upper()).code == 1


def test_a_repeated_create_makes_one_plan(shell: Shell) -> None:
    asked = ("plan", "create", "new", "--title", "Once", "--key", "c1", "--as", ME)
    assert shell.ask(*asked).json == shell.ask(*asked).json


@pytest.mark.parametrize("name", ["../up", "a/b", ".hidden", "con", "x.", "ä", "", "a" * 129, "a\n"])
def test_a_name_that_cannot_be_a_folder_is_refused(shell: Shell, name: str, root: Path) -> None:
    assert shell.run("plan", "create", name).code in {1, 2}
    assert list(root.iterdir()) == []


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


def test_an_exported_plan_can_be_imported_again(shell: Shell, plan: str, tmp_path: Path) -> None:
    shell.ask("step", "edit", plan, "1", "--notes", "a\n\nb", "--set", "k=[1]", "--revision", "1")
    shell.ask("step", "claim", plan, "2", "--as", ME)
    file = tmp_path / "out.json"
    answer = shell.ask("plan", "export", plan, "--output", str(file)).json
    assert answer["bytesWritten"] == file.stat().st_size

    copy = created(shell, "copy", "--from", str(file))

    sent = ("number", "title", "notes", "needs", "status", "owner", "extra", "phase")
    now = steps_of(shown(shell, plan))
    assert [[step[name] for name in sent] for step in steps_of(copy)] == [
        [step[name] for name in sent] for step in now
    ]


def test_an_export_overwrites_nothing(shell: Shell, plan: str, tmp_path: Path) -> None:
    file = tmp_path / "precious"
    file.write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")

    assert shell.run("plan", "export", plan, "--output", str(file)).code == 6
    assert shell.run("plan", "export", plan, "--output", str(tmp_path / "link")).code == 6
    assert file.read_text() == "mine"
    assert not (tmp_path / "elsewhere").exists()


def test_a_markdown_export_leads_back_to_the_same_list(shell: Shell) -> None:
    created(shell, "new", "--from", "-", sent=MARKDOWN)
    exported = shell.run("plan", "export", "new").out

    copy = created(shell, "copy", "--from", "-", sent=exported)

    kept = ("title", "phase", "status", "notes")
    original = steps_of(shown(shell, "new"))
    assert [[step[name] for name in kept] for step in steps_of(copy)] == [
        [step[name] for name in kept] for step in original
    ]


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"no list here",
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


def test_the_status_of_a_plan_is_free_text_under_its_own_revision(shell: Shell, plan: str) -> None:
    shell.ask("step", "claim", plan, "1", "--as", ME)

    set_ = ("plan", "status", plan, "--as", ME, "--set", "on  track")
    assert shell.run(*set_).code == 2
    assert shell.ask(*set_, "--revision", "1").code == 0
    assert shell.run(*set_, "--revision", "1").code == 3
    assert shell.ask("plan", "status", plan).json["status"] == "on track"
    assert shell.run("plan", "status", plan).out == "active: on track\n"


def test_a_deleted_plan_lies_in_the_trash(shell: Shell, plan: str, root: Path) -> None:
    assert shell.run("plan", "delete", plan).code == 2
    answer = shell.ask("plan", "delete", plan, "--revision", "1").json

    assert shell.run("plan", "show", plan).code == 5
    assert isinstance(answer["trash"], str)
    assert answer["trash"].startswith(str(root / ".trash" / plan))


def test_an_agent_deletes_only_what_it_made_and_nobody_decided(shell: Shell, plan: str, desk: Desk) -> None:
    assert shell.run("plan", "delete", plan, "--as", ME, "--revision", "1").code == 4
    created(shell, "mine", "--from", "-", "--as", ME, sent="- one\n")
    shell.ask("step", "claim", "mine", "1", "--as", ME)
    shell.ask("step", "block", "mine", "1", "--as", ME, "--approval", "ok?")
    approve_step(desk, "mine", 1, by=ADA, expected=3)

    assert shell.run("plan", "delete", "mine", "--as", ME, "--revision", "4").code == 4
    created(shell, "other", "--as", ME)
    assert shell.run("plan", "delete", "other", "--as", ME, "--revision", "1").code == 0


def test_the_list_of_plans_counts_steps_by_column(shell: Shell, plan: str, desk: Desk) -> None:
    created(shell, "old")
    archive_plan(desk, "old", by=ADA, expected=1)
    shell.ask("step", "claim", plan, "1", "--as", ME)

    plans = shell.ask("plan", "list").json["plans"]

    assert isinstance(plans, list)
    assert [(found["namespace"], found["counts"]) for found in plans] == [
        (plan, {"todo": 2, "run": 1, "ask": 0, "done": 0})
    ]
    assert "old" in shell.run("plan", "list", "--archived").out


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


def test_login_prints_a_link_that_works_once_and_keeps_its_folder_private(
    shell: Shell, tmp_path: Path
) -> None:
    home = tmp_path / "private"
    answer = shell.ask("login", "--home", str(home), "--origin", "http://127.0.0.1:9000/").json

    assert answer["url"] == f"http://127.0.0.1:9000/login/#code={answer['code']}"
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert shell.run("login", session=ME).code == 4


def created(shell: Shell, name: str, *words: str, sent: str | bytes = "") -> Json:
    """Create a plan; gives it."""
    plan = shell.ask("plan", "create", name, *words, sent=sent).json["plan"]
    assert isinstance(plan, dict)
    return plan


def shown(shell: Shell, name: str) -> Json:
    """Read a plan."""
    plan = shell.ask("plan", "show", name).json["plan"]
    assert isinstance(plan, dict)
    return plan


def steps_of(plan: Json) -> list[Json]:
    """Give a plan's steps."""
    steps = plan["steps"]
    assert isinstance(steps, list)
    return steps
