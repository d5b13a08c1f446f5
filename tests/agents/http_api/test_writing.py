"""Changing plans over HTTP: the same actions, revisions and keys as at every door."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plans.actions.shaping import edit_step
from tests.agents.http_api.caller import ADA, PLAN, Agent

if TYPE_CHECKING:
    from plans.actions.desk import Desk

OTHER = "agent-8"


def test_a_plan_is_created_with_its_steps(agent: Agent, desk: Desk) -> None:
    steps = ["Look", {"title": "Leap", "needs": [1], "review": "required", "timeout": 900}]

    made = agent.ask("POST", "/plans", {"namespace": "payments.new", "title": "New", "steps": steps})

    assert (made.status, made.headers["ETag"]) == (201, '"1"')
    assert made.headers["Location"] == "/api/v1/plans/payments.new"
    assert made.plan["created_by"] == "session:agent-7"
    plan = desk.store.read("payments.new").plan
    assert [step.title for step in plan.steps] == ["Look", "Leap"]
    assert plan.step(2).extra == {"timeout": 900}
    again = agent.ask("POST", "/plans", {"namespace": "payments.new"})
    assert again.code == (422, "plan_exists")


def test_a_step_is_added_and_edited_from_the_revision_that_was_read(agent: Agent) -> None:
    added = agent.post("/steps", {"title": "Count", "needs": [1], "extra": {"budget": 3}})
    assert (added.status, added.step["number"]) == (201, 4)
    assert added.headers["Location"] == f"/api/v1/plans/{PLAN}/steps/4"

    edited = agent.patch("/steps/4", {"notes": "Twice.", "extra": {"budget": None}}, added.headers["ETag"])

    assert edited.step["notes"] == "Twice."
    assert edited.step["extra"] == {}
    assert edited.headers["ETag"] == '"3"'


@pytest.mark.parametrize("match", ['"1"', "1", 'W/"1"'])
def test_a_revision_is_taken_quoted_or_bare(agent: Agent, match: str) -> None:
    assert agent.patch("", {"status": "on track"}, match).plan["status"] == "on track"


@pytest.mark.parametrize("match", [None, "*"])
def test_an_edit_must_say_what_it_was_made_from(agent: Agent, desk: Desk, match: str | None) -> None:
    agent.ask("POST", "/plans", {"namespace": "payments.mine", "steps": ["One"]})
    for method, path, body in [
        ("PATCH", "/steps/1", {"title": "Other"}),
        ("PATCH", "", {"status": "on track"}),
        ("PATCH", "", {"steps": []}),
        ("DELETE", "", None),
    ]:
        refused = agent.ask(method, f"/plans/payments.mine{path}", body, match=match)
        assert refused.code == (428, "revision_required")
    assert desk.store.read("payments.mine").plan.revision == 1


def test_a_stale_edit_is_shown_what_there_is_now_and_changes_nothing(agent: Agent, desk: Desk) -> None:
    read = agent.post("/steps", {"title": "Mine"}).headers["ETag"]
    edit_step(desk, PLAN, 4, by=ADA, expected=2, title="Ours", notes="Together.")

    stale = agent.patch("/steps/4", {"title": "Mine alone"}, read)

    assert stale.code == (409, "stale_revision")
    told = stale.json
    assert (told["expected"], told["actual"], told["changed"], told["by"]) == (
        2,
        3,
        ["title", "notes"],
        "person:ada",
    )
    current = told["current"]
    assert isinstance(current, dict)
    assert (current["title"], current["revision"]) == ("Ours", 3)
    assert isinstance(told["at"], int)
    assert desk.store.read(PLAN).plan.step(4).title == "Ours"

    whole = agent.patch("", {"steps": []}, 1)
    assert whole.code == (409, "stale_revision")
    assert whole.json["current"]["revision"] == 3  # type: ignore[index]


def test_a_verb_that_needs_no_revision_checks_one_that_is_sent(agent: Agent, desk: Desk) -> None:
    edit_step(desk, PLAN, 1, by=ADA, expected=1, title="Another")

    assert agent.post("/steps/1/claim", match=1).code == (409, "stale_revision")
    assert agent.post("/steps/1/claim", match=2).status == 200


def test_a_whole_plan_is_written_over_the_one_that_was_read(agent: Agent) -> None:
    body = {"namespace": "payments.mine", "steps": ["One", "Two"]}
    read = agent.ask("POST", "/plans", body).headers["ETag"]

    steps = [{"number": 2, "title": "Two"}, "Three"]
    written = agent.ask("PATCH", "/plans/payments.mine", {"title": "Mine", "steps": steps}, match=read)

    assert written.plan["title"] == "Mine"
    assert [step["number"] for step in written.plan["steps"]] == [2, 3]  # type: ignore[attr-defined]
    assert written.plan["removed"] == [1]


def test_a_group_is_taken_away_with_the_steps_or_without(agent: Agent) -> None:
    """Red before: beside steps an empty group was passed over."""
    body = {"namespace": "payments.mine", "steps": ["One"], "group": "money"}
    assert agent.ask("POST", "/plans", body).plan["group"] == "money"

    written = agent.ask("PATCH", "/plans/payments.mine", {"group": "", "steps": ["One"]}, match=1)
    assert written.plan["group"] == "payments"
    agent.ask("PATCH", "/plans/payments.mine", {"group": "money"}, match=2)
    described = agent.ask("PATCH", "/plans/payments.mine", {"group": ""}, match=3)
    assert described.plan["group"] == "payments"


def test_a_plan_of_ones_own_is_deleted(agent: Agent, desk: Desk) -> None:
    agent.ask("POST", "/plans", {"namespace": "payments.mine"})

    gone = agent.ask("DELETE", "/plans/payments.mine", match=1)

    assert (gone.status, gone.json) == (200, {"deleted": "payments.mine"})
    assert not desk.store.exists("payments.mine")
    assert agent.ask("DELETE", f"/plans/{PLAN}", match=1).code == (403, "person_only")


def test_a_plan_made_anew_is_told_from_the_one_that_had_its_name(agent: Agent) -> None:
    plan = {"namespace": "payments.mine", "steps": ["One"]}
    first = agent.ask("POST", "/plans", plan).headers["ETag"]
    agent.ask("DELETE", "/plans/payments.mine", match=first)
    second = agent.ask("POST", "/plans", plan).headers["ETag"]
    assert first == '"1"'
    assert second.startswith('"1-')

    for path in ("", "/steps", "/steps/1", "/events"):
        fresh = agent.ask("GET", f"/plans/payments.mine{path}", If_None_Match=first)
        assert (fresh.status, fresh.headers["ETag"]) == (200, second)
        assert agent.ask("GET", f"/plans/payments.mine{path}", If_None_Match=second).status == 304

    stale = agent.ask("PATCH", "/plans/payments.mine", {"title": "Mine"}, match='"1-00000000"')
    assert (stale.code, stale.json["actual"]) == ((409, "stale_revision"), 1)
    assert agent.ask("PATCH", "/plans/payments.mine", {"title": "Mine"}, match=second).status == 200


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "", {"steps": ["Another"]}),
        ("PATCH", "", {"title": "Mine"}),
        ("DELETE", "", None),
        ("PATCH", "/steps/1", {"title": "Another"}),
        ("POST", "/steps/1/claim", {}),
        ("POST", "/steps", {"title": "One more"}),
    ],
)
def test_a_bare_revision_of_a_plan_made_anew_may_be_that_of_the_one_before(
    agent: Agent, method: str, path: str, body: object
) -> None:
    """Red before: who had read the plan that is gone changed the one that has its name."""
    plan = {"namespace": "payments.mine", "steps": ["One"]}
    first = agent.ask("POST", "/plans", plan).headers["ETag"]
    assert agent.ask("PATCH", "/plans/payments.mine", {"title": "Of one life"}, match=1).status == 200
    agent.ask("DELETE", "/plans/payments.mine", match=2)
    made = agent.ask("POST", "/plans", plan)

    for bare in (first, 1):
        refused = agent.ask(method, f"/plans/payments.mine{path}", body, match=bare)
        assert refused.code == (409, "stale_revision")
        assert refused.error["message"] == "Revision 1 may be that of an older plan of this name"
        assert "ETag" in str(refused.error["advice"])
    assert agent.ask("GET", "/plans/payments.mine").plan == made.plan
    assert agent.ask(method, f"/plans/payments.mine{path}", body, match=made.headers["ETag"]).status < 300


def test_work_goes_from_claim_to_completion(agent: Agent, desk: Desk) -> None:
    assert agent.post("/next").step["number"] == 1
    beaten = agent.post("/steps/1/heartbeat", {"active_form": "reading", "progress": {"done": 1, "total": 3}})
    assert (beaten.step["active_form"], beaten.step["progress"]) == ("reading", {"done": 1, "total": 3})
    assert agent.post("/steps/1/heartbeat", {"agent": "tester", "pid": 7}).status == 200
    known = desk.sessions.get("agent-7")
    assert known is not None
    assert (known.agent, known.pid, known.host) == ("tester", 7, "")  # on which machine, nobody knows
    remarked = Agent(OTHER).post("/steps/1/comment", {"text": "Mind the lock"}).step["comments"]
    assert [comment["text"] for comment in remarked] == ["Mind the lock"]  # type: ignore[attr-defined]
    assert agent.post("/steps/1/complete", {"note": "41 writers"}).step["status"] == "completed"
    assert desk.store.lines(PLAN)[-1].note == "41 writers"

    assert agent.post("/steps/2/claim").step["owner"] == "agent-7"
    assert agent.post("/steps/2/release").step["status"] == "pending"
    assert agent.post("/next").step["number"] == 2
    failed = agent.post("/steps/2/fail", {"note": "no access"}).step
    assert (failed["status"], failed["reason"]) == ("failed", "no access")
    assert agent.post("/next").json["step"] is None


def test_with_nothing_ready_next_gives_none(agent: Agent) -> None:
    agent.post("/next")
    agent.post("/next")

    nothing = agent.post("/next")

    assert (nothing.status, nothing.json["step"], nothing.json["revision"]) == (200, None, 3)


def test_the_rules_refuse_in_their_own_words(agent: Agent) -> None:
    agent.post("/steps/1/claim")
    other = Agent(OTHER)

    assert other.post("/steps/1/complete").code == (403, "not_yours")
    assert other.post("/steps/3/claim").code == (422, "not_ready")
    assert other.post("/steps/3/claim").error["waits_on"] == [1, 2]
    assert agent.post("/steps/1/claim").status == 200
    assert agent.post("/steps/2/complete").code == (403, "not_yours")
    assert agent.patch("/steps/2", {"title": "x"}, 2).code == (403, "not_yours")
    assert agent.patch("", {"title": "x"}, 2).code == (403, "person_only")
    cycle = agent.post("/steps", {"title": "x", "needs": [9]})
    assert cycle.code == (422, "needs_refused")
