"""A line of the audit log at its bounds: what is kept of an event, and whose it is."""

import json
import os
from pathlib import Path

import pytest

from plans.security.audit import FILE, Fact, NotNoted, note, put_aside
from plans.security.audit_reading import entries

NOW = 1_800_000_000_000


def test_values_are_kept_up_to_their_bound_and_as_what_they_are(tmp_path: Path) -> None:
    facts: dict[str, Fact] = {"long": "x" * 501, "most": "y" * 500, "is_new": True, "count": 7, "gone": None}
    note(tmp_path, "login", who="z" * 501, now=NOW, facts=facts)
    (entry,) = entries(tmp_path)
    kept = {"long": "x" * 500, "most": "y" * 500, "is_new": True, "count": 7}
    assert entry == {"at": NOW, "who": "z" * 500, "what": "login", **kept}


def test_a_home_that_is_not_there_yet_is_made_for_its_owner(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        note(tmp_path / "a" / "home", "login", who="person:ada", now=NOW)
    finally:
        os.umask(old)
    assert (tmp_path / "a" / "home").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("line", ["x" * 600, "[1]", '{"who": "person:ada"}', '{"at": "1"}', " \xff "])
def test_what_is_no_event_is_shown_as_it_stands_and_is_nobodys(tmp_path: Path, line: str) -> None:
    (tmp_path / FILE).write_text(f" {line}\n", encoding="latin-1")
    shown = line.strip()[:500].replace("\xff", "\\xff")
    assert list(entries(tmp_path)) == [{"at": 0, "who": "", "what": "unreadable", "line": shown}]
    assert list(entries(tmp_path, since=1)) == list(entries(tmp_path, who="ada")) == []


def test_only_plain_facts_of_an_event_are_told(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(
        '{"at": 5, "who": "person:ada", "list": [1], "map": {}, "n": 1, "x": null}\n'
    )
    assert list(entries(tmp_path)) == [{"at": 5, "who": "person:ada", "n": 1, "x": None}]


def test_what_was_done_to_somebody_is_theirs_too(tmp_path: Path) -> None:
    note(tmp_path, "role", who="terminal:root", now=NOW, facts={"person": "person:ada", "by": "eve"})
    note(tmp_path, "login", who="ada", now=NOW + 1)
    note(tmp_path, "login", who="person:a:b", now=NOW + 2)
    found = {
        who: [entry["at"] for entry in entries(tmp_path, who=who)] for who in ("ada", "root", "eve", "a:b")
    }
    assert found == {"ada": [NOW, NOW + 1], "root": [NOW], "eve": [], "a:b": [NOW + 2]}
    assert list(entries(tmp_path, who="person")) == []


def test_a_file_of_just_the_size_is_put_aside_and_they_stand_in_the_order_of_their_numbers(
    tmp_path: Path,
) -> None:
    note(tmp_path, "login", who="person:ada", now=NOW)
    (tmp_path / "audit-999999.jsonl").touch()
    (tmp_path / "audit-x.jsonl").touch()
    note(tmp_path, "logout", who="person:ada", now=NOW, largest=(tmp_path / FILE).stat().st_size)
    assert [path.name for path in put_aside(tmp_path)] == ["audit-999999.jsonl", "audit-1000000.jsonl"]
    assert [entry["what"] for entry in entries(tmp_path)] == ["login", "logout"]


def test_each_event_is_one_line_and_what_stands_there_already_stays_a_line_of_its_own(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"x")
    for number in range(2):
        note(tmp_path, "login", who="person:ada", now=NOW + number)
    first, *events = (tmp_path / FILE).read_bytes().splitlines()
    assert first == b"x"
    assert [json.loads(line)["at"] for line in events] == [NOW, NOW + 1]


def test_where_it_cannot_be_written_its_path_and_the_reason_are_told(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(NotNoted) as refused:
        note(tmp_path, "login", who="person:ada", now=NOW)
    assert str(refused.value) == f"The audit log {tmp_path / FILE} cannot be written: Is a directory"
