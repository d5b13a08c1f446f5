"""A plan made anew under the name of one that was read: what was read of that one's steps is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plans.actions.drafts import PlanDraft, StepDraft
from plans.actions.planning import create_plan, delete_plan
from plans.actions.shaping import edit_step
from plans.domain.actor import person, session
from tests.agents.connected import inside
from tests.agents.shell import PLAN

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from plans.actions.desk import Desk
    from tests.agents.connected import Agent

ADA = person("ada")
ABC = session("session-abc")


def make(desk: Desk, *titles: str) -> None:
    """Make a plan whose steps this agent may edit."""
    steps = tuple(StepDraft(title=title) for title in titles)
    create_plan(desk, PLAN, sent=PlanDraft(steps=steps), by=ABC)


def make_anew(desk: Desk, *titles: str) -> None:
    delete_plan(desk, PLAN, by=ADA, expected=desk.store.read(PLAN).plan.revision)
    make(desk, *titles)


def titles(desk: Desk) -> list[str]:
    return [step.title for step in desk.store.read(PLAN).plan.steps]


async def read_by_listing(agent: Agent) -> None:
    await agent.call("list_steps")


async def read_whole(agent: Agent) -> None:
    await agent.call("read_plan", name=PLAN)


async def read_by_claiming(agent: Agent) -> None:
    await agent.call("claim_step", number=1)
    await agent.call("release_step", number=1)


@pytest.mark.parametrize("read", [read_by_listing, read_whole, read_by_claiming])
@pytest.mark.parametrize(
    ("tool", "sent"),
    [
        ("update_step", {"title": "mine"}),
        ("claim_step", {}),
        ("block_step", {"kind": "input", "text": "May I?"}),
    ],
)
async def test_a_revision_of_a_step_that_is_gone_fits_no_other_by_chance(
    desk: Desk, read: Callable[[Agent], Awaitable[None]], tool: str, sent: dict[str, object]
) -> None:
    """Red where a step's revision is believed whatever it was read in."""
    make(desk, "read", "other")
    async with inside(desk) as agent:
        await read(agent)
        make_anew(desk, "never read", "other")
        refused = await agent.refused(tool, number=1, revision=1, **sent)
        assert refused.error["code"] == "stale_revision"
        assert "an older plan of this name" in refused.text
        assert refused.error["current"]["title"] == "never read"
    step = desk.store.read(PLAN).plan.step(1)
    assert (step.title, step.owner, step.request) == ("never read", None, None)


async def test_what_the_refusal_showed_was_read(desk: Desk) -> None:
    make(desk, "read", "read, too")
    async with inside(desk) as agent:
        await agent.call("list_steps")
        make_anew(desk, "new", "new, too")
        refused = await agent.refused("update_step", number=1, revision=1, title="mine")
        shown = refused.error["current"]["revision"]
        await agent.call("update_step", number=1, revision=shown, title="mine")
        await agent.refused("update_step", number=2, revision=1, title="mine, too")
        await agent.call("list_steps")
        await agent.call("update_step", number=2, revision=1, title="mine, too")
    assert titles(desk) == ["mine", "mine, too"]


async def test_the_step_that_an_agent_was_given_is_read_and_no_other(desk: Desk) -> None:
    make(desk, "read", "read, too")
    async with inside(desk) as agent:
        await agent.call("list_steps")
        make_anew(desk, "new", "new, too")
        given = await agent.call("next_step")
        await agent.call("update_step", number=1, revision=given["step"]["revision"], title="mine")
        refused = await agent.refused("update_step", number=2, revision=1, title="mine, too")
        assert refused.error["code"] == "stale_revision"
    assert titles(desk) == ["mine", "new, too"]


async def test_who_deleted_the_plan_knows_what_it_read_there(desk: Desk) -> None:
    make(desk, "read")
    async with inside(desk) as agent:
        await agent.call("list_steps")
        await agent.call("delete_plan", name=PLAN, last_known_revision=1)
        make(desk, "new")
        await agent.refused("update_step", number=1, revision=1, title="mine")
    assert titles(desk) == ["new"]


async def test_who_read_it_elsewhere_is_believed(desk: Desk) -> None:
    make(desk, "read")
    make_anew(desk, "new")
    async with inside(desk) as agent:
        await agent.call("update_step", number=1, revision=1, title="mine")
    assert titles(desk) == ["mine"]


async def test_a_step_that_is_not_there_and_a_stale_one_are_told_as_ever(desk: Desk) -> None:
    make(desk, "read", "gone soon")
    async with inside(desk) as agent:
        await agent.call("list_steps")
        edit_step(desk, PLAN, 1, title="changed", by=ADA, expected=1)
        stale = await agent.refused("update_step", number=1, revision=1, title="mine")
        assert "you sent revision 1, it is at 2" in stale.text
        make_anew(desk, "new")
        missing = await agent.refused("update_step", number=2, revision=1, title="mine")
        assert missing.error["code"] == "step_not_found"
