"""The long versions of what can lose, tear or let in, and one table: ``python -m tests.torture``.

A crowd works for so many minutes and its history is checked; then the tests marked ``torture`` run at full
length. ``--table short`` only prints the table of figures that a run of the tests has recorded.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests import figures
from tests.torture.bar import Bar
from tests.torture.checker import report
from tests.torture.long_tests import run_long_tests
from tests.torture.many import run_crowds
from tests.torture.table import judged, printed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.wanted import Size

OUT = Path("bench-out")
MINUTES = 10.0


def main(words: Sequence[str]) -> int:
    """Run everything; gives 1 where a row of the table is not as it has to be."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture")
    parser.add_argument("--table", choices=("short", "long"), help="only print what was recorded")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="how long the crowds work")
    parser.add_argument("--crowds-only", action="store_true", help="leave the marked tests out")
    parser.add_argument("--seed", default=str(time.time_ns()), help="of the crowds")
    parser.add_argument("words", nargs="*", help="for pytest: -k kills, tests/store …")
    chosen, rest = parser.parse_known_args(words)
    if chosen.table:
        return print_table(chosen.table, Path(os.environ.get(figures.FILE, OUT / "figures.jsonl")))
    OUT.mkdir(exist_ok=True)
    file = Path(os.environ.setdefault(figures.FILE, str(OUT.resolve() / "figures.jsonl")))
    file.unlink(missing_ok=True)
    failed = 0 if let_crowds_work(chosen.minutes, chosen.seed) else 1
    if not chosen.crowds_only:
        failed |= run_long_tests([*chosen.words, *rest])
    return failed | print_table("long", file)


def let_crowds_work(minutes: float, seed: str) -> bool:
    """Let crowds work one after the other; gives whether their histories hold, and keeps what does not."""
    place = Path(tempfile.mkdtemp(prefix="torture-"))
    with Bar(f"Crowds (seed {seed})") as bar:
        refuted = run_crowds(place, seed=seed, seconds=minutes * 60, bar=bar)
    if not refuted:
        shutil.rmtree(place)
        return True
    sys.stdout.write(f"{report(refuted)}\n\nThe history is kept in {place}\n")
    return False


def print_table(size: Size, file: Path) -> int:
    """Print the table and write it beside the figures; gives 1 where a row fails."""
    rows = judged(figures.recorded(file), size)
    text = printed(rows)
    sys.stdout.write(f"\n{text}\n")
    file.with_suffix(".md").write_text(text + "\n", encoding="utf-8")
    return int(not all(row.passed for row in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
