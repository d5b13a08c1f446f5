"""A process that only reads: with a store it keeps, and as a command that starts anew each time."""

from __future__ import annotations

import json
import os
import random
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.command import say
from tests.torture.calling import PLAN, Caller
from tests.torture.folding import marks
from tests.torture.log import Log
from tests.torture.ours import prepare

if TYPE_CHECKING:
    from tests.torture.history import Marks


def work(*, place: str, who: str, turns: int, seed: str, bug: str = "") -> None:
    """Read again and again, until killed or for so many times."""
    folder = Path(place)
    kept = Caller(folder, Log(folder / "logs", who))
    command = Log(folder / "logs", f"{who}-cli")
    prepare(folder, bug)
    chance = random.Random(seed)  # noqa: S311 - to be repeated, no secret
    for turn in range(turns):
        kept.read()
        if turn % 5 == 0:
            read_by_command(command, folder / "root")
        time.sleep(chance.uniform(0, 0.01))


def read_by_command(log: Log, root: Path) -> None:
    """Read as an agent's command does."""
    number = log.asked(doing="read", door="cli")
    variables = {
        "PLANBOARD_ROOT": str(root),
        "PLANBOARD_HOME": str(root.parent / "home"),
        "PLANBOARD_SOURCES": "none",
    }
    said = say("plan", "show", PLAN, "--json", variables=os.environ | variables)
    if said.code != 0:
        log.answered(number, outcome="refused", why=said.err.decode())
        return
    plan = json.loads(said.out)["plan"]
    log.answered(number, outcome="done", rev=plan["revision"], saw=shown(plan))


def shown(plan: dict[str, object]) -> Marks:
    """Give what the checker compares of a plan that came as JSON."""
    steps = plan["steps"]
    assert isinstance(steps, list)
    return marks((step["number"], step) for step in steps)
