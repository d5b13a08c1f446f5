"""Whole plans that are sent as markdown over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.actions.drafts import PlanDraft, StepDraft
from plans.actions.markdown_plan import write_document
from plans.actions.planning import create_plan
from plans.domain.plan import PlanState
from plans.domain.step import Kind
from tests.agents.http_api.caller import ADA, PLAN, Agent

if TYPE_CHECKING:
    from plans.actions.desk import Desk


def test_a_plan_is_created_from_a_markdown_list(agent: Agent) -> None:
    body = {"namespace": "payments.list", "draft": True, "markdown": "# Ledger\n- [x] Look\n- [ ] Leap\n"}

    plan = agent.ask("POST", "/plans", body).plan

    assert (plan["title"], plan["state"]) == ("Ledger", "draft")
    assert [step["status"] for step in plan["steps"]] == ["completed", "pending"]  # type: ignore[attr-defined]
    both = agent.ask("POST", "/plans", {**body, "namespace": "payments.b", "steps": ["Look"]})
    assert both.code == (422, "wrong_input")


def test_the_boards_own_markdown_keeps_what_a_plain_list_cannot_say(agent: Agent, desk: Desk) -> None:
    """Red before: the gate came back as work, and nothing needed it."""
    steps = (StepDraft(title="Go?", kind=Kind.GATE), StepDraft(title="Ship", needs=(1,)))
    plan = create_plan(desk, "payments.first", sent=PlanDraft(steps=steps, draft=True), by=ADA).plan
    body = {"namespace": "payments.second", "markdown": write_document(plan)}

    agent.ask("POST", "/plans", body)

    copy = desk.store.read("payments.second").plan
    assert [(step.kind, step.needs, step.notes) for step in copy.steps] == [
        (Kind.GATE, (), ""),
        (Kind.WORK, (1,), ""),
    ]
    assert copy.state is PlanState.DRAFT
    agent.ask("POST", "/plans", body | {"namespace": "payments.third", "draft": False})
    assert desk.store.read("payments.third").plan.state is PlanState.ACTIVE


def test_one_step_a_line_makes_a_plan_and_is_not_written_over_one(agent: Agent, desk: Desk) -> None:
    """Red before: a text without a list took every step away."""
    made = agent.ask("POST", "/plans", {"namespace": "payments.lines", "markdown": "Look\nLeap\n"})
    assert [step["title"] for step in made.plan["steps"]] == ["Look", "Leap"]  # type: ignore[attr-defined]

    refused = agent.patch("", {"markdown": "Look\nLeap\n"}, 1)

    assert (refused.status, refused.error["message"]) == (422, "There is no list in this text")
    assert desk.store.read(PLAN).plan.revision == 1


def test_lines_that_become_nothing_are_told(agent: Agent) -> None:
    """Red before: they went without a word, and with them the steps behind a fence that nobody closed."""
    lost = "is no step, heading or note and was left out"
    body = {"namespace": "payments.lost", "markdown": "- one\n\nWe do:\n\n- two\n"}

    made = agent.ask("POST", "/plans", body, key="k")
    open_fence = {"markdown": "- one\n\n```\n- two\n"}
    written = agent.ask("PATCH", "/plans/payments.lost", open_fence, match=1)
    whole = agent.ask("PATCH", "/plans/payments.lost", {"markdown": "- one\n- three\n"}, match=2)

    assert made.json["warnings"] == [f"line 3 {lost}: We do:"]
    assert written.json["warnings"] == [f"line 3 {lost}: ```", f"line 4 {lost}: - two"]
    assert (whole.status, "warnings" in whole.json) == (200, False)
    assert agent.ask("POST", "/plans", body, key="k").body == made.body
