import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import figures
from tests.torture.table import judged
from tests.wanted import ROWS

PROJECT = Path(__file__).parent.parent
RECORDS = re.compile(r'figures\.record\(\s*"(\w+)"')
SHOWS = re.compile(r'mark\.shows\("(\w+)"')
RECORDING = [
    path
    for path in sorted((PROJECT / "tests").rglob("test_*.py"))
    if path != Path(__file__) and RECORDS.search(path.read_text(encoding="utf-8"))
]
ONE_OF_EACH = """
import pytest
pytestmark = pytest.mark.shows("security", "tests", "let_in")
def test_refused(): pass
def test_another(): pass
def test_let_in(): assert False
def test_not_here(): pytest.skip("no")
@pytest.fixture
def nothing(): assert False
def test_never_begun(nothing): pass
"""
ONE_THAT_COUNTS_FOR_ITSELF = """
import pytest
from tests import figures
@pytest.mark.shows("crash_points", failed="broken")
@pytest.mark.parametrize("points", [60, 60, 0])
def test_it(points):
    figures.record("crash_points", points=points, errors=60)
    assert points
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(figures.FILE, str(tmp_path / "figures.jsonl"))
    return tmp_path / "figures.jsonl"


def test_counts_add_up_and_of_times_the_worst_counts(file: Path) -> None:
    figures.record("kills", kills=150, lost=0, stuck=0.25)
    figures.record("kills", kills=50, lost=1, stuck=0.125)
    assert figures.recorded(file) == {"kills": {"kills": 200, "lost": 1, "stuck": 0.25}}


def test_a_figure_nobody_asked_for_is_a_mistake(file: Path) -> None:
    with pytest.raises(KeyError):
        figures.record("kills", kils=1)
    with pytest.raises(KeyError):
        figures.record("kill", kills=1)
    assert figures.recorded(file) == {}


def test_nothing_is_written_where_no_table_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(figures.FILE, raising=False)
    figures.record("kills", kills=1)


def run_tests(folder: Path, text: str) -> None:
    (folder / "test_it.py").write_text(text)
    run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(PROJECT)]
    run += ["-p", "tests.conftest", "-c", str(PROJECT / "pyproject.toml"), str(folder / "test_it.py")]
    subprocess.run(run, cwd=PROJECT, env=os.environ, capture_output=True, check=False)


def test_a_mark_counts_the_tests_that_passed_and_failed(tmp_path: Path, file: Path) -> None:
    run_tests(tmp_path, ONE_OF_EACH)
    assert figures.recorded(file) == {"security": {"tests": 2, "let_in": 2}}


def test_a_row_fails_with_one_of_its_tests_however_much_the_others_tried(tmp_path: Path, file: Path) -> None:
    run_tests(tmp_path, ONE_THAT_COUNTS_FOR_ITSELF)
    found = figures.recorded(file)
    assert found == {"crash_points": {"points": 120, "errors": 180, "broken": 1}}
    assert not next(row.passed for row in judged(found, "long") if row.title == ROWS["crash_points"].title)


@pytest.mark.parametrize("path", RECORDING, ids=lambda path: path.stem)
def test_whoever_records_figures_of_a_row_counts_its_failures_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    recorded = {row for row in RECORDS.findall(text) if any(not want.long for want in ROWS[row].wants)}
    assert recorded <= set(SHOWS.findall(text))


@pytest.mark.parametrize("row", ROWS)
def test_the_long_version_asks_for_no_less_than_the_short_one(row: str) -> None:
    for want in ROWS[row].wants:
        assert want.long >= want.short if want.rule == "least" else want.long <= want.short
