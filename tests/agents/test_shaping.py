"""Adding and editing steps, by real processes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.agents.shell import Json, Shell

ME, OTHER = "session-abc", "session-def"
EVERYTHING = (
    *("--title", "Backfill three years"),
    *("--notes", "In 90-day slices.\n\n- <b>not</b> bold"),
    *("--needs", "1,2"),
    *("--phase", "Shadow"),
    *("--review", "required"),
    *("--risk", "production"),
    "--critical",
    *("--set", "timeout=900"),
    *("--set", 'retry={"max":3,"on":["net",null]}'),
    *("--set", "validate=make check"),
    *("--set", "budget=1.5"),
)


def test_everything_a_caller_sets_comes_back(shell: Shell, plan: str) -> None:
    step = shell.ask("step", "add", plan, "--as", ME, *EVERYTHING).step

    expected: Json = {
        "number": 4,
        "title": "Backfill three years",
        "notes": "In 90-day slices.\n\n- <b>not</b> bold",
        "needs": [1, 2],
        "phase": "Shadow",
        "review": "required",
        "risk": "production",
        "critical": True,
        "extra": {
            "timeout": 900,
            "retry": {"max": 3, "on": ["net", None]},
            "validate": "make check",
            "budget": 1.5,
        },
        "created_by": f"session:{ME}",
        "status": "pending",
        "ready": False,
        "waits_on": [1, 2],
    }
    assert {name: step[name] for name in expected} == expected
    shell.ask("step", "edit", plan, "4", "--as", ME, "--phase", "Later", "--revision", str(step["revision"]))
    later = shell.ask("step", "show", plan, "4").step
    assert {name: later[name] for name in expected} == expected | {"phase": "Later"}


def test_a_gate_stands_where_it_was_put(shell: Shell, plan: str) -> None:
    shell.ask("step", "add", plan, "--as", ME, "--title", "Go", "--gate", "--after", "1", "--needs", "1")

    listed = shell.ask("step", "list", plan).json["steps"]
    assert isinstance(listed, list)
    assert [(step["number"], step["kind"]) for step in listed][:2] == [(1, "work"), (4, "gate")]
    ran = shell.run("step", "claim", plan, "4", "--as", ME, "--json")
    assert (ran.code, ran.error["code"]) == (4, "person_only")


def test_an_edit_must_say_what_it_was_made_from(shell: Shell, plan: str) -> None:
    ran = shell.run("step", "edit", plan, "1", "--title", "New", "--json")
    assert (ran.code, ran.error["code"]) == (2, "revision_required")


def test_a_stale_edit_is_refused_with_what_there_is_now(shell: Shell, plan: str) -> None:
    shell.ask("step", "edit", plan, "1", "--title", "Theirs", "--revision", "1")

    ran = shell.run("step", "edit", plan, "1", "--title", "Mine", "--revision", "1", "--json")

    assert ran.code == 3
    assert (ran.error["expected"], ran.error["actual"]) == (1, 2)
    assert ran.error["changed"] == ["title"]
    assert ran.error["by"] == "person:local"
    current = ran.error["current"]
    assert isinstance(current, dict)
    assert current["title"] == "Theirs"
    saved = shell.ask("step", "edit", plan, "1", "--title", "Mine", "--revision", "2").step
    assert (saved["title"], saved["revision"]) == ("Mine", 3)


def test_the_plans_revision_serves_as_well(shell: Shell, plan: str) -> None:
    revision = shell.ask("step", "edit", plan, "2", "--title", "Two", "--revision", "1").json["revision"]
    assert shell.ask("step", "edit", plan, "1", "--title", "One", "--revision", str(revision)).code == 0


def test_a_revision_that_is_still_to_come_is_refused(shell: Shell, plan: str) -> None:
    assert shell.run("step", "edit", plan, "1", "--title", "One", "--revision", "99").code == 3


def test_of_racing_edits_from_one_revision_exactly_one_is_saved(shell: Shell, plan: str) -> None:
    def edit(title: str) -> int:
        return shell.run("step", "edit", plan, "1", "--title", title, "--revision", "1").code

    with ThreadPoolExecutor() as pool:
        codes = sorted(pool.map(edit, [f"title {n}" for n in range(6)]))

    assert codes == [0, 3, 3, 3, 3, 3]


def test_a_session_edits_only_what_is_its_own(shell: Shell, plan: str) -> None:
    ran = shell.run("step", "edit", plan, "1", "--as", ME, "--title", "x", "--revision", "1", "--json")
    assert (ran.code, ran.error["code"]) == (4, "not_yours")


def test_a_session_may_tighten_but_not_loosen(shell: Shell, plan: str) -> None:
    shell.ask("step", "claim", plan, "1", "--as", ME)
    edit = ("step", "edit", plan, "1", "--as", ME, "--json", "--revision")

    assert shell.run(*edit, "2", "--review", "required", "--risk", "irreversible", "--critical").code == 0
    for looser in (["--review", "none"], ["--risk", "normal"], ["--no-critical"]):
        ran = shell.run(*edit, "3", *looser)
        assert (ran.code, ran.error["code"]) == (4, "person_only")


@pytest.mark.parametrize("needs", ["1", "3", "99"])
def test_needs_that_cannot_be_are_refused_naming_the_edge(shell: Shell, plan: str, needs: str) -> None:
    ran = shell.run("step", "edit", plan, "1", "--needs", needs, "--revision", "1", "--json")
    assert (ran.code, ran.error["code"], ran.error["edge"]) == (4, "needs_refused", [1, int(needs)])


def test_an_extra_value_is_deleted_by_null(shell: Shell, plan: str) -> None:
    shell.ask("step", "edit", plan, "1", "--set", "a=1", "--set", "b=x=y", "--revision", "1")
    step = shell.ask("step", "edit", plan, "1", "--set", "a=null", "--revision", "2").step
    assert step["extra"] == {"b": "x=y"}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--title", ""], 1),
        (["--title", "x" * 2049], 1),
        (["--title", "x", "--notes", "x" * 65_537], 1),
        (["--title", "x", "--set", "owner=me"], 1),
        (["--title", "x", "--set", "nonsense"], 1),
        (["--title", "x", "--set", '={"a":1}'], 1),
        (["--title", "x", "--set", 'k={"a":1,"a":2}'], 1),
        (["--title", "x", "--set", "k=" + "[" * 60 + "]" * 60], 1),
        (["--title", "x", "--needs", "one"], 2),
        (["--title", "x", "--risk", "huge"], 2),
        (["--title", "x", "--key", ""], 1),
        (["--title", "x", "--colour", "red"], 2),
        ([], 2),
    ],
)
def test_what_cannot_be_used_is_refused_and_changes_nothing(
    shell: Shell, plan: str, words: list[str], code: int
) -> None:
    ran = shell.run("step", "add", plan, "--as", ME, "--json", *words)

    assert ran.code == code, ran
    assert ran.error["message"]
    assert ran.error["advice"]
    assert shell.ask("step", "list", plan).json["revision"] == 1


def test_bytes_that_are_no_text_are_refused(shell: Shell, plan: str) -> None:
    half = b"half \xff".decode("utf-8", "surrogateescape")
    assert shell.run("step", "add", plan, "--as", ME, "--title", half).code == 1
    assert shell.run("step", "add", plan, "--as", ME, "--title", "x", "--set", f"k={half}").code == 1
    assert shell.run("step", "add", plan, "--as", half, "--title", "x").code == 1
    assert shell.run("step", "add", plan, "--as", ME, "--title", "x", "--key", half).code == 1


def test_a_repeated_add_makes_one_step(shell: Shell, plan: str) -> None:
    asked = ("step", "add", plan, "--as", ME, "--title", "Once", "--key", "add-1")
    assert shell.ask(*asked).step["number"] == 4
    assert shell.ask(*asked).step["number"] == 4


def test_a_repeated_add_of_a_step_that_was_removed_says_what_is_now(shell: Shell, plan: str) -> None:
    asked = ("step", "add", plan, "--as", ME, "--title", "Once", "--key", "add-1")
    first = shell.ask(*asked)
    steps = '["Map every writer", "Measure reads", {"number": 3, "title": "Choose the key"}]'
    shell.ask("plan", "write", plan, "--revision", "2", sent=steps)

    again = shell.ask(*asked)
    assert again.out == first.out
    assert "shown is revision 2, and the plan is at 3 now" in again.err
