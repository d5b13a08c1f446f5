"""Many pages on lines that cut, delay, reorder, double and swallow: all of them end up with the truth."""

from __future__ import annotations

import asyncio
import os
from random import Random
from time import monotonic
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from plans.domain.picture import Life, picture_of
from plans.domain.step import Status, Step
from plans.live.news import News
from tests import figures
from tests.live.follower import CLEAR, Follower, Shown, Weather
from tests.live.stage import NAMESPACE, Stage, plan_of, status, title
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from plans.domain.plan import Plan
    from plans.domain.standing import Column

LONG = bool(os.environ.get("PLANBOARD_TEST_TORTURE"))
PAGES = 40
SEEDS = range(30 if LONG else 2)
CHANGES = 60
AWFUL = Weather(drop=0.05, twice=0.1, reorder=0.1, lost_ack=0.1, longest=0.02, torn=0.1)
OPEN = (Status.PENDING, Status.IN_PROGRESS, Status.BLOCKED)


class Storm:
    """One plan that changes in every way, and pages that lose their lines."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - the same storm again
        self.stage = Stage(steps=12)
        self.pages = [Follower(self.stage, self.random) for _ in range(PAGES)]

    def change(self) -> None:
        """Change something and tell the hub; of some revisions only the mirror knows."""
        deed = self.random.choice([self._edit, self._edit, self._edit, self._live, self._resize])
        news = deed()
        if deed == self._live or self.random.random() < 0.8:
            self.stage.hub.offer(news)
        else:
            self.stage.shelf.news[NAMESPACE] = news

    def start_over(self) -> None:
        """Another history, with smaller revisions."""
        self.stage.picture = picture_of(plan_of(9, epoch=f"e{self.random.random()}"))
        self.stage.shelf.news[NAMESPACE] = News(self.stage.picture)

    async def reconnect(self, chance: float) -> None:
        """Let pages whose line is gone connect again, and some others lose theirs."""
        for page in self.pages:
            if not page.is_connected or self.random.random() < chance:
                await page.connect()

    def stale(self) -> list[str]:
        """Name the cards that are not what the truth is."""
        picture = self.stage.picture
        wanted = {
            step.number: (picture.standings[step.number].column, self.stage.brush.card(picture, step.number))
            for step in picture.plan.steps
        }
        return [
            f"page {at}: {card}"
            for at, page in enumerate(self.pages)
            for card in _differing(page.cards, wanted)
        ]

    def _edit(self) -> News:
        number = self.random.choice(self.stage.picture.plan.steps).number
        edit = self.random.choice(
            (
                title(number, f"Title {self.random.random()}"),
                status(number, Status.COMPLETED),
                status(number, self.random.choice(OPEN), "abc"),
            )
        )
        return self.stage.change(edit)

    def _resize(self) -> News:
        """Add a step, or take one away."""

        def edit(plan: Plan) -> Plan:
            if len(plan.steps) > 8 and self.random.random() < 0.5:
                return plan.with_steps(plan.steps[:-1])
            number = plan.next_number
            new = Step(number=number, title=f"Step {number}")
            return replace(plan.with_steps((*plan.steps, new)), next_number=number + 1)

        return self.stage.change(edit)

    def _live(self) -> News:
        liveness = self.random.choice(("live", "stale", "quiet"))
        return self.stage.with_state(lives={"abc": Life(session="abc", liveness=liveness)})


def _differing(shown: dict[int, Shown], wanted: dict[int, tuple[Column, str]]) -> list[str]:
    told = {number: (card.column, card.html) for number, card in shown.items()}
    numbers = {*told, *wanted}
    return [
        f"{n}: {told.get(n)}, not {wanted.get(n)}" for n in sorted(numbers) if told.get(n) != wanted.get(n)
    ]


@pytest.mark.torture
@pytest.mark.shows("storm", failed="stale")
@pytest.mark.parametrize("seed", SEEDS)
async def test_every_page_ends_up_with_the_truth_whatever_its_line_did(seed: int) -> None:
    storm = Storm(seed)
    try:
        await rage(storm)
        stale_for = await calm(storm)
        mismatches = sum(page.mismatches for page in storm.pages)
        assert mismatches == storm.stage.hub.facts()["mismatches"] == 0
        figures.record("storm", mismatches=mismatches, stale_for=stale_for)
    finally:
        for page in storm.pages:
            page.end()
        await storm.stage.hub.stop()


async def rage(storm: Storm) -> None:
    """Change the plan while lines break; in the middle it is made anew."""
    for page in storm.pages:
        page.weather = AWFUL
    for turn in range(CHANGES):
        await storm.reconnect(0.05)
        storm.change()
        if turn == CHANGES // 2:
            storm.start_over()
        await asyncio.sleep(storm.random.uniform(0, 0.02))
    for page in storm.pages:
        page.weather = CLEAR


async def calm(storm: Storm) -> float:
    """Let all connect again and wait until they are true; gives for how long one was not, s.

    All that is done for them is to connect again, where the line is gone.
    """
    await storm.reconnect(0)
    quiet_since = monotonic()
    async with asyncio.timeout(PATIENCE):
        while storm.stale():
            await storm.reconnect(0)
            await asyncio.sleep(0.05)
    return monotonic() - quiet_since
