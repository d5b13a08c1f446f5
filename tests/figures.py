"""Where tests put the figures of the table in "How it is tested": one JSON line each, in one file.

A test that shows a row of the table records what it saw, once, when it is sure:

    from tests import figures

    figures.record("kills", kills=KILLS, torn=0, stuck=longest)

Rows and the names of their figures stand in tests/wanted.py; a misspelt one is a KeyError at once. Several
tests may share a row: counts are added up, of times (what has a unit) the worst one counts. A row of which
a figure is missing has not run, and the table fails.

That it failed is no figure a test can record itself, where others reach what the row asks for: a mark says
which one a failed test adds to, and gives 0 where it passed:

    @pytest.mark.shows("kills", failed="lost")

Where every test of a file is one more of a kind, the mark names what a passed one adds to, too, and no call
is needed:

    pytestmark = pytest.mark.shows("security", "tests", "let_in")

Nothing is written unless PLANBOARD_TEST_FIGURES names a file: `.ci/run` and `make torture` do. The table is
printed by ``python -m tests.torture --table``.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from typing import TYPE_CHECKING

from tests.wanted import ROWS

if TYPE_CHECKING:
    from pathlib import Path

FILE = "PLANBOARD_TEST_FIGURES"

type Figures = dict[str, dict[str, float]]
"""By row, by name."""


def record(row: str, **values: float) -> None:
    """Record figures of a row; raises KeyError for a row or figure that nobody asked for."""
    for name in values:
        ROWS[row].want(name)
    path = os.environ.get(FILE)
    if not path:
        return
    line = json.dumps({"row": row, "values": values}) + "\n"
    # Tests run in several processes: one write at the end of the file keeps lines whole.
    fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(fd, line.encode())
    finally:
        os.close(fd)


def record_test(row: str, passed: str = "", failed: str = "", *, has_failed: bool) -> None:
    """Record one more test that passed or failed, as a mark names the figures; "": no figure counts such."""
    counts = {passed: int(not has_failed), failed: int(has_failed)}
    record(row, **{name: count for name, count in counts.items() if name})


def recorded(file: Path) -> Figures:
    """Read what was recorded, figures of the same name made one."""
    found: defaultdict[str, defaultdict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    if file.exists():
        for line in file.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            for name, value in entry["values"].items():
                found[entry["row"]][name].append(value)
    return {
        row: {name: ROWS[row].want(name).joined(values) for name, values in named.items()}
        for row, named in found.items()
    }
