"""The mark of a home's format: what is marked, left alone, and refused."""

from pathlib import Path

import pytest

from plans.security.home_format import FORMAT, NewerHome, format_of, settle_format


def test_a_mark_is_one_number_on_a_line_and_no_draft_stays(tmp_path: Path) -> None:
    settle_format(tmp_path)
    assert (tmp_path / "format").read_text() == f"{FORMAT}\n"
    assert [path.name for path in tmp_path.iterdir()] == ["format"]


def test_what_is_marked_is_left_alone_and_what_is_no_number_marked_again(tmp_path: Path) -> None:
    settle_format(tmp_path)
    before = (tmp_path / "format").stat().st_ino
    settle_format(tmp_path)
    assert (tmp_path / "format").stat().st_ino == before
    for odd in ("x", "-5", "", "\xff9"):
        (tmp_path / "format").write_text(odd, encoding="latin-1")
        assert format_of(tmp_path) == 0
        settle_format(tmp_path)
        assert format_of(tmp_path) == FORMAT
    (tmp_path / "format").write_text(f" {FORMAT} \n")
    assert format_of(tmp_path) == FORMAT


def test_a_newer_one_is_named_with_both_numbers(tmp_path: Path) -> None:
    (tmp_path / "format").write_text("7\n")
    with pytest.raises(NewerHome) as told:
        settle_format(tmp_path)
    assert told.value.message == (
        f"{tmp_path} was used by a newer version of Planboard (format 7; this one knows {FORMAT})"
    )
    assert told.value.advice == "Update Planboard, or name another --home."
    assert (tmp_path / "format").read_text() == "7\n"


def test_a_number_that_nobody_can_read_is_that_of_a_newer_one(tmp_path: Path) -> None:
    """Red where it is read as it is: of thousands of digits Python makes no number."""
    (tmp_path / "format").write_text("9" * 5_000)
    with pytest.raises(NewerHome):
        settle_format(tmp_path)


def test_a_home_that_cannot_be_marked_is_left_to_what_writes_there(tmp_path: Path) -> None:
    settle_format(tmp_path / "nowhere")
    assert format_of(tmp_path / "nowhere") == 0
