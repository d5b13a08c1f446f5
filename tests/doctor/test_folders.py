"""What `planboard doctor` says of the folders: whose they are, where they lie, what lies in them."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from plans.doctor import file_systems

if TYPE_CHECKING:
    from tests.doctor.scene import Patient


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


def test_drafts_of_a_plan_whose_rewrite_may_not_have_ended_are_let_be(patient: Patient) -> None:
    folder = patient.plan()
    old = folder / ".board-old.tmp"
    old.touch()
    os.utime(old, (1, 1))
    (folder / ".board.lock").write_text("a writer that was killed")

    assert not patient.troubles()
