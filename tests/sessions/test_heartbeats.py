import errno
import os
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.domain.errors import StorageFailed, WrongInput
from plans.sessions.files import FOLDER, file_name, id_of
from plans.sessions.heartbeats import (
    FORGET_AFTER,
    QUIET_AFTER,
    STALE_AFTER,
    Liveness,
    Session,
    Sessions,
    liveness,
)

NOW = 1_795_000_000_000


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(tmp_path: Path, clock: Clock) -> Sessions:
    return Sessions(tmp_path, clock=clock, host="here")


def test_a_session_is_known_from_its_first_heartbeat(sessions: Sessions) -> None:
    beaten = sessions.beat("session-abc", agent="codex", pid=42)

    assert beaten == Session(id="session-abc", agent="codex", host="here", pid=42, started=NOW, beat_at=NOW)
    assert sessions.get("session-abc") == beaten
    assert sessions.all() == {"session-abc": beaten}


def test_a_later_heartbeat_moves_only_the_time(sessions: Sessions, clock: Clock, tmp_path: Path) -> None:
    sessions.beat("session-abc", agent="codex", pid=42)
    file = tmp_path / FOLDER / "session-abc.json"
    before = file.stat().st_ino
    clock.now += 20_000

    sessions.beat("session-abc")

    known = sessions.get("session-abc")
    assert known is not None
    assert (known.beat_at, known.started, known.agent, known.pid) == (NOW + 20_000, NOW, "codex", 42)
    assert file.stat().st_ino == before


def test_what_a_session_says_anew_is_kept(sessions: Sessions) -> None:
    sessions.beat("session-abc")
    sessions.beat("session-abc", agent="claude", pid=7)

    known = sessions.get("session-abc")
    assert known is not None
    assert (known.agent, known.pid) == ("claude", 7)


def test_a_session_that_never_beat_is_unknown(sessions: Sessions) -> None:
    assert sessions.get("session-abc") is None
    assert sessions.get("") is None
    assert sessions.all() == {}


def test_the_folder_is_private_unless_the_root_is_shared(sessions: Sessions, tmp_path: Path) -> None:
    sessions.beat("session-abc")
    assert stat.S_IMODE((tmp_path / FOLDER).stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / FOLDER / "session-abc.json").stat().st_mode) == 0o600


def test_a_root_shared_with_a_group_shares_its_heartbeats(tmp_path: Path) -> None:
    tmp_path.chmod(0o770)
    Sessions(tmp_path, clock=lambda: NOW).beat("session-abc")

    assert stat.S_IMODE((tmp_path / FOLDER).stat().st_mode) == 0o770
    assert stat.S_IMODE((tmp_path / FOLDER / "session-abc.json").stat().st_mode) == 0o660


def test_a_root_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    sessions = Sessions(tmp_path / "nowhere", clock=lambda: NOW)

    with pytest.raises(StorageFailed, match="could not be written"):
        sessions.beat("session-abc")
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("wrong", ["", "a\nb", "\x1b[2J", "x" * 201, "half \ud800"])
def test_an_id_that_cannot_be_shown_is_refused(sessions: Sessions, wrong: str) -> None:
    with pytest.raises(WrongInput):
        sessions.beat(wrong)


@pytest.mark.parametrize("session_id", ["../../etc/x", ".", "..", "a/b", "C:\\x", "agent:main:sub", "ä" * 90])
def test_no_id_can_name_a_path(sessions: Sessions, tmp_path: Path, session_id: str) -> None:
    sessions.beat(session_id)

    assert list(sessions.all()) == [session_id]
    assert [path.parent.name for path in tmp_path.rglob("*.json")] == [FOLDER]


IDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=66)


@given(IDS)
def test_names_lead_back_to_their_ids(session_id: str) -> None:
    name = file_name(session_id)

    assert "/" not in name
    assert len(name) <= 205
    assert id_of(name) == session_id or len(name) == 64 + len(".json")


@given(st.text(max_size=80))
def test_foreign_names_are_no_ids(name: str) -> None:
    found = id_of(name)
    assert found is None or file_name(found) == name


@pytest.mark.parametrize("content", [b"", b"not json", b'{"pid":"x"}', b"\xff\xfe", b"[]"])
def test_a_file_that_another_program_touched_counts_as_a_heartbeat(
    sessions: Sessions, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / FOLDER).mkdir()
    file = tmp_path / FOLDER / "agent%3Amain.json"
    file.write_bytes(content)
    os.utime(file, (NOW / 1000, NOW / 1000))

    assert sessions.all() == {"agent:main": Session(id="agent:main", started=NOW, beat_at=NOW)}


