"""Any order of edits, merges and deaths: the mirror, once it looked, and the API say what the files say."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from django.conf import settings as django_settings
from django.test import override_settings
from hypothesis import HealthCheck, settings
from hypothesis.stateful import invariant, rule
from msgspec.structs import replace

from plans.actions import wire
from plans.mirror import applying
from plans.sync.copying import Copier
from plans.sync.decide import Errand
from plans.sync.rebuilding import differences
from tests.agents.http_api.caller import Agent
from tests.store import test_machine
from tests.store.forging import seals_of

if TYPE_CHECKING:
    from plans.actions.wire import Json

LONG = bool(os.environ.get("PLANBOARD_TEST_TORTURE"))


class BoardMachine(test_machine.StoreMachine):
    """The store's machine, with a worker that looks now and then, and an agent that reads over HTTP.

    An example takes three times as long as one of the store alone, so fewer are tried.
    """

    counted_as = "boards"

    def __init__(self) -> None:
        super().__init__()
        applying.empty()
        self.copier: Copier | None = None
        kept = replace(
            django_settings.PLANBOARD,
            root_folder=str(self.place / "root"),
            home_folder=str(self.place / "home"),
        )
        (self.place / "root").mkdir(mode=0o700)
        self.seals = seals_of(self.place / "home", self.place / "root")
        self.seals.ready()  # the board believes nothing that nobody signed
        self.here = override_settings(PLANBOARD=kept)
        self.here.enable()
        self.agent = Agent(plans=("*",))

    def teardown(self) -> None:
        try:
            self.look()
        finally:
            self.here.disable()
            super().teardown()

    @rule()
    def look(self) -> None:
        """The worker looks, with what it knew; then the mirror says what the files say."""
        self.copier = self.copier or Copier(self.scene.store)
        self.copier.write(self.copier.look(Errand("work"), patient=True))
        self.catch_up()
        assert list(differences(self.scene.store)) == []

    @rule()
    def restart_the_worker(self) -> None:
        self.copier = None

    @invariant()
    def the_api_says_what_the_store_says(self) -> None:
        answer = self.agent.ask("GET", "/plans/work")
        assert answer.status == 200
        assert told(answer.plan) == told(wire.plan_json(self.scene.store.read("work").plan))


def told(plan: Json) -> object:
    """Give what does not depend on when one looks: a peer's change has no time before it is a revision."""
    steps = plan["steps"]
    assert isinstance(steps, list)
    return plan["revision"], [(s["number"], s["title"], s["status"], s["owner"], s["notes"]) for s in steps]


BoardMachine.TestCase.settings = settings(
    max_examples=1_000 if LONG else 25,
    stateful_step_count=20 if LONG else 8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestBoard = pytest.mark.django_db(transaction=True)(
    test_machine.SHOWN(
        pytest.mark.torture(pytest.mark.timeout(14_400 if LONG else 300)(BoardMachine.TestCase))
    )
)
