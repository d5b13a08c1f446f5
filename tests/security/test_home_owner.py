"""Root types a command on the home of the board's user: what it makes there is that user's."""

import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from plans.security import home_owner
from plans.security.audit import note
from plans.security.decision_key import make_signing_key
from plans.security.home_format import FILE as FORMAT_FILE
from plans.security.home_format import FORMAT, format_of, settle_format
from plans.security.home_owner import give_to_owner
from plans.security.login_codes import create_login_code
from plans.security.origin_note import note_origin
from plans.security.people_note import FILE as PEOPLE
from plans.security.people_note import note_change
from plans.security.published_keys import Trusted, keep
from plans.security.secret_key import secret_key

NOBODY = 65_534
MAKERS: dict[str, Callable[[Path], object]] = {
    "audit": lambda home: note(home, "login", who="terminal:root", now=1),
    "cookies": secret_key,
    "decisions": lambda home: make_signing_key(str(home)),
    "trusted": lambda home: keep(str(home), Trusted(keys=("a",))),
    "format": settle_format,
    "code": lambda home: create_login_code(home, now=1),
    "origin": lambda home: note_origin(home, "http://127.0.0.1:1"),
    "people": note_change,
}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
@pytest.mark.parametrize("maker", MAKERS.values(), ids=MAKERS)
def test_what_root_makes_in_a_home_is_the_owners(tmp_path: Path, maker: Callable[[Path], object]) -> None:
    """Red without ``give_to_owner`` in it: the board can neither read nor write the file."""
    os.chown(tmp_path, NOBODY, NOBODY)
    maker(tmp_path)
    made = [path.lstat() for path in tmp_path.rglob("*")]
    assert made
    assert {(found.st_uid, found.st_gid) for found in made} == {(NOBODY, NOBODY)}


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Be root in the home of another user, and tell which names are given away."""
    names: list[str] = []
    owner = os.stat_result((0o40700, 1, 1, 2, os.getuid() + 1, 7, 0, 0, 0, 0))

    def chown(path: Path, uid: int, gid: int, *, follow_symlinks: bool) -> None:
        assert (uid, gid, follow_symlinks) == (owner.st_uid, owner.st_gid, False)
        names.append(path.name)

    root = {"geteuid": lambda: 0, "lstat": os.lstat, "stat": lambda _: owner, "chown": chown, "path": os.path}
    root["listdir"] = os.listdir
    monkeypatch.setattr(home_owner, "os", SimpleNamespace(**root))
    return names


def test_links_and_files_with_other_names_stay_whose_they_are(tmp_path: Path, given: list[str]) -> None:
    """Red where root gives away whatever stands there: the home's owner could put a file of the machine's."""
    for name in ("file", "linked"):
        (tmp_path / name).touch()
    (tmp_path / "filled").write_text("root's own, moved here by the home's owner")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder with files").mkdir()
    (tmp_path / "folder with files" / "file").touch()
    (tmp_path / "other").hardlink_to(tmp_path / "linked")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    os.mkfifo(tmp_path / "pipe")
    for path in sorted(tmp_path.iterdir()):
        give_to_owner(path)
    assert given == ["file", "folder"]
    for name in ("filled", "link", "linked", "pipe"):
        give_to_owner(tmp_path / name, is_new=True)
    assert given == ["file", "folder", "filled"]


def test_nobody_but_root_gives_anything(
    tmp_path: Path, given: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr("plans.security.home_owner.os.geteuid", lambda: 1)
    give_to_owner(tmp_path / "file")
    assert given == []


@pytest.mark.usefixtures("given")
def test_a_file_that_cannot_be_given_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root of a container has users whose files it cannot give."""
    tried: list[object] = []

    def chown(*facts: object, **_: bool) -> None:
        tried.append(facts[0])
        raise PermissionError

    (tmp_path / "file").touch()
    monkeypatch.setattr("plans.security.home_owner.os.chown", chown)
    give_to_owner(tmp_path / "file")
    assert tried == [tmp_path / "file"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_file_of_roots_that_was_moved_into_a_home_stays_roots(tmp_path: Path) -> None:
    """Red where it is given whatever it holds: the home's owner could read what root keeps from them."""
    os.chown(tmp_path, NOBODY, NOBODY)
    for name in ("audit.jsonl", PEOPLE):
        (tmp_path / name).write_text("secret\n")
    note(tmp_path, "login", who="terminal:root", now=1)
    note_change(tmp_path)
    assert {path.stat().st_uid for path in tmp_path.iterdir()} == {0}


def test_the_mark_of_a_home_is_written_through_no_link(tmp_path: Path) -> None:
    """Red where the draft is opened as it stands: root would write over any file of the machine."""
    precious = tmp_path / "precious"
    precious.write_text("precious")
    home = tmp_path / "home"
    home.mkdir()
    (home / f".{FORMAT_FILE}-{os.getpid()}.tmp").symlink_to(precious)
    settle_format(home)
    assert precious.read_text() == "precious"
    assert format_of(home) == FORMAT


def test_what_is_the_owners_already_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody but root may change an owner, so whoever is not must not try; and root need not."""
    monkeypatch.setattr(os, "chown", pytest.fail)
    for who in (0, 1):
        monkeypatch.setattr(os, "geteuid", lambda who=who: who)
        give_to_owner(tmp_path)
        (tmp_path / "file").touch()
        give_to_owner(tmp_path / "file")
