"""The mirror's rows of the plan, read beside the board as of one moment."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from tests.torture.calling import PLAN
from tests.torture.folding import marks
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.torture.history import Marks

_REVISION = "SELECT revision FROM plans_plan WHERE namespace = ?"
_STEPS = (
    "SELECT number, document FROM plans_step WHERE NOT removed AND plan_id ="
    " (SELECT id FROM plans_plan WHERE namespace = ?)"
)


def read_mirror(file: Path) -> tuple[int, Marks]:
    """Give the revision and what is shown of each step; 0 while there is nothing."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=PATIENCE)) as connection:
        connection.isolation_level = None
        connection.execute("BEGIN")
        found = connection.execute(_REVISION, (PLAN,)).fetchone()
        steps = connection.execute(_STEPS, (PLAN,)).fetchall()
    return (found[0] if found else 0), marks((number, json.loads(document)) for number, document in steps)
