"""What `planboard doctor` says of what the board stands on: kernel, packages, database, engines."""

from __future__ import annotations

import os
import socket
import sqlite3
from contextlib import closing
from importlib import metadata
from typing import TYPE_CHECKING

import pytest

from plans.doctor import versions, watches

if TYPE_CHECKING:
    from pathlib import Path

    from tests.doctor.scene import Patient

NOBODY = 65_534


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


def test_plans_that_the_worker_fails_to_copy_are_named(patient: Patient) -> None:
    """Red where the doctor only looks at the files: those may be sound, and the board shows an old plan."""
    with closing(sqlite3.connect(patient.home / "board.sqlite3")) as database:
        database.execute("CREATE TABLE django_migrations (app, name)")
        database.execute("INSERT INTO django_migrations VALUES ('plans', '0001_mirror')")
        database.execute("CREATE TABLE plans_plan (namespace, problem)")
        rows = [("sound", ""), ("broken", '{"kind":"unreadable"}'), ("stuck", '{"kind":"not_copied"}')]
        database.executemany("INSERT INTO plans_plan VALUES (?, ?)", rows)
        database.commit()

    found = patient.trouble()

    assert (found["topic"], found["level"]) == ("plans", "broken")
    assert found["message"] == "1 plan cannot be shown as the files say: stuck"
    assert found["command"].startswith("planboard verify stuck --root ")


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


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_a_database_that_cannot_be_written_is_broken(patient: Patient) -> None:
    """Red where the doctor only reads it: it finds nothing then, and the board does not start."""
    database = made(patient)
    database.chmod(0o444)

    found = patient.trouble()

    assert (found["topic"], found["level"], str(database) in found["message"]) == ("database", "broken", True)
    patient.treat(found)
    assert not patient.troubles()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_database_that_root_put_back_for_another_user_is_broken(patient: Patient) -> None:
    """Red where root asks what root may do: `VACUUM INTO` by root leaves the board a file it cannot write."""
    database = made(patient)
    for path in (patient.root, patient.home):
        os.chown(path, NOBODY, NOBODY)

    found = patient.trouble()

    assert (found["topic"], found["level"], str(database) in found["message"]) == ("database", "broken", True)
    patient.treat({**found, "command": found["command"].removeprefix("sudo ")})
    assert not patient.troubles()


def made(patient: Patient) -> Path:
    """Make a database of this version."""
    path = patient.home / "board.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE django_migrations (app, name)")
        database.commit()
    return path
