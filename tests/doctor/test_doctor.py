"""What `planboard doctor` finds, and that it changes nothing."""

from __future__ import annotations

import fcntl
import os
import socket
import sqlite3
import subprocess
import sys
import time
import zlib
from contextlib import closing
from importlib import metadata
from typing import TYPE_CHECKING

import pytest

from plans.doctor import file_systems, versions, watches
from tests.command import say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.doctor.scene import Patient

HOLD = (
    "import fcntl, sys; f = open(sys.argv[1], 'r+'); fcntl.flock(f, 2); print(flush=True); sys.stdin.read()"
)


@pytest.fixture
def holder() -> Iterator[subprocess.Popen[str]]:
    """A process that does nothing."""
    process = subprocess.Popen(["sleep", "600"], text=True)
    yield process
    process.kill()
    process.wait()


class Holding:
    """A process that holds the lock on a file."""

    def __init__(self, path: Path) -> None:
        path.touch()
        words = [sys.executable, "-c", HOLD, str(path)]
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> int:
        assert self.process.stdout is not None
        self.process.stdout.readline()
        return self.process.pid

    def __exit__(self, *_: object) -> None:
        self.process.communicate()


def test_a_board_that_is_well_is_told_so_in_one_line(patient: Patient) -> None:
    patient.plan()

    said = say("doctor", variables=patient.variables)

    assert said.code == 0
    assert b" looked at are well" in said.out.splitlines()[-1]
    assert not patient.troubles()


def test_looking_changes_nothing(patient: Patient) -> None:
    (patient.plan() / ".lock").write_text("999999-1-aaaaaaaa")
    with closing(sqlite3.connect(patient.home / "board.sqlite3")) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE django_migrations (app, name)")
        database.commit()
    before = patient.everything()

    patient.examined()

    assert patient.everything() == before


def test_a_root_that_is_not_there_yet_is_no_fault(patient: Patient) -> None:
    patient.root.rmdir()

    code, _ = patient.examined()
    found = patient.trouble()

    assert (code, found["topic"], found["level"]) == (0, "root", "advice")
    patient.treat(found)
    assert not patient.troubles()


@pytest.mark.parametrize("secret", ["", "signing_key", "secret_key"])
def test_a_home_that_others_can_read_is_broken_until_its_command_is_typed(
    patient: Patient, secret: str
) -> None:
    path = patient.home / secret
    path.touch()
    path.chmod(0o755)

    found = patient.trouble()

    assert (found["topic"], found["level"]) == ("home", "broken")
    assert str(path) in found["message"]
    patient.treat(found)
    assert not patient.troubles()


@pytest.mark.parametrize(("mode", "level"), [(0o755, "advice"), (0o777, "broken")])
def test_a_root_that_is_open_to_everybody_is_told(patient: Patient, mode: int, level: str) -> None:
    patient.plan()
    patient.root.chmod(mode)

    found = next(
        found
        for found in patient.troubles()
        if "others" in found["message"] or "everybody" in found["message"]
    )

    assert (found["topic"], found["level"]) == ("root", level)
    assert patient.examined()[0] == (level == "broken")


def test_a_shared_root_whose_new_files_are_not_shared_is_broken(patient: Patient) -> None:
    folder = patient.plan()
    patient.root.chmod(0o770)
    folder.chmod(0o770)

    troubles = {found["topic"]: found for found in patient.troubles()}

    assert "new files are not" in troubles["root"]["message"]
    assert "not shared as their root is: work" in troubles["files"]["message"]
    for found in troubles.values():
        patient.treat(found)
    assert not patient.troubles()


def test_a_plan_that_is_a_link_is_named(patient: Patient) -> None:
    folder = patient.plan()
    folder.rename(patient.home / "elsewhere")
    folder.symlink_to(patient.home / "elsewhere")

    assert "These plans are links: work" in [found["message"] for found in patient.troubles("--quick")]


