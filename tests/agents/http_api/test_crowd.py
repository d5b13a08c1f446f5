"""Fifty agents at once: each step has one of them, and who changes a plan waits in line for it."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import pytest
from django.db import connections

from plans.actions.drafts import PlanDraft, StepDraft
from plans.actions.planning import create_plan
from plans.agents.http_api import routing
from plans.agents.http_api.turns import Turns
from plans.domain.errors import Busy
from tests.agents.http_api.caller import ADA, PLAN, Agent
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from plans.actions.desk import Desk

CLIENTS = 50


@pytest.mark.django_db(transaction=True)
def test_fifty_agents_that_ask_for_the_next_step_never_get_the_same_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The last of fifty may stand in line for long on a slow machine.
    monkeypatch.setattr(routing.TURNS, "turn", partial(routing.TURNS.turn, patience=PATIENCE))
    steps = tuple(StepDraft(title=f"Step {number}") for number in range(CLIENTS + 10))
    create_plan(desk, PLAN, sent=PlanDraft(steps=steps), by=ADA)
    agents = [Agent(f"agent-{number}") for number in range(CLIENTS)]
    together = threading.Barrier(CLIENTS)

    def claim(agent: Agent) -> object:
        together.wait(PATIENCE)
        try:
            return agent.post("/next").step["number"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(CLIENTS) as pool:
        claims = Counter(pool.map(claim, agents, timeout=PATIENCE))

    assert len(claims) == CLIENTS
    assert set(claims.values()) == {1}
    owners = [step.owner for step in desk.store.read(PLAN).plan.steps]
    assert len(set(filter(None, owners))) == CLIENTS


class TestTurns:
    """The line of one plan."""

    def test_the_first_to_come_is_the_next_to_go(self) -> None:
        turns, order = Turns(), []

        def work(number: int) -> None:
            with turns.turn("ops"):
                order.append(number)

        with turns.turn("ops"):
            threads = [threading.Thread(target=work, args=[number]) for number in range(5)]
            for place, thread in enumerate(threads, 1):
                thread.start()
                while len(turns._lines["ops"]) < place:
                    thread.join(0.001)
        for thread in threads:
            thread.join(PATIENCE)

        assert order == [0, 1, 2, 3, 4]
        assert not turns._lines

    def test_two_plans_have_two_lines(self) -> None:
        turns = Turns()
        with turns.turn("ops"), turns.turn("web", patience=0):
            assert set(turns._lines) == {"ops", "web"}

    def test_who_waits_too_long_is_told_and_holds_nobody_up(self) -> None:
        turns = Turns()
        with turns.turn("ops"), pytest.raises(Busy), turns.turn("ops", patience=0):
            pytest.fail("two at once")
        with turns.turn("ops", patience=0):
            pass

    def test_a_failure_lets_the_next_one_go(self) -> None:
        turns = Turns()
        with pytest.raises(ZeroDivisionError), turns.turn("ops"):
            1 / 0  # noqa: B018
        with turns.turn("ops", patience=0):
            pass
