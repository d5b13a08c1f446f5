import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import figures
from tests.wanted import ROWS

PROJECT = Path(__file__).parent.parent
ONE_OF_EACH = """
import pytest
pytestmark = pytest.mark.shows("security", "tests", "let_in")
def test_refused(): pass
def test_another(): pass
def test_let_in(): assert False
def test_not_here(): pytest.skip("no")
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


def test_a_mark_counts_the_tests_that_passed_and_failed(tmp_path: Path, file: Path) -> None:
    (tmp_path / "test_it.py").write_text(ONE_OF_EACH)
    run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(PROJECT)]
    run += ["-p", "tests.conftest", "-c", str(PROJECT / "pyproject.toml"), str(tmp_path / "test_it.py")]
    subprocess.run(run, cwd=PROJECT, env=os.environ, capture_output=True, check=False)
    assert figures.recorded(file) == {"security": {"tests": 2, "let_in": 1}}


@pytest.mark.parametrize("row", ROWS)
def test_the_long_version_asks_for_no_less_than_the_short_one(row: str) -> None:
    for want in ROWS[row].wants:
        assert want.long >= want.short if want.rule == "least" else want.long <= want.short
