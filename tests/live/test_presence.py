"""Who looks at what: once a person, gone when they are gone, across processes, and at no cost for edits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from plans.domain.step import Status
from plans.live import hub as hub_module
from plans.live.hub import Hub
from plans.live.presence import GONE_SECONDS, MOST_STEPS, SAY_SECONDS, Person, Presence
from plans.live.viewer import Viewer
from tests.live.stage import NAMESPACE, Page, Stage, status

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

ANA, BEN = Person("ana", "Ana"), Person("ben", "Ben")


class Office:
    """One process: its presence, and what each viewer was told last."""

    def __init__(self) -> None:
        self.presence = Presence(tell=self.tell)
        self.told: dict[Viewer, list[tuple[str, list[int]]]] = {}
        self.count = 0

    def tell(self, namespace: str, viewers: Iterable[Viewer], op: str) -> None:
        assert namespace == NAMESPACE
        self.count += 1
        people = json.loads(op)["people"]
        for viewer in viewers:
            self.told[viewer] = [(person["name"], person["steps"]) for person in people]

    def viewer(self) -> Viewer:
        return Viewer(Page(), now=0.0)

    def look(self, viewer: Viewer, person: Person, step: int | None = None, *, now: float = 0.0) -> None:
        self.presence.look((NAMESPACE, step), viewer, person, now=now)

    def care(self, now: float, *others: Office) -> list[dict[str, object]]:
        """Let a second pass; the other processes hear what this one says."""
        said = list(self.presence.care(now))
        for message in said:
            for other in (self, *others):
                other.presence.heard(message, now=now)
        return said


@pytest.fixture
def office() -> Office:
    return Office()


def test_who_is_alone_is_told_nothing_in_however_many_tabs(office: Office) -> None:
    office.look(office.viewer(), ANA)
    office.look(office.viewer(), ANA, 2)
    office.care(1.0)
    assert office.count == 0


def test_two_people_see_each_other_and_the_steps_they_have_open(office: Office) -> None:
    ana, ben = office.viewer(), office.viewer()
    office.look(ana, ANA)
    office.look(ben, BEN, 17)
    office.care(1.0)
    assert office.told[ana] == office.told[ben] == [("Ana", []), ("Ben", [17])]
    office.care(2.0)
    assert office.count == 1  # nothing changed


def test_a_person_with_two_tabs_is_one_person_with_two_steps(office: Office) -> None:
    ana = office.viewer()
    office.look(ana, ANA)
    for step in (9, 4, 4):
        office.look(office.viewer(), BEN, step)
    office.care(1.0)
    assert office.told[ana] == [("Ana", []), ("Ben", [4, 9])]
    for step in range(1, 2 * MOST_STEPS):
        office.look(office.viewer(), BEN, step)
    office.care(2.0)
    assert len(office.told[ana][1][1]) == MOST_STEPS


def test_the_last_tab_that_closes_takes_the_person_away(office: Office) -> None:
    ana, first, second = office.viewer(), office.viewer(), office.viewer()
    office.look(ana, ANA)
    office.look(first, BEN)
    office.look(second, BEN)
    office.care(1.0)
    office.presence.leave(NAMESPACE, first)
    office.care(2.0)
    assert office.told[ana] == [("Ana", []), ("Ben", [])]
    office.presence.leave(NAMESPACE, second)
    office.care(3.0)
    assert office.told[ana] == [("Ana", [])]
    office.care(4.0)
    assert office.count == 2  # alone again, nothing more is said


def test_a_page_that_says_nothing_any_more_is_gone(office: Office) -> None:
    ana, ben = office.viewer(), office.viewer()
    office.look(ben, BEN)
    for now in (0.0, SAY_SECONDS, 2 * SAY_SECONDS, 3 * SAY_SECONDS):
        office.look(ana, ANA, now=now)
        office.care(now)
    assert 3 * SAY_SECONDS > GONE_SECONDS
    assert office.told[ana] == [("Ana", [])]


def test_a_page_that_comes_is_told_at_once_who_is_there(office: Office) -> None:
    office.look(office.viewer(), ANA)
    office.look(office.viewer(), BEN)
    office.care(1.0)
    fresh = office.viewer()
    office.look(fresh, ANA, now=1.5)
    assert office.told[fresh] == [("Ana", []), ("Ben", [])]


def test_people_at_two_processes_see_each_other_until_one_says_nothing(office: Office) -> None:
    other = Office()
    ana, ben = office.viewer(), other.viewer()
    office.look(ana, ANA, 3)
    office.care(0.0, other)  # nobody is there yet who could hear it
    other.look(ben, BEN, 5)
    other.care(1.0, office)  # asks
    office.care(2.0, other)
    other.care(3.0, office)
    both = [("Ana", [3]), ("Ben", [5])]
    assert office.told[ana] == other.told[ben] == both

    later = 3.0 + GONE_SECONDS + 1  # the other process died
    office.look(ana, ANA, 3, now=later)
    office.care(later)
    assert office.told[ana] == [("Ana", [3])]


def test_the_same_person_at_two_processes_is_one(office: Office) -> None:
    other = Office()
    ana = office.viewer()
    office.look(ana, ANA, 3)
    other.look(other.viewer(), ANA, 5)
    other.look(other.viewer(), BEN)
    for now in (0.0, 1.0, 2.0):
        office.care(now, other)
        other.care(now, office)
    assert office.told[ana] == [("Ana", [3, 5]), ("Ben", [])]


def test_processes_say_it_again_but_not_with_every_second(office: Office) -> None:
    ana = office.viewer()
    said = []
    for now in range(60):
        office.look(ana, ANA, now=float(now))
        said += office.care(float(now))
    assert len(said) == 60 / SAY_SECONDS


@pytest.mark.parametrize("message", [{}, {"type": "plan.changed"}, {"type": "plan.people", "people": 1}])
def test_what_is_no_news_of_people_is_ignored(office: Office, message: dict[str, object]) -> None:
    office.presence.heard(message, now=0.0)


@pytest.fixture
async def stage(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    monkeypatch.setattr(hub_module, "LOOK_SECONDS", 0.02)
    stage = Stage()
    yield stage
    await stage.hub.stop()


async def looks(hub: Hub, person: Person, step: int | None) -> Page:
    page = Page()
    page.seat = hub.join(NAMESPACE, page, person=person)
    await page.hello(1)
    await page.seat.heard(json.dumps({"type": "look", "step": step}))
    return page


def people(page: Page) -> list[str]:
    """Give whom a page was told of last."""
    ops = [op for text in page.of_type("state") for op in text["ops"] if op["op"] == "people"]  # type: ignore[attr-defined]
    return [person["name"] for person in ops[-1]["people"]] if ops else []


async def test_hubs_of_two_processes_tell_their_pages_of_each_others_people(stage: Stage) -> None:
    other = Hub(layer=lambda: stage.layer, source=stage.shelf, brush=stage.brush)
    try:
        ana, ben = await looks(stage.hub, ANA, 2), await looks(other, BEN, None)
        await ana.until(lambda: people(ana) == ["Ana", "Ben"])
        await ben.until(lambda: people(ben) == ["Ana", "Ben"])
        assert ben.seat
        ben.seat.leave()
        await ana.until(lambda: people(ana) == ["Ana"])
    finally:
        await other.stop()


async def test_a_hidden_page_is_not_looked_at(stage: Stage) -> None:
    ana, ben = await looks(stage.hub, ANA, 2), await looks(stage.hub, BEN, None)
    await ana.until(lambda: people(ana) == ["Ana", "Ben"])
    assert ben.seat
    await ben.seat.heard(json.dumps({"type": "look", "here": False}))
    await ana.until(lambda: people(ana) == ["Ana"])


async def test_a_change_of_the_plan_says_nothing_of_people(stage: Stage) -> None:
    ana, _ = await looks(stage.hub, ANA, 2), await looks(stage.hub, BEN, None)
    await ana.until(lambda: people(ana) == ["Ana", "Ben"])
    before = len(ana.of_type("state"))
    stage.hub.offer(stage.change(status(2, Status.IN_PROGRESS, "abc")))
    await ana.until(ana.frames)
    assert len(ana.of_type("state")) == before
