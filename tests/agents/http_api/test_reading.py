"""Reading plans and steps over HTTP: what is there, whether it changed, and what it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plans.actions.assigning import reassign_step
from plans.actions.planning import archive_plan, create_plan, delete_plan
from plans.actions.shaping import edit_step
from plans.actions.working import claim_step
from plans.domain.actor import session
from tests.agents.http_api.caller import ADA, PLAN, Agent

if TYPE_CHECKING:
    from plans.actions.desk import Desk


def test_a_plan_is_read_with_its_steps_and_its_revision(agent: Agent) -> None:
    found = agent.get()

    assert (found.status, found.headers["ETag"]) == (200, '"1"')
    assert found.headers["Content-Type"] == "application/json"
    assert (found.json["namespace"], found.json["revision"], found.plan["title"]) == (PLAN, 1, "Ledger")
    steps = found.plan["steps"]
    assert isinstance(steps, list)
    assert [(step["number"], step["ready"], step["waits_on"]) for step in steps] == [
        (1, True, []),
        (2, True, []),
        (3, False, [1, 2]),
    ]


@pytest.mark.parametrize("path", ["", "/steps", "/steps/1", "/events"])
@pytest.mark.parametrize("has", ['"1"', "1", 'W/"1"', '"7", "1"', "*"])
def test_what_the_client_has_is_not_sent_again(agent: Agent, path: str, has: str) -> None:
    again = agent.get(path, If_None_Match=has)

    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", '"1"')


@pytest.mark.parametrize("path", ["", "/steps", "/steps/1", "/events"])
def test_what_changed_is_sent(agent: Agent, desk: Desk, path: str) -> None:
    claim_step(desk, PLAN, 2, by=session("agent-9"))  # another step: who waits on it shows here

    changed = agent.get(path, If_None_Match='"1"')

    assert (changed.status, changed.headers["ETag"], changed.json["revision"]) == (200, '"2"', 2)


def test_a_client_reads_its_own_write_at_once(agent: Agent) -> None:
    claimed = agent.post("/steps/1/claim")

    assert agent.get("/steps/1").json == claimed.json
    assert agent.get("/steps/1").headers["ETag"] == claimed.headers["ETag"]


def test_a_plan_is_read_as_it_was(agent: Agent, desk: Desk) -> None:
    edit_step(desk, PLAN, 1, by=ADA, expected=1, title="Map all writers")

    assert agent.get("?at=1").plan["steps"][0]["title"] == "Map every writer"  # type: ignore[index]
    assert agent.get("?at=1").headers["ETag"] == '"1"'
    assert agent.get("?at=2").plan["steps"][0]["title"] == "Map all writers"  # type: ignore[index]
    assert agent.get("?at=3").code == (422, "wrong_input")


def test_steps_are_listed_by_how_they_stand(agent: Agent) -> None:
    agent.post("/steps/1/claim")

    def numbers(query: str) -> list[object]:
        steps = agent.get(f"/steps{query}").json["steps"]
        assert isinstance(steps, list)
        return [step["number"] for step in steps]

    assert numbers("") == [1, 2, 3]
    assert numbers("?status=in_progress") == [1]
    assert numbers("?owner=agent-7") == [1]
    assert numbers("?ready=true") == [2]
    assert agent.get("/steps?status=odd").code == (422, "wrong_input")


def test_ready_are_the_steps_that_can_be_claimed(agent: Agent, desk: Desk) -> None:
    """Red before: steps of archived plans and of other sessions were listed, and refused when claimed."""

    def ready(session: str) -> list[object]:
        answer = agent.get("/steps?ready=true", X_Planboard_Session=session)
        assert "ETag" not in answer.headers, "the same address means something else to the next session"
        steps = answer.json["steps"]
        assert isinstance(steps, list)
        return [step["number"] for step in steps]

    reassign_step(desk, PLAN, 2, owner="agent-8", by=ADA, expected=1)
    assert (ready("agent-7"), ready("agent-8"), ready("")) == ([1], [1, 2], [1, 2])
    assert agent.get("/steps?ready=true", X_Planboard_Session="other").code == (403, "beyond_token")
    archive_plan(desk, PLAN, by=ADA, expected=2)
    assert ready("agent-8") == ready("") == []


def test_only_plans_of_the_token_are_listed(agent: Agent, desk: Desk) -> None:
    for name in ("payments.audit", "ops", "payments.old"):
        create_plan(desk, name, by=ADA)
    archive_plan(desk, "payments.old", by=ADA, expected=1)

    def names(query: str = "") -> tuple[list[object], object]:
        listed = agent.ask("GET", f"/plans{query}").json
        assert isinstance(listed["plans"], list)
        return [plan["namespace"] for plan in listed["plans"]], listed["next"]

    assert names() == (["payments.audit", PLAN], None)
    assert names("?archived=true") == (["payments.audit", PLAN, "payments.old"], None)
    assert names("?limit=1") == (["payments.audit"], "payments.audit")
    assert names("?limit=1&after=payments.audit") == ([PLAN], None)
    assert names("?group=payments") == (["payments.audit", PLAN], None)
    assert names("?group=ops") == ([], None)


def test_the_list_is_not_sent_again_while_nothing_changes(agent: Agent) -> None:
    first = agent.ask("GET", "/plans")

    assert agent.ask("GET", "/plans", If_None_Match=first.headers["ETag"]).status == 304
    agent.post("/next")
    assert agent.ask("GET", "/plans", If_None_Match=first.headers["ETag"]).status == 200


def test_a_plan_whose_file_broke_is_shown_with_that_and_never_kept(agent: Agent, desk: Desk) -> None:
    from pathlib import Path  # noqa: PLC0415

    Path(desk.store.root, PLAN, "plan.json").write_text("{")

    found = agent.get()

    assert found.status == 200
    assert "ETag" not in found.headers
    assert "problem" in found.plan
    assert agent.get(If_None_Match='"1"').status == 200


def test_what_is_not_there_is_said(agent: Agent, desk: Desk) -> None:
    assert agent.get("/steps/99").code == (404, "step_not_found")
    delete_plan(desk, PLAN, by=ADA, expected=1)
    assert agent.get().code == (404, "plan_not_found")
    assert agent.get("/steps").code == (404, "plan_not_found")
    assert agent.ask("GET", "/nowhere").code == (404, "no_such_address")
    wrong = agent.ask("PUT", f"/plans/{PLAN}")
    assert (*wrong.code, wrong.headers["Allow"]) == (405, "no_such_method", "DELETE, GET, PATCH")
