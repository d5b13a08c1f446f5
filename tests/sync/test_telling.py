"""Telling never stops the copying: what could not be told is found out by the boards themselves."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from channels.layers import InMemoryChannelLayer

from plans.domain.picture import picture_of
from plans.live.hub import Hub
from plans.mirror.rows import News as Rows
from plans.mirror.rows import paint
from plans.sync.copying import Found
from plans.sync.lives import Lives
from plans.sync.telling import Teller
from tests.live.stage import PlainBrush, Shelf, plan_of

if TYPE_CHECKING:
    import pytest

    from plans.live.news import News

FOUND = Found(news=Rows(plan_of(2)), painted=paint(None, Rows(plan_of(2))))


class BrokenHub(Hub):
    def offer(self, news: News) -> None:
        raise KeyError(news.picture.plan.namespace)


class BrokenLayer(InMemoryChannelLayer):  # type: ignore[misc]  # channels ships no types
    async def group_send(self, group: str, message: object) -> None:
        raise ConnectionError(group, message)


async def test_boards_that_cannot_be_told_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    hub = BrokenHub(layer=InMemoryChannelLayer, source=Shelf(), brush=PlainBrush())
    with caplog.at_level(logging.ERROR):
        Teller(BrokenLayer, hub).show(FOUND, Lives({}))
    assert "could not be told" in caplog.text


async def test_a_layer_that_does_not_answer_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        await Teller(BrokenLayer).poke(FOUND)
        await Teller(BrokenLayer).lived(picture_of(plan_of(1)), Lives({}))
    assert caplog.text.count("The channel layer took no poke") == 2


async def test_a_look_that_found_nothing_tells_nobody() -> None:
    hub = BrokenHub(layer=InMemoryChannelLayer, source=Shelf(), brush=PlainBrush())
    teller = Teller(BrokenLayer, hub)
    teller.show(Found(gone=True), Lives({}))
    await teller.poke(Found(retry=True))