@pytest.mark.parametrize(
    ("kind", "is_broken"),
    [
        ("nfs4", True),
        ("9p", True),
        ("vfat", True),
        ("fuse.sshfs", True),
        ("fuse.rclone", False),
        ("virtiofs", False),
        ("tmpfs", False),
        ("overlay", False),
    ],
)
def test_a_file_system_that_cannot_be_trusted_is_named(kind: str, *, is_broken: bool) -> None:
    word = file_systems._word("root", "/plans", kind, allowed=False)

    assert word is not None
    assert word.is_broken is is_broken
    assert "/plans" in word.message
    assert kind in word.message or kind == "overlay"


def test_a_local_file_system_needs_no_word() -> None:
    assert file_systems._word("root", "/plans", "ext4", allowed=False) is None


def test_a_network_that_was_allowed_is_still_told() -> None:
    word = file_systems._word("root", "/plans", "nfs4", allowed=True)

    assert word is not None
    assert not word.is_broken


def test_a_full_disk_is_broken(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_systems, "NO_SPACE", 1 << 60)

    found = patient.troubles()

    assert {each["level"] for each in found} == {"broken"}
    assert all("MiB" in each["message"] and "du -xh" in each["command"] for each in found)


@pytest.mark.usefixtures("short_watch")
def test_a_lock_that_a_dead_program_left_is_broken_until_it_is_removed(
    patient: Patient,
) -> None:
    (patient.plan() / ".lock").write_text("4194303-1-aaaaaaaa")

    found = patient.trouble()

    assert (found["topic"], found["level"]) == ("locks", "broken")
    assert "the lock of process 4194303 on work was left behind" in found["message"]
    assert found["command"] == f"planboard unlock work --root {patient.root}"
    words = found["command"].split()[1:]
    assert say(*words, variables=patient.variables).code == 0
    assert not patient.troubles()


def test_who_holds_a_peers_lock_for_long_is_named(patient: Patient, holder: subprocess.Popen[str]) -> None:
    lock = patient.plan() / ".lock"
    lock.write_text(f"{holder.pid}-1-aaaaaaaa")
    long_ago = time.time() - 30
    os.utime(lock, (long_ago, long_ago))

    found = patient.trouble()

    assert f"process {holder.pid} has held the lock on work for 3" in found["message"]
    assert found["level"] == "advice"


def test_who_stopped_while_writing_is_named(patient: Patient) -> None:
    lock = patient.plan() / ".board.lock"
    with Holding(lock) as pid:
        lock.write_text(f"{pid}-1-aaaaaaaa")

        found = patient.trouble("--quick")

    assert found["message"].startswith(f"process {pid} has been writing work for ")
    assert found["command"] == f"kill -CONT {pid}"


