from __future__ import annotations

from typing import TYPE_CHECKING

from plans.security.origin_note import note_origin, noted_origin

if TYPE_CHECKING:
    from pathlib import Path


def test_the_last_opened_board_is_remembered(tmp_path: Path) -> None:
    note_origin(tmp_path, "http://127.0.0.1:1")
    note_origin(tmp_path, "http://127.0.0.1:2")
    assert noted_origin(tmp_path) == "http://127.0.0.1:2"
    assert [path.name for path in tmp_path.iterdir()] == ["origin"]
    assert (tmp_path / "origin").stat().st_mode & 0o777 == 0o600


def test_a_home_without_a_note_names_nothing(tmp_path: Path) -> None:
    assert noted_origin(tmp_path) is None


def test_a_home_that_cannot_be_written_costs_only_the_note(tmp_path: Path) -> None:
    note_origin(tmp_path / "missing", "http://127.0.0.1:1")
    assert noted_origin(tmp_path / "missing") is None
