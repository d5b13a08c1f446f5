"""What an older version left, read and carried on by this one; what a newer one left, refused by name."""

from __future__ import annotations

import json
import shutil
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from plans.domain.actor import session
from plans.domain.errors import Unreadable
from plans.domain.step import Status, Verdict
from plans.domain.verbs import working
from plans.security.home_format import FORMAT, NewerHome, format_of, settle_format
from plans.store import snapshot
from plans.store.journal import VERSION
from plans.store.orders import Order
from plans.store.paths import Folder
from plans.store.plan_store import PlanStore
from plans.wiring import now_ms
from tests.site.board_process import BoardProcess, refused
from tests.site.test_serve import health, mirrored

if TYPE_CHECKING:
    from plans.domain.plan import Plan

OLDER = Path(__file__).parents[1] / "data" / "older"
LEDGER = "payments.ledger"
ABC = session("session-abc")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An older version's plans."""
    folder = tmp_path / "root"
    shutil.copytree(OLDER / "plans", folder)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return folder


def opened(root: Path) -> PlanStore:
    return PlanStore(root, clock=now_ms)


def older_database(home: Path) -> Path:
    home.mkdir(mode=0o700, exist_ok=True)
    path = home / "board.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        database.executescript((OLDER / "board.sql").read_text())
    return path


def complete(plan: Plan) -> Plan:
    return working.complete(plan, 2, by=ABC, at=now_ms())


def test_an_older_versions_plans_say_what_they_said(root: Path) -> None:
    store = opened(root)
    plan = store.read(LEDGER).plan

    assert store.namespaces() == ["ops.rotate", LEDGER]
    assert [store.verify(name) for name in store.namespaces()] == [[], []]
    assert (plan.revision, plan.title) == (71, "Ledger: holds become events")
    assert [(step.number, step.status) for step in plan.steps] == [
        (1, Status.COMPLETED),
        (2, Status.IN_PROGRESS),
        (3, Status.IN_PROGRESS),
        (5, Status.PENDING),
    ]
    assert plan.step(2).needs == (1,)
    assert plan.step(2).notes == "In batches of **500**."
    assert plan.step(3).owner == "session-def"
    assert plan.step(5).extra == {"timeout": 900}
    decision = plan.step(2).decision
    assert decision is not None
    assert (decision.verdict, decision.note) == (Verdict.APPROVED, "Checked the numbers")


def test_every_revision_of_an_older_version_is_still_there(root: Path) -> None:
    store = opened(root)

    assert len(store.lines(LEDGER)) == 71
    assert store.at(LEDGER, 7).step(2).status is Status.BLOCKED
    assert store.at(LEDGER, 69).step(4).title == "Remove the old table"


def test_an_older_versions_plan_is_carried_on_in_its_own_journal(root: Path) -> None:
    before = (root / LEDGER / "journal.jsonl").read_bytes()

    changed = opened(root).change(LEDGER, complete, Order(by=ABC, verb="complete"))

    assert changed.plan.revision == 72
    assert (root / LEDGER / "journal.jsonl").read_bytes().startswith(before)
    again = opened(root)
    assert again.read(LEDGER).plan.step(2).status is Status.COMPLETED
    assert again.verify(LEDGER) == []


@pytest.mark.parametrize("version", [0, 99])
def test_a_snapshot_of_another_format_is_made_again(root: Path, version: int) -> None:
    path = root / LEDGER / "snapshot.json"
    body, _, _ = path.read_bytes().rpartition(b"\n")
    other = json.dumps(json.loads(body) | {"v": version, "size": 7}).encode()
    path.write_bytes(b"%b\n%08x" % (other, zlib.crc32(other)))
    store = opened(root)

    with Folder(str(root), LEDGER) as folder:
        assert snapshot.load(folder) is None
        assert store.read(LEDGER).plan.revision == 71
        store.change(LEDGER, complete, Order(by=ABC, verb="complete"))
        store.close()
        saved = snapshot.load(folder)

    assert saved is not None
    assert saved.plan.revision == 72


def newer(root: Path, line: int) -> None:
    """Let a later version have written a line of the journal."""
    path = root / LEDGER / "journal.jsonl"
    lines = path.read_bytes().splitlines()
    value = json.loads(lines[line - 1]) | {"v": VERSION + 1, "shape": "other"}
    value.pop("crc")
    body = json.dumps(value).encode()[:-1]
    lines[line - 1] = b'%b,"crc":"%08x"}' % (body, zlib.crc32(body))
    path.write_bytes(b"\n".join([*lines, b""]))
    (root / LEDGER / "snapshot.json").unlink()


@pytest.mark.parametrize(("line", "revision"), [(1, 0), (40, 38)])
def test_a_newer_versions_journal_is_shown_as_far_as_it_is_known_and_never_written(
    root: Path, line: int, revision: int
) -> None:
    newer(root, line)
    before = {path: path.read_bytes() for path in (root / LEDGER).iterdir()}
    store = opened(root)
    said = f"written by a newer version of Planboard from line {line} on (format 2; this one knows 1)"

    reading = store.read(LEDGER)
    with pytest.raises(Unreadable) as refusal:
        store.change(LEDGER, complete, Order(by=ABC, verb="complete"))

    assert reading.plan.revision == revision
    assert reading.problem is not None
    assert said in reading.problem.message
    assert said in store.verify(LEDGER)[0]
    assert "Update Planboard" in refusal.value.advice
    assert {path: path.read_bytes() for path in before} == before


def test_a_home_is_marked_and_a_newer_one_refused(tmp_path: Path) -> None:
    assert format_of(tmp_path) == 0
    for _ in range(2):  # what is marked is left alone
        settle_format(tmp_path)
        assert format_of(tmp_path) == FORMAT
    (tmp_path / "format").write_text(f"{FORMAT + 1}\n")

    with pytest.raises(NewerHome, match="newer version of Planboard"):
        settle_format(tmp_path)

    assert format_of(tmp_path) == FORMAT + 1


@pytest.mark.slow
@pytest.mark.usefixtures("root")
def test_an_older_board_opens_with_its_people_and_its_mirror(tmp_path: Path) -> None:
    database = older_database(tmp_path / "home")

    with BoardProcess(tmp_path) as board:
        assert health(board) == {"status": "ok"}
        mirrored(board.home, "ops.rotate", 1)
        mirrored(board.home, LEDGER, 71)
        assert board.stop() == 0

    with closing(sqlite3.connect(database)) as rows:
        (people,) = rows.execute("SELECT count(*) FROM auth_user WHERE username = 'local'").fetchone()
        applied = {name for (name,) in rows.execute("SELECT name FROM django_migrations WHERE app = 'plans'")}
        copied = dict(rows.execute("SELECT namespace, revision FROM plans_plan"))
    assert people == 1
    assert {"0001_mirror", "0008_tokens"} <= applied
    assert copied == {"ops.rotate": 1, LEDGER: 71}
    assert format_of(tmp_path / "home") == FORMAT


@pytest.mark.slow
def test_a_newer_versions_database_is_refused_and_left_as_it_is(root: Path, tmp_path: Path) -> None:
    database = older_database(tmp_path / "home")
    with closing(sqlite3.connect(database)) as rows:
        rows.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('plans', '9999_newer', datetime())"
        )
        rows.commit()
        before = list(rows.iterdump())

    code, said = refused("--root", str(root), "--home", str(tmp_path / "home"))

    assert code == 1
    assert "The database was made by a newer version of Planboard (plans 9999_newer)" in said
    assert "Update Planboard" in said
    with closing(sqlite3.connect(database)) as rows:
        assert list(rows.iterdump()) == before
