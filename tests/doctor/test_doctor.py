"""What `planboard doctor` finds, and that it changes nothing."""

from __future__ import annotations

import sqlite3
import zlib
from contextlib import closing
from typing import TYPE_CHECKING

from tests.command import say

if TYPE_CHECKING:
    from tests.doctor.scene import Patient


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


def test_a_damaged_journal_is_broken_unless_nobody_asked(patient: Patient) -> None:
    journal = patient.plan() / "journal.jsonl"
    header, first = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(header + first.replace(b"build", b"bui1d", 1))

    assert "work: The journal is damaged at line 2" in patient.trouble()["message"]
    assert not patient.troubles("--quick")


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