def test_a_running_board_is_named_and_not_disturbed(patient: Patient) -> None:
    lock = patient.home / "sync.lock"
    with Holding(lock) as pid:
        _, found = patient.examined()

        assert f"runs as process {pid}" in [each["message"] for each in found]
    with lock.open() as free:
        fcntl.flock(free, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_files_from_the_future_are_told(patient: Patient) -> None:
    journal = patient.plan() / "journal.jsonl"
    later = time.time() + 3_600
    os.utime(journal, (later, later))

    found = patient.trouble()

    assert (found["topic"], found["level"]) == ("clock", "advice")
    assert "files of work are up to 3,600 s newer than now" in found["message"]


def test_drafts_of_killed_programs_are_found_and_young_ones_let_be(patient: Patient) -> None:
    folder = patient.plan()
    (folder / ".board-young.tmp").touch()
    old = folder / ".board-old.tmp"
    old.touch()
    os.utime(old, (1, 1))

    found = patient.trouble()

    assert found["command"] == f"rm -- {old}"
    patient.treat(found)
    assert not patient.troubles()


def test_limits_of_inotify_that_are_too_low_are_told(
    patient: Patient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient.plan()
    for name in ("max_user_watches", "max_user_instances"):
        (tmp_path / name).write_text("2\n")
    monkeypatch.setattr(watches, "_LIMITS", str(tmp_path))

    commands = [found["command"] for found in patient.examined()[1]]

    assert any("fs.inotify.max_user_watches=" in command for command in commands)


def test_an_old_package_with_a_known_hole_is_broken(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = metadata.version
    monkeypatch.setattr(metadata, "version", lambda name: "4.2.2" if name == "daphne" else real(name))

    found = patient.trouble()

    assert found["message"].startswith("daphne 4.2.2 is older than 4.2.3; ")
    assert "CVE-2026-44545" in found["message"]
    assert found["command"].endswith("pip install 'daphne>=4.2.3'")


def test_requirements_of_other_systems_and_options_are_left_out() -> None:
    assert versions.wanted(
        [
            "daphne>=4.2.3",
            "psycopg[binary,pool]>=3.3",
            "watchfiles>=1.3; sys_platform != 'linux'",
            "uvicorn>=0.54; extra == 'uvicorn'",
            "bare",
        ]
    ) == {"daphne": "4.2.3", "psycopg": "3.3", "bare": "0"}


def test_a_damaged_database_is_broken(patient: Patient) -> None:
    (patient.home / "board.sqlite3").write_bytes(b"no database at all" * 100)

    found = patient.trouble()

    assert (found["topic"], found["level"]) == ("database", "broken")
    patient.treat(found)
    assert not patient.troubles()


def test_a_database_of_a_newer_version_is_broken(patient: Patient) -> None:
    with closing(sqlite3.connect(patient.home / "board.sqlite3")) as database:
        database.execute("CREATE TABLE django_migrations (app, name)")
        database.execute("INSERT INTO django_migrations VALUES ('plans', '9999_from_the_future')")
        database.commit()

    assert "made by a newer version of the board (9999_from_the_future)" in patient.trouble()["message"]


def test_engines_that_do_not_answer_are_named_without_their_passwords(patient: Patient) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    settings = {
        "PLANBOARD_DATABASE_URL": f"postgresql://me:secret@127.0.0.1:{port}/board",
        "PLANBOARD_REDIS_URL": f"redis://:secret@127.0.0.1:{port}/0",
    }

    found = patient.troubles(**settings)

    assert [(each["topic"], each["level"]) for each in found] == [("database", "broken"), ("redis", "broken")]
    assert "secret" not in str(found)


def test_a_damaged_journal_is_broken_unless_nobody_asked(patient: Patient) -> None:
    journal = patient.plan() / "journal.jsonl"
    header, first = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(header + first.replace(b"build", b"bui1d", 1))

    assert "work: The journal is damaged at line 2" in patient.trouble()["message"]
    assert not patient.troubles("--quick")


def test_settings_that_mean_nothing_are_told(patient: Patient) -> None:
    found = patient.trouble(PLANBOARD_ROOTS="/plans")

    assert found["message"] == "PLANBOARD_ROOTS is not a setting of this board"
    assert "PLANBOARD_ROOT?" in found["advice"]


def test_names_without_an_origin_are_broken(patient: Patient) -> None:
    found = patient.trouble(PLANBOARD_ALLOWED_HOSTS="board.example")

    assert found["command"] == "export PLANBOARD_PUBLIC_ORIGIN=https://board.example"


def test_a_home_and_a_journal_of_a_newer_version_say_to_update(patient: Patient) -> None:
    journal = patient.plan() / "journal.jsonl"
    (patient.home / "format").write_text("99\n")
    header, first = journal.read_bytes().splitlines(keepends=True)
    body = header.replace(b'"v":1', b'"v":9')[: -len(b',"crc":"00000000"}\n')]
    journal.write_bytes(b'%b,"crc":"%08x"}\n' % (body, zlib.crc32(body)) + first)

    found = {each["topic"]: each for each in patient.troubles()}

    assert found["home"]["message"].endswith("was used by a newer version of Planboard (format 99)")
    assert "written by a newer version of Planboard from line 1 on" in found["plans"]["message"]
    assert {each["advice"].partition(",")[0].rstrip(".") for each in found.values()} == {"Update this one"}
