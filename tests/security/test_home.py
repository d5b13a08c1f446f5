"""Sentences about a home that does not keep its secrets."""

import os
from pathlib import Path

import pytest

from plans.security.home import home_faults

UID = os.geteuid()
PATH_BYTES = os.pathconf("/", "PC_PATH_MAX")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / "login_codes").mkdir(mode=0o700)
    for name in ("secret_key", "signing_key", "audit.jsonl", "audit-000001.jsonl"):
        (home / name).touch(mode=0o600)
    return home


def test_a_private_home_has_no_faults(home: Path) -> None:
    assert home_faults(home, uid=UID) == ()


def test_a_home_that_is_not_there_yet_has_no_faults(tmp_path: Path) -> None:
    assert home_faults(tmp_path / "new", uid=UID) == ()
    (tmp_path / "empty").mkdir(mode=0o700)
    assert home_faults(tmp_path / "empty", uid=UID) == ()


@pytest.mark.parametrize(
    ("name", "mode", "command"),
    [
        ("", 0o755, "chmod 700"),
        ("", 0o710, "chmod 700"),
        ("login_codes", 0o770, "chmod 700"),
        ("secret_key", 0o640, "chmod 600"),
        ("signing_key", 0o604, "chmod 600"),
        ("audit-000001.jsonl", 0o644, "chmod 600"),
    ],
)
def test_whatever_others_can_open_is_named_with_its_command(
    home: Path, name: str, *, mode: int, command: str
) -> None:
    path = home / name
    path.chmod(mode)
    [fault] = home_faults(home, uid=UID)
    assert str(path) in fault.message
    assert f"(mode {mode:04o})" in fault.message
    assert f"{command} {path}" in fault.advice


def test_another_users_home_is_named(home: Path) -> None:
    faults = home_faults(home, uid=UID + 1)
    assert len(faults) == 6
    assert all("belongs to another user" in fault.message for fault in faults)


@pytest.mark.parametrize("name", ["secret_key", "login_codes"])
def test_a_link_in_place_of_a_secret_is_named(home: Path, name: str) -> None:
    real = home / name
    real.rename(home / "elsewhere")
    real.symlink_to(home / "elsewhere")
    [fault] = home_faults(home, uid=UID)
    assert "is not a plain" in fault.message


def test_a_file_in_place_of_the_home_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    [fault] = home_faults(tmp_path / "home", uid=UID)
    assert "PLANBOARD_HOME" in fault.advice
    [below] = home_faults(tmp_path / "home" / "below", uid=UID)
    assert "cannot be looked at" in below.message


def test_a_home_whose_secrets_cannot_be_looked_at_is_named(tmp_path: Path) -> None:
    # A path of this length exists, but one more name in it is too long for the system.
    deep = tmp_path
    while len(str(deep)) < PATH_BYTES - 250:
        deep /= "x" * 200
    deep /= "y" * (PATH_BYTES - len(str(deep)) - 5)
    deep.mkdir(parents=True, mode=0o700)
    faults = home_faults(deep, uid=UID)
    assert len(faults) == 4
    assert all("cannot be looked at" in fault.message for fault in faults)
