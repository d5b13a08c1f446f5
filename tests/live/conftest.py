"""A hub with one plan, for whoever asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.live.stage import Stage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage()
    yield stage
    await stage.hub.stop()