def test_a_file_speaks_for_no_other_session(sessions: Sessions, tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "mallory.json").write_text('{"id":"alice","agent":"x"}')

    assert list(sessions.all()) == ["mallory"]


def test_what_is_no_plain_file_is_passed_over(sessions: Sessions, tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    sessions.beat("session-abc")
    os.mkfifo(folder / "pipe.json")
    (folder / "folder.json").mkdir()
    (folder / "link.json").symlink_to(folder / "session-abc.json")
    (folder / "notes.txt").write_text("hello")
    (folder / "large.json").write_bytes(b"x" * 20_000)
    (folder / "%0A.json").write_text("")

    assert list(sessions.all()) == ["session-abc"]


def test_a_link_at_the_place_of_a_heartbeat_is_replaced_not_followed(
    sessions: Sessions, tmp_path: Path
) -> None:
    (tmp_path / FOLDER).mkdir()
    target = tmp_path / "target"
    target.write_text("mine")
    (tmp_path / FOLDER / "session-abc.json").symlink_to(target)

    sessions.beat("session-abc")

    assert target.read_text() == "mine"
    assert list(sessions.all()) == ["session-abc"]


def test_forgetting_removes_the_files_of_those_who_are_silent(
    sessions: Sessions, clock: Clock, tmp_path: Path
) -> None:
    for name in ("dead", "alive", "unnamed"):
        sessions.beat(name)
    clock.now += FORGET_AFTER + 1
    sessions.beat("alive")

    sessions.forget(["dead", "alive", "never there"], before=clock.now - FORGET_AFTER)

    assert set(sessions.all()) == {"alive", "unnamed"}
    assert sorted(path.name for path in (tmp_path / FOLDER).iterdir()) == ["alive.json", "unnamed.json"]


def test_forgetting_touches_nothing_that_is_no_heartbeat(
    sessions: Sessions, clock: Clock, tmp_path: Path
) -> None:
    folder = tmp_path / FOLDER
    sessions.forget(["no folder yet"], before=clock.now)
    folder.mkdir()
    (folder / "linked.json").symlink_to(tmp_path / "target")
    (folder / "folder.json").mkdir()

    sessions.forget(["linked", "folder"], before=clock.now + 1)

    assert len(list(folder.iterdir())) == 2


@pytest.mark.parametrize(
    ("beat_ago", "progress_ago", "expected"),
    [
        (0, None, Liveness.LIVE),
        (STALE_AFTER - 1, QUIET_AFTER, Liveness.LIVE),
        (STALE_AFTER, 0, Liveness.STALE),
        (-5_000, None, Liveness.LIVE),
        (-3_600_000, 0, Liveness.STALE),
        (None, QUIET_AFTER, Liveness.QUIET),
        (None, QUIET_AFTER - 1, Liveness.UNKNOWN),
        (None, None, Liveness.UNKNOWN),
    ],
)
def test_liveness_is_judged_by_heartbeats_and_only_without_any_by_progress(
    beat_ago: int | None, progress_ago: int | None, expected: Liveness
) -> None:
    known = None if beat_ago is None else Session(id="s", beat_at=NOW - beat_ago)
    progress_at = None if progress_ago is None else NOW - progress_ago

    assert liveness(known, progress_at=progress_at, now=NOW) is expected


@contextmanager
def few_files(more: int) -> Iterator[None]:
    """Let this process open only so many more files."""
    free = os.dup(0)
    os.close(free)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free + more, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("more", [0, 1])
def test_a_process_without_files_left_takes_nobody_for_gone(sessions: Sessions, more: int) -> None:
    """Red where whatever cannot be opened counts as not there: everybody would fall silent at once."""
    beaten = sessions.beat("session-abc")
    with few_files(more), pytest.raises(StorageFailed, match="could not be read: Too many open files"):
        sessions.all()
    assert sessions.all() == {"session-abc": beaten}


def test_a_heartbeat_that_cannot_be_read_hides_no_other(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("session-abc", "session-def"):
        sessions.beat(name)
    read = os.read
    failed: list[int] = []

    def broken_once(fd: int, size: int) -> bytes:
        if not failed:
            failed.append(fd)
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return read(fd, size)

    monkeypatch.setattr(os, "read", broken_once)
    assert len(sessions.all()) == 1
    assert len(sessions.all()) == 2
