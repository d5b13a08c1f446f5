"""The eight plan tools: they take, give and say what docker-agent's do, and obey our rules."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

import pytest

from plans.actions.drafts import PlanDraft, StepDraft
from plans.actions.planning import create_plan, delete_plan
from plans.actions.shaping import add_step
from plans.domain.actor import person, session
from tests.agents.connected import ERAS, inside

if TYPE_CHECKING:
    from plans.actions.desk import Desk
    from tests.agents.connected import Era

ADA = person("ada")
TEXT = "# Release\n\n## Build\n\n- [ ] compile\n  with care\n- [ ] test\n"


def conflict(name: str, expected: int, actual: int) -> str:
    return (
        f'version conflict on plan "{name}": last_known_revision {expected} does not match current '
        f"revision {actual}; re-read the plan and retry"
    )


@pytest.mark.parametrize("era", ERAS)
async def test_the_plan_tools_go_through_a_plans_life(desk: Desk, era: Era) -> None:
    async with inside(desk, era=era) as agent:
        made = await agent.call("write_plan", name="release", content=TEXT, status="idle")
        again = await agent.call("write_plan", name="release", content=TEXT + "- [ ] ship\n")
        stale = await agent.refused(
            "write_plan", name="release", content=TEXT, last_known_revision=made["revision"]
        )
        read = await agent.call("read_plan", name="release")
        back = await agent.call(
            "write_plan", name="release", content=read["content"], last_known_revision=read["revision"]
        )
        said = await agent.call("set_plan_status", name="release", status="done")
        status = await agent.call("get_plan_status", name="release")
        listed = await agent.call("list_plans")
        gone = await agent.call("delete_plan", name="release", last_known_revision=said["revision"])
        missing = await agent.refused("read_plan", name="release")

    assert (made["name"], made["title"], made["author"], made["revision"]) == (
        "release",
        "Release",
        "session-abc",
        1,
    )
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", made["updatedAt"])
    assert (again["revision"], again["status"]) == (2, "idle")
    assert stale.text == conflict("release", 1, 2)
    assert (stale.error["code"], stale.error["current"]["revision"]) == ("stale_revision", 2)
    assert back == read, "what was read and written back changes nothing"
    assert said == status == {"name": "release", "status": "done", "revision": 3}
    assert listed["plans"] == [
        {key: value for key, value in read.items() if key != "content"}
        | {"status": "done", "revision": 3, "updatedAt": listed["plans"][0]["updatedAt"]}
    ]
    assert gone == {"deleted": "release"}
    assert missing.text == 'plan "release" not found'
    assert missing.error["code"] == "plan_not_found"


async def test_a_revision_of_nought_only_creates(desk: Desk) -> None:
    async with inside(desk) as agent:
        made = await agent.call("write_plan", name="p", content="one", last_known_revision=0)
        there = await agent.refused("write_plan", name="p", content="- two", last_known_revision=0)
        nothing = await agent.refused("write_plan", name="q", content="two", last_known_revision=5)

    assert made["revision"] == 1
    assert there.text == conflict("p", 0, 1)
    assert nothing.text == conflict("q", 5, 0)
    assert desk.store.namespaces() == ["p"]


@pytest.mark.parametrize(
    ("tool", "sent", "text"),
    [
        ("write_plan", {"content": " \n"}, "content must not be empty"),
        ("set_plan_status", {"status": ""}, "status must not be empty"),
        ("set_plan_status", {"status": "x"}, 'plan not found: "nope"'),
        ("delete_plan", {}, 'plan "nope" not found'),
        ("get_plan_status", {}, 'plan "nope" not found'),
        ("export_plan_to_file", {"path": "x.md"}, 'plan "nope" not found'),
    ],
)
async def test_what_cannot_be_is_said_in_docker_agents_words(
    desk: Desk, tool: str, sent: dict[str, object], text: str
) -> None:
    async with inside(desk) as agent:
        assert (await agent.refused(tool, name="nope", **sent)).text == text


async def test_who_never_read_a_plan_does_not_write_over_it(desk: Desk, plan: str) -> None:
    async with inside(desk) as agent:
        blind = await agent.refused("write_plan", name=plan, content="- mine now\n")
        listed = await agent.call("list_plans")
        titles_only = await agent.refused("write_plan", name=plan, content="- mine now\n")
        said = await agent.call("set_plan_status", name=plan, status="going on")

    assert (blind.error["code"], blind.error["tools"]) == ("revision_required", ["list_steps", "read_plan"])
    assert titles_only.error["code"] == "revision_required"
    assert said["revision"] == listed["plans"][0]["revision"] + 1


async def test_who_read_a_plan_that_changed_since_does_not_write_over_it(desk: Desk, plan: str) -> None:
    async with inside(desk) as agent:
        read = await agent.call("read_plan", name=plan)
        add_step(desk, plan, title="Added meanwhile", by=ADA)
        stale = await agent.refused("write_plan", name=plan, content=read["content"] + "- mine\n")
        now = await agent.call("read_plan", name=plan)
        written = await agent.call("write_plan", name=plan, content=now["content"] + "- mine\n")

    assert stale.text == conflict(plan, 1, 2)
    assert [step.title for step in desk.store.read(plan).plan.steps][3:] == ["Added meanwhile", "mine"]
    assert written["revision"] == 3


@pytest.mark.parametrize("said", [{}, {"last_known_revision": 1}])
@pytest.mark.parametrize(
    ("tool", "sent"),
    [("write_plan", {"content": "- mine now\n"}), ("set_plan_status", {"status": "x"}), ("delete_plan", {})],
)
async def test_a_plan_made_anew_under_the_name_of_one_that_was_read_is_another_plan(
    desk: Desk, tool: str, sent: dict[str, object], said: dict[str, int]
) -> None:
    """Red before: its revision was that of the one that is gone, and so it passed for read."""
    async with inside(desk) as agent:
        await agent.call("write_plan", name="p", content=TEXT)
        delete_plan(desk, "p", by=ADA, expected=1)
        create_plan(
            desk, "p", sent=PlanDraft(steps=(StepDraft(title="never read"),)), by=session("session-abc")
        )
        refused = await agent.refused(tool, name="p", **sent, **said)
        assert refused.error["code"] == "revision_required"
        assert [step.title for step in desk.store.read("p").plan.steps] == ["never read"]
        await agent.call("read_plan", name="p")
        await agent.call(tool, name="p", **sent, **said)


async def test_a_box_that_an_agent_checks_completes_its_step_and_nobody_elses(desk: Desk, plan: str) -> None:
    async with inside(desk, "one") as one, inside(desk, "two") as two:
        await one.call("claim_step", number=1)
        read = await two.call("read_plan", name=plan)
        taken = await two.refused(
            "write_plan", name=plan, content=read["content"].replace("- [ ] Map", "- [x] Map")
        )
        await one.call("read_plan", name=plan)
        await one.call("write_plan", name=plan, content=read["content"].replace("- [ ] Map", "- [x] Map"))

    assert taken.error["code"] in {"not_yours", "not_ready", "wrong_state"}
    assert [step.status for step in desk.store.read(plan).plan.steps][:2] == ["completed", "pending"]


async def test_of_many_writes_from_one_revision_exactly_one_wins(desk: Desk) -> None:
    async with inside(desk, "one") as one, inside(desk, "two") as two:
        await one.call("write_plan", name="race", content="- start\n")
        for revision in range(1, 6):
            sent = [
                {"name": "race", "status": f"{name} {revision}", "last_known_revision": revision}
                for name in ("one", "two")
            ]
            results = await asyncio.gather(
                one.result("set_plan_status", sent[0]), two.result("set_plan_status", sent[1])
            )
            assert sorted(bool(result.is_error) for result in results) == [False, True]

    assert desk.store.read("race").plan.revision == 6


async def test_text_that_is_no_step_is_named_when_it_is_left_out(desk: Desk) -> None:
    async with inside(desk) as agent:
        made = await agent.call("write_plan", name="p", content="# T\n\nWe do this:\n\n- one\n- two\n")

    assert made["warnings"] == ["line 3 is no step, heading or note and was left out: We do this:"]


async def test_a_text_without_a_list_is_one_step_a_line(desk: Desk) -> None:
    async with inside(desk) as agent:
        await agent.call("write_plan", name="p", content="one\ntwo")

    assert [step.title for step in desk.store.read("p").plan.steps] == ["one", "two"]


async def test_a_text_without_a_list_is_not_written_over_a_plan(desk: Desk) -> None:
    """Red before: it took every step away, and its lines became the plan."""
    async with inside(desk) as agent:
        await agent.call("write_plan", name="p", content=TEXT)
        refused = await agent.refused("write_plan", name="p", content="I am done with the first step.")

    assert refused.error["message"] == "There is no list in this text"
    assert desk.store.read("p").plan.revision == 1


async def test_a_session_cannot_write_a_decision_into_a_plan(desk: Desk) -> None:
    gate = '- [x] Go?\n  *#1* <!-- planboard {"number":1,"kind":"gate"} -->\n'
    async with inside(desk) as agent:
        refused = await agent.refused("write_plan", name="p", content=gate)

    assert refused.error["code"] == "person_only"
