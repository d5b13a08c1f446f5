"""A board and agents that run as different users of one machine, with a group that they share; needs root."""

from __future__ import annotations

import os
import pickle
import stat
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from plans.domain.actor import person, session
from plans.domain.verbs import shaping, working
from plans.sessions.heartbeats import Sessions
from plans.store.orders import Order
from plans.store.paths import give_to_owner
from plans.store.plan_store import PlanStore
from plans.wiring import now_ms
from tests.command import Said, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BOARD, AGENT, STRANGER, GROUP = 64_001, 64_002, 64_003, 64_010
ABC, ANN = session("session-abc"), person("ann")

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root may become other users")


@pytest.fixture
def root() -> Iterator[Path]:
    """A root of the board's user, for the group, at a place that all users reach."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:  # pytest's own is closed to others
        place = Path(name)
        place.chmod(0o711)
        folder = place / "plans"
        folder.mkdir()
        os.chown(folder, BOARD, GROUP)
        folder.chmod(0o2770)
        yield folder


def as_user[T](uid: int, work: Callable[[], T]) -> T:
    """Do something in a process of another user; raises what that raised."""
    read, write = os.pipe()
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # other threads only wait
        child = os.fork()
    if not child:
        os.close(read)
        os.umask(0o077)
        os.setgroups([GROUP] if uid != STRANGER else [])
        os.setgid(uid)
        os.setuid(uid)
        with os.fdopen(write, "wb") as pipe:
            pickle.dump(_done(work), pipe)
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        answer: tuple[T, str] = pickle.load(pipe)  # noqa: S301 - our own child wrote it
    os.waitpid(child, 0)
    result, failed = answer
    assert not failed, failed
    return result


def _done[T](work: Callable[[], T]) -> tuple[T | None, str]:
    try:
        return work(), ""
    except Exception as error:  # noqa: BLE001 - told to whoever waits
        return None, repr(error)


def create(root: Path) -> None:
    PlanStore(root, clock=now_ms).create(
        "work",
        lambda plan: shaping.add(plan, by=ABC, at=now_ms(), title="Build"),
        Order(by=ABC, verb="create"),
    )


def edit(root: Path) -> int:
    change = Order(by=ANN, verb="edit", step=1)
    store = PlanStore(root, clock=now_ms)
    return store.change(
        "work", lambda plan: shaping.edit(plan, 1, by=ANN, title="Built"), change
    ).plan.revision


def claim(root: Path) -> int:
    store = PlanStore(root, clock=now_ms)
    claimed = Order(by=ABC, verb="claim")
    return store.change("work", lambda plan: working.claim(plan, 1, by=ABC), claimed).plan.revision


def delete(root: Path) -> None:
    PlanStore(root, clock=now_ms).delete("work", Order(by=ANN, verb="delete"))


def test_an_agents_plan_is_edited_by_the_boards_user_and_the_other_way_round(root: Path) -> None:
    as_user(AGENT, lambda: create(root))
    assert as_user(BOARD, lambda: edit(root)) == 2
    assert as_user(AGENT, lambda: claim(root)) == 3

    assert PlanStore(root, clock=now_ms).verify("work") == []
    as_user(BOARD, lambda: delete(root))
    as_user(AGENT, lambda: create(root))
    as_user(AGENT, lambda: delete(root))


def test_everything_that_is_made_there_is_the_groups_and_nobody_elses(root: Path) -> None:
    as_user(AGENT, lambda: create(root))
    as_user(BOARD, lambda: edit(root))

    for path in root.rglob("*"):
        found = path.stat()
        assert found.st_gid == GROUP, path
        assert stat.S_IMODE(found.st_mode) == (0o2770 if path.is_dir() else 0o660), path


def test_what_root_makes_and_replaces_is_the_owners(root: Path) -> None:
    """A keeper's command, or a board in a container, would lock the agents' user out of its own files."""
    root.chmod(0o700)
    os.chown(root, AGENT, AGENT)
    create(root)
    as_user(AGENT, lambda: claim(root))
    edit(root)
    Sessions(str(root), clock=now_ms).beat(ABC.name)
    for path in root.rglob("*"):
        assert (path.stat().st_uid, path.stat().st_gid) == (AGENT, AGENT), path
    as_user(AGENT, lambda: delete(root))


def test_root_gives_nothing_away_that_it_did_not_make(root: Path) -> None:
    """Whom the folder belongs to may have moved a file of root's to the name that is made."""
    theirs = root / "roots-own"
    theirs.write_text("private")
    theirs.chmod(0o600)
    with theirs.open() as file:
        give_to_owner(file.fileno(), root.stat())
    assert theirs.stat().st_uid == 0


def test_a_user_outside_the_group_reads_nothing(root: Path) -> None:
    as_user(AGENT, lambda: create(root))

    with pytest.raises(AssertionError, match="permission was denied"):
        as_user(STRANGER, lambda: PlanStore(root, clock=now_ms).read("work"))


def test_the_doctor_finds_a_shared_root_well_for_both(root: Path) -> None:
    as_user(AGENT, lambda: create(root))

    def examined() -> Said:
        home = str(root.parent / "nowhere")
        variables = {"PLANBOARD_ROOT": str(root), "PLANBOARD_HOME": home, "PLANBOARD_SOURCES": "none"}
        return say("doctor", "--all", variables=variables)

    assert examined().code == 0  # and everything it needs is loaded: others may not read this interpreter
    for user in (BOARD, AGENT):
        said = as_user(user, examined)
        assert said.code == 0, said
        assert b"every plan's files can be read and written by this user" in said.out


def test_in_a_root_of_ones_own_nothing_is_shared(root: Path) -> None:
    root.chmod(0o700)
    as_user(BOARD, lambda: create(root))

    assert stat.S_IMODE((root / "work").stat().st_mode) == 0o700
    assert stat.S_IMODE((root / "work" / "plan.json").stat().st_mode) == 0o600
    with pytest.raises(AssertionError):
        as_user(AGENT, lambda: edit(root))
