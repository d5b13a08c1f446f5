"""The journal: what it answers, and in which words files and locks say what the system refused."""

import errno
import fcntl
import os
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from plans.domain.errors import StorageFailed
from plans.store import board_lock, journal, journal_reading, peer_lock, peer_locking, renaming
from plans.store.formats import folder_lock
from plans.store.journal import DamagedJournal, NewerJournal
from plans.store.paths import Folder
from plans.store.peer_lock import PeerLock
from tests.store.scene import written

NOWHERE = PeerLock(token="1-1-aaaaaaaa", device=1, inode=1, modified_ns=1, size=1)
HEADER = journal.encode_line(journal.Header(v=1, plan="p", created=1, by="x"))
FIRST = b'{"rev":1}\n'
type Work = Callable[[Folder], object]


@pytest.mark.parametrize(
    ("call", "work", "words"),
    [
        ("os.pread", lambda folder: journal_reading.read_from(folder, 0), "read {path}/journal.jsonl"),
        (
            "os.pread",
            lambda folder: journal_reading.last_lines(folder, 1, end=9),
            "read {path}/journal.jsonl",
        ),
        ("os.pread", lambda folder: list(journal_reading.each_line(folder)), "read {path}/journal.jsonl"),
        ("os.fsync", journal.settle, "write {path}/journal.jsonl"),
        ("os.ftruncate", lambda folder: journal.append(folder, b"x\n", at=0), "write {path}/journal.jsonl"),
        ("os.ftruncate", lambda folder: journal.note(folder, b"x\n", at=0), "write {path}/journal.jsonl"),
        ("os.ftruncate", lambda folder: journal.begin(folder, HEADER, FIRST), "write {path}/journal.jsonl"),
        ("os.read", peer_lock.look, "read {path}/.lock"),
        ("renaming.place", lambda folder: peer_locking._create(folder, "t"), "lock {path}"),
        ("os.unlink", lambda folder: peer_locking.remove_if_ours(folder, "ours"), "unlock {path}"),
        ("os.rename", lambda folder: peer_locking.remove_abandoned(folder, NOWHERE), "unlock {path}"),
        ("fcntl.flock", lambda folder: board_lock._lock_soon(folder, 0), "lock {path}"),
        ("os.mkdir", lambda folder: folder_lock._made(f"{folder.path}/l"), "lock {path}/l"),
        ("os.stat", lambda folder: folder_lock._taken_from_the_dead(f"{folder.path}/l"), "unlock {path}/l"),
    ],
)
def test_what_the_system_refuses_is_named_with_its_file(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, call: str, work: Work, words: str
) -> None:
    written(folder, "journal.jsonl", HEADER)
    if call != "renaming.place":
        written(folder, ".lock", "ours")

    def broken(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    module, name = call.split(".")
    monkeypatch.setattr({"os": os, "fcntl": fcntl, "renaming": renaming}[module], name, broken)
    opened = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(StorageFailed) as failed:
        work(folder)
    monkeypatch.undo()
    assert len(list(Path("/proc/self/fd").iterdir())) == opened
    assert failed.value.message == f"Could not {words.format(path=folder.path)}: the disk reported an error"


class TestJournal:
    def test_an_append_without_a_journal_says_what_is_missing(self, folder: Folder) -> None:
        with pytest.raises(StorageFailed) as failed:
            journal.append(folder, b"x\n", at=0)
        path = f"{folder.path}/journal.jsonl"
        assert failed.value.message == f"Could not write {path}: No such file or directory"

    def test_it_is_begun_by_its_first_revision(self, folder: Folder) -> None:
        assert not journal_reading.begun(folder)
        file = written(folder, "journal.jsonl", HEADER)
        assert not journal_reading.begun(folder)
        file.write_bytes(HEADER + FIRST)
        assert journal_reading.begun(folder)

    def test_what_is_added_is_told_by_the_new_size(self, folder: Folder) -> None:
        journal.begin(folder, HEADER, FIRST)
        size = len(HEADER + FIRST)
        assert journal.append(folder, b"abc\n", at=size) == size + 4
        assert journal.note(folder, b"de\n", at=size + 4) == size + 7

    def test_its_epoch_stands_in_its_first_line(self, folder: Folder) -> None:
        assert journal_reading.epoch_in(folder.path) == ""
        written(folder, "journal.jsonl", HEADER + FIRST + FIRST)
        assert journal_reading.epoch_in(folder.path) == "p"

    def test_no_line_says_of_itself_that_it_is_forged(self) -> None:
        body = b'{"rev":1,"at":1,"by":"x","verb":"edit","forged":[1]'
        assert journal.as_line(b'%b,"crc":"%08x"}' % (body, zlib.crc32(body)), 2).forged == ()

    def test_reading_goes_from_one_byte_to_another(self, folder: Folder) -> None:
        written(folder, "journal.jsonl", b"one\ntwo\nthree\ntor")
        whole, _ = journal_reading.read_from(folder, 0) or ([], None)
        assert whole == [b"one", b"two", b"three"]
        later, _ = journal_reading.read_from(folder, 4) or ([], None)
        assert later == [b"two", b"three"]
        some, _ = journal_reading.read_from(folder, 4, limit=5) or ([], None)
        assert some == [b"two"]
        none, _ = journal_reading.read_from(folder, 99) or (None, None)
        assert none == []

    @pytest.mark.parametrize("first_read", [1, 2, 5, 1_000])
    def test_the_last_lines_are_read_from_behind(
        self, folder: Folder, monkeypatch: pytest.MonkeyPatch, first_read: int
    ) -> None:
        monkeypatch.setattr(journal_reading, "_LAST", first_read)
        assert journal_reading.last_lines(folder, 2, end=0) == []
        written(folder, "journal.jsonl", b"one\ntwo\nthree\ntor")
        assert journal_reading.last_lines(folder, 1, end=14) == [b"three"]
        assert journal_reading.last_lines(folder, 2, end=14) == [b"two", b"three"]
        assert journal_reading.last_lines(folder, 2, end=8) == [b"one", b"two"]
        assert journal_reading.last_lines(folder, 9, end=14) == [b"one", b"two", b"three"]
        assert journal_reading.last_lines(folder, 9, end=19) == []

    def test_no_more_is_read_for_the_last_line_than_is_asked_for(
        self, folder: Folder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        written(folder, "journal.jsonl", b"0123456\n" * 100_000)
        read: list[int] = []
        pread = os.pread

        def counted(fd: int, size: int, at: int) -> bytes:
            read.append(size)
            return pread(fd, size, at)

        monkeypatch.setattr(os, "pread", counted)
        assert journal_reading.last_lines(folder, 3, end=800_000) == [b"0123456"] * 3
        assert sum(read) <= 64 * 1024
        assert len(journal_reading.last_lines(folder, 20_000, end=800_000)) == 20_000
        assert sum(read) <= 64 * 1024 + 256 * 1024

    def test_damage_names_its_line_and_what_is_wrong_there(self) -> None:
        body = b'{"rev":1,,'
        raw = b'%b,"crc":"%08x"}' % (body, zlib.crc32(body))
        with pytest.raises(DamagedJournal, match="line 7: Expecting property name") as damaged:
            journal.decode_line(raw, 7)
        assert damaged.value.line_number == 7

    def test_a_line_of_a_newer_program_is_named(self) -> None:
        body = b'{"rev":4,"v":99'
        raw = b'%b,"crc":"%08x"}' % (body, zlib.crc32(body))
        with pytest.raises(NewerJournal, match="newer version of Planboard from line 3 on") as newer:
            journal.as_line(raw, 3)
        assert newer.value.line_number == 3
