"""Who calls tools that change something is shown as a session at work, once a call was taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plans.security.tokens import VERBS, Grant
from tests.agents.connected import inside

if TYPE_CHECKING:
    from plans.actions.desk import Desk

WORDS = {"kind": "input", "text": "Which one?"}


def grant(*verbs: str, plans: str = "payments.*") -> Grant:
    return Grant(number=1, session="session-abc", plans=(plans,), verbs=frozenset(verbs))


@pytest.mark.parametrize(
    "rights",
    [grant("metrics"), grant("read"), grant(*VERBS, plans="search.*")],
    ids=["figures", "read", "else"],
)
async def test_a_call_beyond_the_token_shows_nobody_at_work(desk: Desk, plan: str, rights: Grant) -> None:
    """Red where the caller is introduced before the tool asks for rights."""
    async with inside(desk, rights=rights) as agent:
        for tool, sent in (("claim_step", {}), ("heartbeat", {}), ("block_step", WORDS)):
            refused = await agent.refused(tool, namespace=plan, number=1, **sent)
            assert refused.error["code"] == "beyond_token"
        assert desk.sessions.get("session-abc") is None


async def test_a_call_that_is_refused_shows_nobody_at_work_as_at_the_other_door(
    desk: Desk, plan: str
) -> None:
    async with inside(desk, "one") as one, inside(desk, "two") as two:
        await one.call("claim_step", namespace=plan, number=1)
        taken = await two.refused("claim_step", namespace=plan, number=1)
        assert taken.error["code"] == "not_yours"
        assert desk.sessions.get("two") is None

        await two.call("claim_step", namespace=plan, number=2)
    known = desk.sessions.get("two")
    assert known is not None
    assert known.agent == "mcp"
