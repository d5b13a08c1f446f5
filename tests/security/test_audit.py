"""The audit log: appended only, one line an event, for its owner's eyes."""

import fcntl
import os
import resource
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from plans.security import audit
from plans.security.audit import FILE, NotNoted, note, put_aside
from plans.security.audit_reading import entries
from tests.store.test_full_disks import fill, mounted
from tests.waiting import PATIENCE

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
    with pytest.raises(NotNoted, match="symbolic"):
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


def filled(home: Path, *, lines: int, largest: int, who: str = "person:ada") -> None:
    for number in range(lines):
        note(home, "login", who=who, now=NOW + number, largest=largest)


def test_a_grown_file_is_put_aside_and_all_are_read_in_their_order(tmp_path: Path) -> None:
    filled(tmp_path, lines=30, largest=500)
    assert len(put_aside(tmp_path)) > 2
    assert max(path.stat().st_size for path in put_aside(tmp_path)) < 600
    assert [int(entry["at"] or 0) - NOW for entry in entries(tmp_path)] == list(range(30))
    assert next(entries(tmp_path, since=NOW + 3))["at"] == NOW + 3
    assert {path.stat().st_mode & 0o777 for path in [*put_aside(tmp_path), tmp_path / FILE]} == {0o600}


def test_the_oldest_of_those_put_aside_goes_and_the_newest_stay(tmp_path: Path) -> None:
    filled(tmp_path, lines=30, largest=1)
    assert [path.name for path in put_aside(tmp_path)] == [f"audit-{n:06}.jsonl" for n in range(21, 30)]
    assert [int(entry["at"] or 0) - NOW for entry in entries(tmp_path)] == list(range(20, 30))


def test_where_it_cannot_be_put_aside_it_grows_on(tmp_path: Path) -> None:
    """Red where a rename that fails, or somebody else at it, fails the line."""
    folder = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    filled(tmp_path, lines=3, largest=1)
    os.close(folder)
    assert not put_aside(tmp_path)
    assert len(list(entries(tmp_path))) == 3


def test_it_is_put_aside_once_where_two_find_it_grown(tmp_path: Path) -> None:
    """Red where the size is not looked at again under the lock: the second puts a short file aside."""
    filled(tmp_path, lines=12, largest=500)
    before = put_aside(tmp_path)
    audit._put_aside(tmp_path, 500)
    assert put_aside(tmp_path) == before


def test_a_line_is_on_disk_before_it_counts_as_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Red without either fsync: of the line, or of the folder that names a new file."""
    flushed: list[bool] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        flushed.append(stat.S_ISDIR(os.fstat(descriptor).st_mode))
        if not flushed[-1]:
            assert (tmp_path / FILE).read_bytes().endswith(b"}\n")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    note(tmp_path, "login", who="person:ada", now=NOW)
    assert flushed == [False, True]


def test_a_line_written_into_a_file_that_was_dropped_meanwhile_is_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red where the links of the file are not counted."""
    real, dropped = os.fsync, iter([True])

    def fsync(descriptor: int) -> None:
        if next(dropped, False):
            (tmp_path / FILE).unlink()
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    note(tmp_path, "login", who="person:ada", now=NOW)
    assert [entry["who"] for entry in entries(tmp_path)] == ["person:ada"]


def test_a_file_put_aside_while_it_is_read_is_read_once(tmp_path: Path) -> None:
    filled(tmp_path, lines=3, largest=10_000)
    reading = entries(tmp_path)
    assert next(reading)["at"] == NOW
    filled(tmp_path, lines=3, largest=1)
    assert [entry["at"] for entry in reading] == [NOW + 1, NOW + 2]
    os.link(tmp_path / FILE, tmp_path / "audit-000999.jsonl")
    assert len(list(entries(tmp_path))) == 6


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """Let the system cut every write there, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_half_a_line_is_not_noted_and_spoils_no_other(tmp_path: Path) -> None:
    """Red where a short write counts, or where the next line is written right behind the half one."""
    note(tmp_path, "login", who="person:ada", now=NOW)
    with files_no_larger_than((tmp_path / FILE).stat().st_size + 20):
        for _ in range(2):
            with pytest.raises(NotNoted) as refused:
                note(tmp_path, "login", who="person:eve", now=NOW + 1)
            assert "Nothing was changed" in refused.value.advice
    note(tmp_path, "login", who="person:bo", now=NOW + 2)
    assert [entry["who"] for entry in entries(tmp_path)] == ["person:ada", "", "person:bo"]


def test_on_a_full_disk_nothing_is_noted_until_there_is_room(tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", "size=64k,mode=0700") as home:
        note(home, "login", who="person:ada", now=NOW)
        much = fill(home)
        with pytest.raises(NotNoted, match="No space"):
            filled(home, lines=100, largest=100_000, who="person:eve")  # the rest of the last page
        much.unlink()
        note(home, "login", who="person:bo", now=NOW)
        known = [str(entry["who"]) for entry in entries(home) if entry["who"]]
        assert (known[0], known[-1]) == ("person:ada", "person:bo")
        assert known.count("person:eve") < 100


WRITER = """
import sys
from pathlib import Path
from plans.security.audit import note
from tests.security import weakened
weakened.apply_named(setattr)
home, who, lines, largest = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
print("ready", flush=True)
sys.stdin.readline()
for number in range(lines):
    note(home, "login", who=who, now=number, largest=largest)
    print(number, flush=True)
"""


def test_processes_that_put_it_aside_at_once_lose_no_line(tmp_path: Path) -> None:
    """Red without the lock, or without the second look at the size: files of one line push old ones out.

    One is killed in the middle: what it was told is noted stays.
    """
    lines, largest = 200, 12_000  # three or four files: none of them is dropped
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), f"person:p{number}", str(lines), str(largest)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(4)
    ]
    told = {}
    for writer in writers:
        assert writer.stdout
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin
        writer.stdin.write("go\n")
        writer.stdin.flush()
    assert writers[0].stdout
    while int(writers[0].stdout.readline()) < lines // 3:
        pass
    writers[0].kill()
    for number, writer in enumerate(writers):
        out, _ = writer.communicate(timeout=PATIENCE)
        told[f"person:p{number}"] = max([lines // 3, *map(int, out.split())])
    assert len(put_aside(tmp_path)) >= 2
    found = list(entries(tmp_path))
    for who, last in told.items():
        kept = [entry["at"] for entry in found if entry["who"] == who]
        assert kept == list(range(len(kept))), who
        assert len(kept) > last, who
    assert len(found) - len({(entry["who"], entry["at"]) for entry in found}) == 0
