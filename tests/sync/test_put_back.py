"""A plan's folder is put back from a copy: whoever looks at it sees what it says now, not what was lost."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from channels.layers import InMemoryChannelLayer

from plans.live.hub import Hub
from plans.mirror import reading
from plans.mirror.models import Plan
from plans.sync.copying import Copier
from plans.sync.decide import Errand
from plans.web.source import MirrorSource
from tests.live.stage import Page, PlainBrush
from tests.sync.copied import NS, has_title, revision, titled
from tests.sync.stage import Stage, asked, until

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    stage = Stage(tmp_path)
    stage.create(NS, "First")
    shutil.copytree(stage.root / NS, tmp_path / "copy")
    return stage


def put_back(stage: Stage) -> None:
    shutil.rmtree(stage.root / NS)
    shutil.copytree(stage.root.parent / "copy", stage.root / NS)


def copied(copier: Copier) -> None:
    copier.write(copier.look(Errand(NS, core=True), patient=True))


def version() -> tuple[str, int]:
    return reading.versions([NS])[NS]


@pytest.mark.parametrize("beside_the_worker", [True, False])
async def test_open_and_new_pages_go_on_from_the_files_that_were_put_back(
    stage: Stage, *, beside_the_worker: bool
) -> None:
    """Red where pages know a plan by its epoch: the open one keeps what is lost, a new one never arrives."""
    layer = InMemoryChannelLayer()
    hub = Hub(layer=lambda: layer, source=MirrorSource(), brush=PlainBrush())
    async with stage.working(hub if beside_the_worker else None):
        for title in ("Two", "Three"):
            titled(stage, title)
        await until(lambda: has_title("Three"))
        history, rev = await asked(version)
        page = await looks(hub, history, rev)
        put_back(stage)
        await until(lambda: revision() < rev)
        other, earlier = await asked(version)
        assert other != history
        await page.until(lambda: page.of_type("resync"))
        await page.until(lambda: page.of_type("resync")[-1]["epoch"] == other)
        assert page.of_type("resync")[-1]["rev"] == earlier

        newcomer = await looks(hub, other, earlier)
        titled(stage, "After all")
        await newcomer.until(newcomer.frames)
        assert newcomer.frames()[-1]["prev"] == earlier
        assert newcomer.of_type("resync") == []
    await hub.stop()


async def looks(hub: Hub, history: str, rev: int) -> Page:
    page = Page()
    page.seat = hub.join(NS, page)
    await page.hello(rev, history)
    await page.until(lambda: page.texts)
    return page


def test_another_past_of_the_same_length_is_another_history(stage: Stage) -> None:
    """A power cut can take the end of a journal, and others get its numbers."""
    copier = Copier(stage.store)
    titled(stage, "Lost")
    copied(copier)
    lost = version()
    put_back(stage)
    titled(stage, "Kept")
    copied(copier)
    assert reading.picture(NS).version == version()
    assert (version()[0] != lost[0], version()[1]) == (True, lost[1])
    assert has_title("Kept")


def test_a_change_is_told_as_of_the_copy_that_it_goes_on_from(stage: Stage) -> None:
    copier = Copier(stage.store)
    copied(copier)
    history, rev = version()
    titled(stage, "Next")
    found = copier.look(Errand(NS), patient=True)
    assert found.painted is not None
    assert found.painted.picture.version == (history, rev + 1)
    assert copier.write(found) == found


def test_the_epoch_of_a_plan_stays_what_its_files_say(stage: Stage) -> None:
    copier = Copier(stage.store)
    copied(copier)
    epoch = stage.store.read(NS).plan.epoch
    assert reading.revisions([NS])[NS][0] == epoch == Plan.objects.get().epoch
