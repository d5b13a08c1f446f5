"""Asking a person and waiting for the answer, by real processes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from plans.actions.assigning import reassign_step
from plans.actions.deciding import approve_step, reject_step, reply_step
from plans.actions.planning import delete_plan
from plans.actions.shaping import remove_step
from plans.domain.actor import person
from tests.waiting import PATIENCE, until

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from plans.actions.desk import Desk
    from tests.agents.shell import Json, Shell

ME = "session-abc"
ADA = person("ada")
ASK = ("--approval", "Flag on for all staging writers?")


@pytest.fixture
def step(shell: Shell, plan: str) -> str:
    """Let the agent work on the first step of the plan."""
    shell.ask("step", "claim", plan, "1", "--as", ME)
    return "1"


def test_an_agent_learns_of_the_approval_long_before_its_wait_ends(
    shell: Shell, desk: Desk, plan: str, step: str
) -> None:
    waiting = shell.start("step", "block", plan, step, "--as", ME, *ASK, "--wait", "3600", "--json")
    request = asked(desk, plan)

    approve_step(desk, plan, 1, by=ADA, expected=request, note="go")
    code, decision = ended(waiting)

    assert code == 0
    assert {name: decision[name] for name in ("verdict", "by", "note", "request")} == {
        "verdict": "approved",
        "by": "person:ada",
        "note": "go",
        "request": request,
    }
    assert desk.store.read(plan).plan.step(1).status == "in_progress"


def test_a_rejection_ends_the_wait_with_the_note(shell: Shell, desk: Desk, plan: str, step: str) -> None:
    waiting = shell.start("step", "block", plan, step, "--as", ME, *ASK, "--wait", "60", "--json")
    reject_step(desk, plan, 1, by=ADA, expected=asked(desk, plan), note="only half of them")

    code, decision = ended(waiting)

    assert code == 7
    assert (decision["verdict"], decision["note"]) == ("rejected", "only half of them")


def test_a_question_gets_a_reply(shell: Shell, desk: Desk, plan: str, step: str) -> None:
    waiting = shell.start(
        "step", "block", plan, step, "--as", ME, "--input", "Which key?", "--wait", "60", "--json"
    )
    reply_step(desk, plan, 1, by=ADA, expected=asked(desk, plan), note="account id")

    code, decision = ended(waiting)

    assert code == 0
    assert (decision["verdict"], decision["note"]) == ("replied", "account id")


def test_waiting_ends_when_the_time_is_over(shell: Shell, plan: str, step: str) -> None:
    ran = shell.run("step", "block", plan, step, "--as", ME, *ASK, "--wait", "0.3", "--json")

    assert ran.code == 8
    assert ran.out == ""
    assert ran.error["code"] == "wait_timed_out"
    assert shell.ask("step", "show", plan, step).step["status"] == "blocked"


@pytest.mark.parametrize(
    "withdraw",
    [
        lambda desk, plan, seen: reassign_step(desk, plan, 1, by=ADA, expected=seen, owner=None),
        lambda desk, plan, seen: remove_step(desk, plan, 1, by=ADA, expected=seen),
        lambda desk, plan, seen: delete_plan(desk, plan, by=ADA, expected=seen),
    ],
    ids=["reassigned", "removed", "plan deleted"],
)
def test_a_withdrawn_request_ends_the_wait(
    shell: Shell, desk: Desk, plan: str, step: str, withdraw: Callable[[Desk, str, int], object]
) -> None:
    waiting = shell.start("step", "block", plan, step, "--as", ME, *ASK, "--wait", "60", "--json")
    withdraw(desk, plan, asked(desk, plan))

    _, err = waiting.communicate(timeout=PATIENCE)
    error = json.loads(err)["error"]

    assert (waiting.returncode, error["code"]) == (9, "request_withdrawn")


def test_a_decision_that_was_followed_by_another_request_is_still_told(
    shell: Shell, desk: Desk, plan: str, step: str
) -> None:
    first = shell.ask("step", "block", plan, step, "--as", ME, *ASK, "--key", "ask-1").json["revision"]
    approve_step(desk, plan, 1, by=ADA, expected=number(first))
    shell.ask("step", "block", plan, step, "--as", ME, "--approval", "And now for all?")

    again = shell.run(
        "step", "block", plan, step, "--as", ME, *ASK, "--key", "ask-1", "--wait", "1", "--json"
    )

    assert again.code == 0
    assert decision_of(again.json)["request"] == first


def test_an_agent_that_dies_and_asks_again_makes_one_request(
    shell: Shell, desk: Desk, plan: str, step: str
) -> None:
    command = ("step", "block", plan, step, "--as", ME, *ASK, "--key", "ask-1", "--wait", "60", "--json")
    dying = shell.start(*command)
    request = asked(desk, plan)
    dying.kill()
    dying.communicate(timeout=PATIENCE)

    again = shell.start(*command)
    approve_step(desk, plan, 1, by=ADA, expected=request)
    code, decision = ended(again)

    assert (code, decision["request"]) == (0, request)
    assert [line.verb for line in desk.store.lines(plan)].count("block") == 1


def test_step_wait_tells_a_decision_that_is_already_there(
    shell: Shell, desk: Desk, plan: str, step: str
) -> None:
    request = shell.ask("step", "block", plan, step, "--as", ME, *ASK).json["revision"]
    reject_step(desk, plan, 1, by=ADA, expected=number(request), note="no")

    ran = shell.run("step", "wait", plan, step, "--as", ME, "--json")

    assert ran.code == 7
    assert decision_of(ran.json)["note"] == "no"


@pytest.mark.parametrize("how", [(), ("--json",)])
def test_who_asked_before_it_began_is_told_to_claim_first(
    shell: Shell, desk: Desk, plan: str, how: tuple[str, ...]
) -> None:
    """Red before: the reply seemed to begin the step, and `complete` only said to look again."""
    reassign_step(desk, plan, 1, owner=ME, by=ADA, expected=1)
    shell.ask("step", "block", plan, "1", "--as", ME, "--input", "Which region?")
    reply_step(desk, plan, 1, by=ADA, note="this one", expected=3)

    wait = ("step", "wait", plan, "1", "--as", ME, *how)
    ran = shell.run(*wait)
    assert (ran.code, "this one" in ran.out) == (0, True)
    note = "step 1 has not begun: claim it before you work on it, once it is ready"
    assert ran.err == f"planboard: note: {note}\n"
    refused = shell.run("step", "complete", plan, "1", "--as", ME, "--json")
    assert (refused.code, refused.error["advice"]) == (4, "Claim it first, once it is ready.")

    shell.ask("step", "claim", plan, "1", "--as", ME)
    assert shell.run(*wait).err == ""


def test_step_wait_tells_that_the_last_request_was_withdrawn(shell: Shell, plan: str, step: str) -> None:
    shell.ask("step", "block", plan, step, "--as", ME, *ASK)
    shell.ask("step", "release", plan, step, "--as", ME)

    assert shell.run("step", "wait", plan, step, "--as", ME).code == 9


def test_there_is_nothing_to_wait_for_where_nothing_was_asked(shell: Shell, plan: str, step: str) -> None:
    ran = shell.run("step", "wait", plan, step, "--json")
    assert (ran.code, ran.error["code"]) == (4, "nothing_asked")
    assert shell.run("step", "wait", plan, "99").code == 5


def test_waiting_beats_the_heart(shell: Shell, desk: Desk, plan: str, step: str) -> None:
    shell.ask("step", "block", plan, step, "--as", ME, *ASK)
    before = desk.sessions.get(ME)

    shell.run("step", "wait", plan, step, "--as", ME, "--wait", "0")

    after = desk.sessions.get(ME)
    assert before is not None
    assert after is not None
    assert (after.beat_at or 0) > (before.beat_at or 0)


def test_what_is_asked_keeps_its_kind_and_raises_the_risk(shell: Shell, plan: str, step: str) -> None:
    blocked = shell.ask(
        "step", "block", plan, step, "--as", ME, "--problem", "No access", "--risk", "irreversible"
    ).step

    assert blocked["risk"] == "irreversible"
    request = blocked["request"]
    assert isinstance(request, dict)
    assert (request["kind"], request["text"], request["by"]) == ("problem", "No access", f"session:{ME}")
    assert request["id"] == blocked["revision"]


def test_exactly_one_thing_is_asked(shell: Shell, plan: str, step: str) -> None:
    assert shell.run("step", "block", plan, step, "--as", ME).code == 2
    assert shell.run("step", "block", plan, step, "--as", ME, *ASK, "--input", "x").code == 2


def asked(desk: Desk, plan: str) -> int:
    """Wait until the first step asks; gives the request's id."""
    request = until(lambda: desk.store.read(plan).plan.step(1).request)
    assert request is not None
    return request.id


def ended(waiting: subprocess.Popen[bytes]) -> tuple[int, Json]:
    """Wait for the end of a command; gives its exit code and the decision it printed."""
    out, err = waiting.communicate(timeout=PATIENCE)
    assert out, err
    return waiting.returncode, decision_of(json.loads(out))


def decision_of(value: Json) -> Json:
    """Give the decision of an answer."""
    decision = value["decision"]
    assert isinstance(decision, dict)
    return decision


def number(value: object) -> int:
    """Give a JSON number as one."""
    assert isinstance(value, int)
    return value
