"""Plans as a whole: made, listed, signed in to, deleted; at the command line."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from plans.actions.deciding import approve_step
from plans.actions.planning import archive_plan
from plans.domain.actor import person
from tests.agents.shell import created

if TYPE_CHECKING:
    from pathlib import Path

    from plans.actions.desk import Desk
    from tests.agents.shell import Shell

ME = "session-abc"
ADA = person("ada")


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


def test_login_prints_a_link_that_works_once_and_keeps_its_folder_private(
    shell: Shell, tmp_path: Path
) -> None:
    home = tmp_path / "private"
    answer = shell.ask("login", "--home", str(home), "--origin", "http://127.0.0.1:9000/").json

    assert answer["url"] == f"http://127.0.0.1:9000/login/#code={answer['code']}"
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert shell.run("login", session=ME).code == 4


@pytest.mark.parametrize(
    "sent", ['{"a": 1}', '{"title": "Ledger", "stepz": ["one"]}', '{"plan": {"step": []}}']
)
def test_steps_under_another_name_make_no_empty_plan(shell: Shell, sent: str) -> None:
    """Red before: an empty plan was made, and the sender told that all was well."""
    ran = shell.run("plan", "create", "x", "--from", "-", "--json", sent=sent)
    assert (ran.code, ran.error["code"]) == (1, "wrong_input")
    assert "means nothing here" in str(ran.error["message"])
    assert shell.run("plan", "create", "x", "--from", "-", sent='{"title": "Ledger"}').code == 0


def test_a_plan_that_is_created_again_is_shown_as_it_was_made(shell: Shell) -> None:
    """Red before: it was shown as it stands now."""
    asked = ("plan", "create", "once", "--title", "Once", "--key", "k")
    first, said = shell.ask(*asked), "created once  active  0/0 done  Once\n"
    shell.ask("step", "add", "once", "--title", "One")

    assert shell.ask(*asked).json == first.json
    assert shell.run(*asked).out == said
