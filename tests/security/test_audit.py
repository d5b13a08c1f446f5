"""The audit log: appended only, one line an event, for its owner's eyes."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from plans.security.audit import FILE, entries, note

NOW = 1_800_000_000_000


def test_events_are_kept_in_their_order_and_found_by_time_and_person(tmp_path: Path) -> None:
    note(tmp_path, "login", who="person:ada", now=NOW, facts={"from": "127.0.0.1", "none": None})
    note(tmp_path, "role_changed", who="terminal:root", now=NOW + 5, facts={"person": "ada"})
    note(tmp_path, "login", who="person:eve", now=NOW + 9)
    assert [entry["what"] for entry in entries(tmp_path)] == ["login", "role_changed", "login"]
    assert [entry["at"] for entry in entries(tmp_path, since=NOW + 5)] == [NOW + 5, NOW + 9]
    assert [entry["at"] for entry in entries(tmp_path, who="ada")] == [NOW, NOW + 5]
    assert [entry["at"] for entry in entries(tmp_path, who="person:ada")] == [NOW]
    assert next(entries(tmp_path)) == {"at": NOW, "who": "person:ada", "what": "login", "from": "127.0.0.1"}


def test_nothing_in_an_event_looks_like_another_one(tmp_path: Path) -> None:
    """Red where the line is built by hand, or JSON is left to write what is not ASCII."""
    evil = 'x"}\n{"at":1,"who":"person:root","what":"login"}\r\u2028\u202e\x1b[2J'
    note(tmp_path, "login_failed", who=evil, now=NOW, facts={"why": evil})
    text = (tmp_path / FILE).read_bytes()
    assert text.count(b"\n") == 1
    assert all(32 <= byte < 127 or byte == 10 for byte in text)
    (entry,) = entries(tmp_path)
    assert entry["who"] == entry["why"] == evil


def test_a_long_value_is_cut(tmp_path: Path) -> None:
    note(tmp_path, "login_failed", who="person:" + "x" * 10_000, now=NOW)
    assert (tmp_path / FILE).stat().st_size < 1_000


def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    """Red with a mode of 0644 in ``note``, or without its ``fchmod``."""
    old = os.umask(0)
    try:
        note(tmp_path, "login", who="person:ada", now=NOW)
        assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
        (tmp_path / FILE).chmod(0o644)
        note(tmp_path, "login", who="person:ada", now=NOW)
        assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    finally:
        os.umask(old)


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    """Red without O_NOFOLLOW."""
    (tmp_path / FILE).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic"):
        note(tmp_path, "login", who="person:ada", now=NOW)
    assert not (tmp_path / "elsewhere").exists()


def test_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: note(tmp_path, "login", who=f"person:p{n}", now=NOW + n), range(200)))
    assert sorted(int(entry["at"] or 0) - NOW for entry in entries(tmp_path)) == list(range(200))


def test_a_torn_line_is_told_as_such_and_hides_no_other(tmp_path: Path) -> None:
    note(tmp_path, "login", who="person:ada", now=NOW)
    with (tmp_path / FILE).open("a") as file:
        file.write('{"at": 18000\n')
    note(tmp_path, "logout", who="person:ada", now=NOW)
    assert [entry["what"] for entry in entries(tmp_path)] == ["login", "unreadable", "logout"]


def test_a_board_where_nothing_happened_has_no_events(tmp_path: Path) -> None:
    assert list(entries(tmp_path)) == []
