"""What is rarer: disks, other users, engines, and what cannot even be looked at."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from contextlib import closing
from importlib import metadata
from typing import TYPE_CHECKING

import pytest

from plans.doctor import locks, versions
from tests.command import say
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.doctor.scene import Patient


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MiB that is gone afterwards."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "none", str(place)]
    if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a disk")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def without(monkeypatch: pytest.MonkeyPatch, *rights: int) -> None:
    """Take rights away from the user of the test, who may be root."""
    real = os.access
    monkeypatch.setattr(
        os, "access", lambda path, mode: not any(mode & right for right in rights) and real(path, mode)
    )


def test_people_read_what_is_wrong_what_it_means_and_what_to_type(patient: Patient) -> None:
    patient.root.chmod(0o707)

    said = say("doctor", "--quick", variables=patient.variables).out.decode()

    assert f"broken  root        {patient.root} can be written by everybody" in said
    assert "Every user of this machine may change your plans. Close it." in said
    assert f"$ chmod o-w {patient.root}" in said
    assert said.rstrip().endswith("1 broken; nothing was changed")


def test_where_nothing_is_wrong_one_line_says_so(patient: Patient) -> None:
    if patient.machine:
        pytest.skip("this machine is not well")

    said = say("doctor", variables=patient.variables).out.decode().splitlines()

    assert len(said) == 1
    assert said[0].startswith("all ")


def test_a_root_that_is_a_file_is_broken(patient: Patient) -> None:
    patient.root.rmdir()
    patient.root.touch()

    assert patient.trouble("--quick")["message"] == f"{patient.root} is not a folder"


def test_a_root_behind_a_file_cannot_be_looked_at(patient: Patient) -> None:
    settings = {"PLANBOARD_ROOT": str(patient.root / "file" / "root")}
    (patient.root / "file").touch()

    assert "cannot be looked at: Not a directory" in patient.trouble("--quick", **settings)["message"]


def test_a_root_that_cannot_be_read_is_broken(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, os.R_OK)

    found = {each["topic"]: each for each in patient.troubles("--quick")}

    assert (found["root"]["level"], found["root"]["command"]) == ("broken", f"chmod u+rwx {patient.root}")


def test_what_may_only_be_read_is_told(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = patient.plan()
    without(monkeypatch, os.W_OK)

    found = {each["topic"]: each for each in patient.troubles("--quick")}

    assert found["home"]["level"] == "broken"
    assert (found["root"]["level"], found["files"]["level"]) == ("advice", "advice")
    assert found["files"]["command"] == f"sudo chmod -R u+rwX,g+rwX {folder}"


def test_plans_that_cannot_be_read_are_named(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    patient.plan()
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: "plan.json" not in str(path) and real(path, mode))

    assert "These plans cannot be read: work" in [each["message"] for each in patient.troubles("--quick")]


def test_a_small_disk_in_memory_that_is_read_only_is_all_of_that(patient: Patient, small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)

    found = [
        each["message"]
        for each in patient.troubles("--quick", PLANBOARD_ROOT=str(small_disk))
        if each["topic"] == "root"
    ]

    assert any("on tmpfs: it is gone when the machine stops" in message for message in found)
    assert any("mounted read-only" in message for message in found)
    assert any("MiB" in message for message in found)


def test_a_group_that_this_user_is_not_in_is_told(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    patient.root.chmod(0o2770)
    monkeypatch.setattr(os, "getgroups", list)
    monkeypatch.setattr(os, "getegid", lambda: 64_999)
    monkeypatch.setattr(os, "geteuid", lambda: 64_998)

    commands = [each["command"] for each in patient.troubles("--quick")]

    assert any("usermod -aG" in command and "user 64998" in command for command in commands)


def test_a_change_of_another_program_is_no_damage(patient: Patient) -> None:
    file = patient.plan() / "plan.json"
    file.write_text(file.read_text().replace("build", "rebuild"))

    found = patient.trouble()

    assert (found["topic"], found["level"], found["command"]) == (
        "plans",
        "advice",
        f"planboard up --root {patient.root} --home {patient.home}",
    )


def test_of_many_damaged_plans_the_first_are_told_and_the_others_counted(patient: Patient) -> None:
    for number in range(12):
        (patient.plan(f"plan-{number:02}") / "journal.jsonl").write_bytes(b"rubbish\nand more\n")

    found = patient.troubles()

    assert len(found) == 11
    assert found[-1]["message"] == "2 more plans do not fit: plan-10, plan-11"


@pytest.mark.parametrize("age", [-3_600, 0])
def test_a_lock_of_a_living_program_is_old_new_or_from_the_future(
    patient: Patient, monkeypatch: pytest.MonkeyPatch, age: int
) -> None:
    monkeypatch.setattr(locks, "_LONG_SECONDS", PATIENCE)
    lock = patient.plan() / ".lock"
    lock.write_text(f"{os.getpid()}-1-aaaaaaaa")
    at = lock.stat().st_mtime - age
    os.utime(lock, (at, at))

    _, found = patient.examined("--quick")
    (told,) = [each for each in found if each["topic"] == "locks"]

    said = f"process {os.getpid()} is writing work" if not age else "s in the future"
    assert said in told["message"]
    assert told["level"] == ("broken" if age else "ok")


def test_what_stands_where_a_lock_belongs_is_told(patient: Patient) -> None:
    (patient.plan() / ".lock").mkdir()

    found = next(each for each in patient.troubles("--quick") if each["topic"] == "locks")

    assert found["level"] == "broken"
    assert "not a regular file" in found["message"]


def test_what_cannot_be_looked_at_hides_nothing_else(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.listdir

    def listed(path: str) -> list[str]:
        if path == "/proc":
            raise PermissionError(13, "Permission denied", "/proc")
        return real(path)

    monkeypatch.setattr(os, "listdir", listed)

    assert [(each["topic"], each["message"]) for each in patient.troubles("--quick")] == [
        ("watches", "Permission denied: /proc")
    ]


def test_versions_that_are_too_old_or_missing_are_broken(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = metadata.version

    def found(name: str) -> str:
        if name == "channels":
            raise metadata.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(versions, "_PYTHON", (9, 9))
    monkeypatch.setattr(versions, "_SQLITE", (99, 0))
    monkeypatch.setattr(metadata, "version", found)

    said = [each["message"] for each in patient.troubles("--quick")]

    assert "is older than 3.12" in said[0]
    assert "is older than 3.37" in said[1]
    assert "channels is not installed" in said


def test_a_database_that_the_next_start_changes_is_well(patient: Patient) -> None:
    with closing(sqlite3.connect(patient.home / "other.sqlite3")) as database:
        database.execute("CREATE TABLE django_migrations (app, name)")
        database.commit()
    settings = {"PLANBOARD_DATABASE_URL": f"sqlite:///{patient.home}/other.sqlite3"}

    _, found = patient.examined("--quick", **settings)

    (told,) = [each for each in found if each["topic"] == "database"]
    assert told["level"] == "ok"
    assert "the next start makes" in told["message"]
    assert "no board runs on this home" in str(found)


def test_postgresql_that_answers_is_well(patient: Patient, postgres_url: str) -> None:
    _, found = patient.examined("--quick", PLANBOARD_DATABASE_URL=postgres_url)

    (told,) = [each for each in found if each["topic"] == "database"]
    assert told["level"] == "ok"
    assert "(PostgreSQL " in told["message"]
    assert "the worker's lock is in the database" in str(found)


def test_redis_that_answers_is_well(patient: Patient, redis_url: str) -> None:
    _, found = patient.examined("--quick", PLANBOARD_REDIS_URL=redis_url)

    (told,) = [each for each in found if each["topic"] == "redis"]
    assert told["level"] == "ok"
    assert "answers (version " in told["message"]
