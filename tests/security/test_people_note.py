"""A change of accounts at the terminal, as the board's other processes hear of it."""

import os
from pathlib import Path

from plans.security.people_note import FILE, last_change, note_change


def test_a_change_is_heard_by_the_time_of_a_file(tmp_path: Path) -> None:
    assert last_change(tmp_path) == 0
    note_change(tmp_path)
    assert last_change(tmp_path) == (tmp_path / FILE).stat().st_mtime_ns > 0
    os.utime(tmp_path / FILE, ns=(1, 1))
    assert last_change(tmp_path) == 1
    note_change(tmp_path)
    assert last_change(tmp_path) > 1


def test_only_its_owner_may_touch_the_note_and_it_says_nothing(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        note_change(tmp_path)
    finally:
        os.umask(old)
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / FILE).read_bytes() == b""


def test_a_link_in_its_place_is_neither_followed_nor_believed(tmp_path: Path) -> None:
    """Red without O_NOFOLLOW: the file of somebody else would be made or touched."""
    (tmp_path / "other").touch()
    os.utime(tmp_path / "other", ns=(1, 1))
    (tmp_path / FILE).symlink_to(tmp_path / "other")
    note_change(tmp_path)
    assert (tmp_path / "other").stat().st_mtime_ns == 1
    assert last_change(tmp_path) == (tmp_path / FILE).lstat().st_mtime_ns != 1


def test_a_home_that_cannot_be_written_is_no_fault(tmp_path: Path) -> None:
    note_change(tmp_path / "nowhere")
    assert last_change(tmp_path / "nowhere") == 0
