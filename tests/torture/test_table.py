"""The table says what ran, what did not, and whether it is enough."""

from pathlib import Path

import pytest

from tests import figures
from tests.torture.__main__ import print_table
from tests.torture.table import judged, printed
from tests.wanted import ROWS

ALL_WELL = {
    name: {want.name: want.limit("long") if want.rule == "least" else 0 for want in row.wants}
    for name, row in ROWS.items()
}


def test_all_that_is_required_passes() -> None:
    assert all(row.passed for row in judged(ALL_WELL, "long"))


@pytest.mark.parametrize("name", ROWS)
def test_a_row_that_did_not_run_fails(name: str) -> None:
    rows = judged({row: found for row, found in ALL_WELL.items() if row != name}, "long")
    assert [row.measured for row in rows if not row.passed] == ["did not run"]


@pytest.mark.parametrize("name", ROWS)
def test_a_figure_that_is_missing_fails_its_row(name: str) -> None:
    last = ROWS[name].wants[-1].name
    rows = judged(ALL_WELL | {name: {k: v for k, v in ALL_WELL[name].items() if k != last}}, "long")
    assert [row.title for row in rows if not row.passed] == [ROWS[name].title]


def test_one_lost_edit_fails_and_is_printed() -> None:
    rows = judged(ALL_WELL | {"kills": ALL_WELL["kills"] | {"lost": 1}}, "long")
    (failed,) = (row for row in rows if not row.passed)
    assert failed.required == "kills ≥ 2,000, torn 0, lost 0, stuck ≤ 1 s"
    assert failed.measured == "kills 2,000, torn 0, lost 1, stuck 0 s"
    assert "| FAIL |" in printed(rows)


@pytest.mark.parametrize(("boards", "failed"), [(1_000, 0), (25, 1)])
def test_what_the_store_alone_went_through_stands_for_no_board(boards: int, failed: int) -> None:
    rows = judged(ALL_WELL | {"machine": {"stores": 40_000, "boards": boards, "broken": 0}}, "long")
    assert sum(not row.passed for row in rows) == failed


def test_the_table_is_written_beside_the_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(figures.FILE, str(tmp_path / "figures.jsonl"))
    for row, found in ALL_WELL.items():
        figures.record(row, **found)
    assert print_table("short", tmp_path / "figures.jsonl") == 0
    assert (tmp_path / "figures.md").read_text().strip() == capsys.readouterr().out.strip()
