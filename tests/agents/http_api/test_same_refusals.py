"""A refusal is the same at every door: its code, sentence, advice and facts, by command, HTTP and MCP."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import pytest
from asgiref.sync import sync_to_async

from plans.actions.refusals import status_of
from plans.actions.shaping import add_step, edit_step
from plans.actions.working import claim_step, complete_step
from plans.agents.exits import of_refusal
from plans.domain import errors, expected
from plans.domain.actor import session
from tests.agents.connected import inside
from tests.agents.http_api.caller import ADA, PLAN, Agent
from tests.command import say

if TYPE_CHECKING:
    from plans.actions.desk import Desk
    from plans.actions.wire import Json

ME, OTHER = session("agent-7"), session("agent-9")


class Door(NamedTuple):
    """The same request, as each door takes it."""

    error: type[errors.PlanError]
    words: tuple[str, ...]
    method: str
    path: str
    body: object = None
    match: int | None = None
    key: str | None = None
    tool: str = ""
    sent: dict[str, object] | None = None


ASKED = {
    "not ready": Door(
        errors.NotReady,
        ("step", "claim", "3"),
        "POST",
        "/steps/3/claim",
        tool="claim_step",
        sent={"number": 3},
    ),
    "not yours": Door(
        errors.NotYours,
        ("step", "complete", "2"),
        "POST",
        "/steps/2/complete",
        tool="complete_step",
        sent={"number": 2},
    ),
    "not there": Door(
        errors.StepNotFound,
        ("step", "claim", "99"),
        "POST",
        "/steps/99/claim",
        tool="claim_step",
        sent={"number": 99},
    ),
    "wrong state": Door(
        errors.WrongState,
        ("step", "block", "1", "--approval", "?"),
        "POST",
        "/steps/1/block",
        {"kind": "approval", "text": "?"},
        tool="block_step",
        sent={"number": 1, "kind": "approval", "text": "?"},
    ),
    "stale": Door(
        expected.StaleRevision,
        ("step", "edit", "4", "--title", "Theirs", "--revision", "1"),
        "PATCH",
        "/steps/4",
        {"title": "Theirs"},
        match=1,
        tool="update_step",
        sent={"number": 4, "title": "Theirs", "revision": 1},
    ),
    "no revision": Door(
        expected.RevisionRequired, ("step", "edit", "4", "--title", "x"), "PATCH", "/steps/4", {"title": "x"}
    ),
    "a key again": Door(
        errors.KeyReused,
        ("step", "add", "--title", "Second", "--key", "k"),
        "POST",
        "/steps",
        {"title": "Second"},
        key="k",
    ),
    "too large": Door(
        errors.TooLarge, ("step", "add", "--title", "x" * 3_000), "POST", "/steps", {"title": "x" * 3_000}
    ),
    "a cycle": Door(
        errors.NeedsRefused,
        ("step", "add", "--title", "x", "--needs", "77"),
        "POST",
        "/steps",
        {"title": "x", "needs": [77]},
    ),
    "for people": Door(errors.PersonOnly, ("plan", "delete", "--revision", "1"), "DELETE", "", match=1),
}


@pytest.fixture
def busy(agent: Agent, desk: Desk) -> Agent:
    """Work on the plan so that each request is refused."""
    claim_step(desk, PLAN, 1, by=ME)
    complete_step(desk, PLAN, 1, by=ME)
    claim_step(desk, PLAN, 2, by=OTHER)
    add_step(desk, PLAN, title="Mine", by=ME, key="k")
    edit_step(desk, PLAN, 4, by=ADA, expected=5, title="Ours")
    return agent


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("case", ASKED.values(), ids=ASKED.keys())
async def test_a_refusal_is_the_same_at_every_door(busy: Agent, desk: Desk, case: Door) -> None:
    by_command = await sync_to_async(said_by_command)(desk, case)
    by_http = await sync_to_async(said_by_http)(busy, case)

    assert by_http == by_command
    if case.tool:
        async with inside(desk, ME.name) as agent:
            told = (await agent.refused(case.tool, **(case.sent or {}))).error
        assert {name: told.get(name) for name in by_http if name != "current"} == {
            name: value for name, value in by_http.items() if name != "current"
        }


def said_by_command(desk: Desk, case: Door) -> Json:
    where = ["--namespace", PLAN]
    said = say(*case.words, *where, "--as", ME.name, "--json", variables={"PLANBOARD_ROOT": desk.store.root})
    assert said.code == of_refusal(case.error.__new__(case.error)), said
    error: Json = json.loads(said.err.splitlines()[-1])["error"]
    return {name: value for name, value in error.items() if name != "current"}


def said_by_http(agent: Agent, case: Door) -> Json:
    answer = agent.ask(case.method, f"/plans/{PLAN}{case.path}", case.body, match=case.match, key=case.key)
    assert answer.status == status_of(case.error.__new__(case.error)), answer.body
    assert answer.error["code"] == case.error.code
    return answer.error
