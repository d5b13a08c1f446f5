"""The figures of a worker alone: a file that is there while it works, whole, and names no plan."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from plans.management import figures_file
from plans.management.figures_file import keep_figures
from tests.sync.copied import NS
from tests.sync.stage import until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sync.stage import Stage

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_worker_alone_writes_its_figures_into_a_file(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(figures_file, "EVERY_SECONDS", 0.05)
    stage.create(NS, "One")
    file = tmp_path / "figures" / "planboard.prom"
    async with stage.working():
        keeping = asyncio.create_task(keep_figures(file))
        await until(lambda: "cannot be written" in caplog.text)
        file.parent.mkdir()
        await until(file.exists)
        text = file.read_text()
        assert 'planboard_worker_state{state="working"} 1.0' in text
        assert 'planboard_part_up{part="database"} 1.0' in text
        assert NS not in text
        assert "process_" not in text, "whoever collects it has those of its own"
        assert file.stat().st_mode & 0o777 == 0o644
        keeping.cancel()
        await asyncio.wait([keeping])
    assert list(file.parent.iterdir()) == [], "what has ended tells nothing any more"
    assert caplog.text.count("cannot be written") == 1
