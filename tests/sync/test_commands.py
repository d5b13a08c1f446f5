"""`sync_plans`, `rebuild_mirror` and `check_mirror` as processes."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING

import psycopg
import pytest

from plans.domain import actor
from plans.domain.verbs import shaping, working
from plans.store.orders import Order
from plans.store.plan_store import PlanStore
from plans.sync.standby import LOCK_FILE, FileLock
from plans.wiring import now_ms
from tests.sync.programs import Place
from tests.waiting import PATIENCE, SOON, until

if TYPE_CHECKING:
    from pathlib import Path

    from plans.domain.plan import Plan

pytestmark = pytest.mark.slow

ABC = actor.session("session-abc")
NS = "payments.ledger"
SHOWN = (
    """SELECT namespace, epoch, revision, title, todo, run, ask, done, "group", document
        FROM plans_plan ORDER BY 1""",
    """SELECT p.namespace, s.number, s.title, s.status, s.owner, s.revision, s.condition, s."column", s.wave,
        s.document FROM plans_step s JOIN plans_plan p ON p.id = s.plan_id ORDER BY 1, s.position""",
    """SELECT p.namespace, e.revision, e.at, e.by, e.verb, e.step, e.touched, e.document
        FROM plans_revisionevent e JOIN plans_plan p ON p.id = e.plan_id ORDER BY 1, 2""",
    "SELECT session, agent, host, pid, started, beat_at, progress_at FROM plans_session ORDER BY 1",
)


def create(root: Path, namespace: str = NS, *, steps: int = 2) -> PlanStore:
    store = PlanStore(root, clock=now_ms)

    def filled(plan: Plan) -> Plan:
        for number in range(1, steps + 1):
            plan = shaping.add(plan, by=ABC, at=now_ms(), title=f"Step {number}")
        return plan

    store.create(namespace, filled, Order(by=ABC, verb="create"))
    return store


def claim(store: PlanStore, number: int = 1) -> None:
    store.change(NS, lambda plan: working.claim(plan, number, by=ABC), Order(by=ABC, verb="claim"))


def shown(home: Path) -> list[list[tuple[object, ...]]]:
    """Everything of plans, steps, revisions and sessions that pages can show."""
    connection = sqlite3.connect(home / "board.sqlite3", timeout=PATIENCE)
    try:
        return [connection.execute(query).fetchall() for query in SHOWN]
    finally:
        connection.close()


def mirrored(home: Path, revision: int, namespace: str = NS) -> bool:
    connection = sqlite3.connect(home / "board.sqlite3", timeout=PATIENCE)
    try:
        found = connection.execute(
            "SELECT revision FROM plans_plan WHERE namespace = ?", [namespace]
        ).fetchone()
    finally:
        connection.close()
    return found is not None and found[0] == revision


def test_a_deleted_database_is_made_again_with_the_same_rows(tmp_path: Path) -> None:
    place = Place(tmp_path)
    store = create(place.root)
    create(place.root, "search.index")
    assert place.manage("migrate", "--verbosity=0").returncode == 0
    with place.running("manage.py", "sync_plans"):
        until(lambda: mirrored(place.home, 1))
        claim(store)
        store.change(
            NS,
            lambda plan: shaping.edit(plan, 2, by=ABC, needs=(1,), title="Other"),
            Order(by=ABC, verb="edit"),
        )
        until(lambda: mirrored(place.home, 3) and mirrored(place.home, 1, "search.index"))
        newest = store.read(NS).plan.updated_at
        until(lambda: [row[-1] for row in shown(place.home)[-1]] == [newest])
    before = shown(place.home)
    for file in place.home.glob("board.sqlite3*"):
        file.unlink()
    rebuilt = place.manage("rebuild_mirror")
    assert (rebuilt.returncode, rebuilt.stderr) == (0, "")
    assert "2 plans, 4 revisions" in rebuilt.stdout
    after = shown(place.home)
    assert after == before
    assert [len(rows) for rows in after] == [2, 4, 4, 1]


def test_what_differs_is_said_and_ends_with_one(tmp_path: Path) -> None:
    place = Place(tmp_path)
    store = create(place.root)
    assert place.manage("rebuild_mirror").returncode == 0
    well = place.manage("check_mirror")
    assert (well.returncode, well.stdout) == (0, "The mirror is what the files say.\n")
    claim(store)
    differs = place.manage("check_mirror")
    assert differs.returncode == 1
    assert differs.stdout == f"{NS}: The mirror is at revision 1, the files are at 2\n"
    assert "rebuild_mirror" in differs.stderr


def test_nothing_is_rebuilt_while_a_worker_copies(tmp_path: Path) -> None:
    place = Place(tmp_path)
    create(place.root)
    assert place.manage("rebuild_mirror").returncode == 0
    with place.running("manage.py", "sync_plans"):
        until(lambda: _holds_lock(place.home))
        refused = place.manage("rebuild_mirror")
        assert refused.returncode != 0
        assert "A worker is copying" in refused.stderr
    assert place.manage("rebuild_mirror").returncode == 0


def test_a_missing_root_leaves_the_mirror_as_it_is(tmp_path: Path) -> None:
    place = Place(tmp_path)
    create(place.root)
    assert place.manage("rebuild_mirror").returncode == 0
    before = shown(place.home)
    place.root.rename(tmp_path / "elsewhere")
    refused = place.manage("rebuild_mirror")
    assert refused.returncode != 0
    assert "There is no plan folder" in refused.stderr
    assert shown(place.home) == before


def test_a_database_without_tables_is_refused_by_the_worker(tmp_path: Path) -> None:
    refused = Place(tmp_path).manage("sync_plans")
    assert refused.returncode != 0
    assert "manage.py migrate" in refused.stderr


def test_a_mirror_that_was_never_made_is_a_sentence(tmp_path: Path) -> None:
    """Red before: a traceback."""
    place = Place(tmp_path)
    refused = place.manage("check_mirror")
    said = "The database is not up to date. Run `manage.py rebuild_mirror` first.\n"
    assert (refused.returncode, refused.stderr) == (1, said)
    (place.home / "board.sqlite3").write_bytes(b"no database at all" * 100)
    refused = place.manage("check_mirror")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)


def test_a_newer_versions_database_is_left_alone_by_every_command(tmp_path: Path) -> None:
    """Red before: the worker wrote into it."""
    place = Place(tmp_path)
    assert place.manage("migrate", "--verbosity=0").returncode == 0
    with closing(sqlite3.connect(place.home / "board.sqlite3")) as rows, rows:
        rows.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('plans', '9999_newer', datetime())"
        )
    for name in ("sync_plans", "rebuild_mirror", "check_mirror"):
        refused = place.manage(name)
        assert refused.returncode == 1
        assert "made by a newer version of Planboard (plans 9999_newer). Update Planboard" in refused.stderr
    (place.home / "format").write_text("99\n")
    assert "used by a newer version of Planboard (format 99" in place.manage("sync_plans").stderr


def test_a_setting_that_means_nothing_is_a_sentence(tmp_path: Path) -> None:
    place = Place(tmp_path)
    assert place.manage("migrate").returncode == 0
    place.environment["PLANBOARD_WEBHOOK_TARGETS"] = "everywhere"
    refused = place.manage("sync_plans")
    assert refused.returncode != 0
    assert "PLANBOARD_WEBHOOK_TARGETS is 'everywhere', but" in refused.stderr
    assert "Write public, private, loopback" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_killed_worker_is_replaced_by_the_one_that_waits(tmp_path: Path) -> None:
    place = Place(tmp_path)
    store = create(place.root)
    assert place.manage("migrate", "--verbosity=0").returncode == 0
    with place.running("manage.py", "sync_plans") as first, place.running("manage.py", "sync_plans"):
        until(lambda: mirrored(place.home, 1))
        first.kill()
        claim(store)
        until(lambda: mirrored(place.home, 2))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_worker_ends_at_once_when_told_to(tmp_path: Path, number: int) -> None:
    place = Place(tmp_path)
    create(place.root)
    assert place.manage("migrate", "--verbosity=0").returncode == 0
    with place.running("manage.py", "sync_plans") as worker:
        until(lambda: mirrored(place.home, 1))
        began = time.monotonic()
        os.kill(worker.pid, number)
        assert worker.wait(PATIENCE) == 0
        assert time.monotonic() - began < SOON


def test_many_writes_while_the_worker_is_killed_leave_a_true_mirror(tmp_path: Path) -> None:
    place = Place(tmp_path)
    store = create(place.root, steps=20)
    assert place.manage("migrate", "--verbosity=0").returncode == 0
    revision = 1
    for _ in range(3):
        with place.running("manage.py", "sync_plans") as worker:
            until(lambda: _holds_lock(place.home))
            for number in range(1, 21):
                store.change(
                    NS,
                    lambda plan, number=number: shaping.edit(
                        plan, number, by=ABC, title=f"{now_ms()} {number}"
                    ),  # type: ignore[misc]
                    Order(by=ABC, verb="edit"),
                )
                revision += 1
            worker.kill()
    with place.running("manage.py", "sync_plans"):
        until(lambda: mirrored(place.home, revision))
    assert place.manage("check_mirror").returncode == 0


def test_on_postgresql_too(tmp_path: Path, postgres_url: str) -> None:
    place = Place(tmp_path, PLANBOARD_DATABASE_URL=postgres_url)
    store = create(place.root)
    store.change(
        NS,
        lambda plan: shaping.edit(
            plan, 2, by=ABC, notes="NUL", extra={"nul": "a\x00b", "deep": [{"x": None}]}
        ),
        Order(by=ABC, verb="edit"),
    )
    assert place.manage("migrate", "--verbosity=0").returncode == 0
    with place.running("manage.py", "sync_plans") as first, place.running("manage.py", "sync_plans"):
        until(lambda: _postgres_revision(postgres_url) == 2)
        first.kill()
        claim(store)
        until(lambda: _postgres_revision(postgres_url) == 3)
    assert place.manage("check_mirror").stdout == "The mirror is what the files say.\n"
    assert "1 plan, 3 revisions" in place.manage("rebuild_mirror").stdout
    assert place.manage("check_mirror").returncode == 0


def test_a_lost_connection_to_postgresql_is_survived(tmp_path: Path, postgres_url: str) -> None:
    place = Place(tmp_path, PLANBOARD_DATABASE_URL=postgres_url)
    store = create(place.root)
    assert place.manage("migrate", "--verbosity=0").returncode == 0
    with place.running("manage.py", "sync_plans"):
        until(lambda: _postgres_revision(postgres_url) == 1)
        with psycopg.connect(postgres_url, autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        claim(store)
        until(lambda: _postgres_revision(postgres_url) == 2)


def _postgres_revision(url: str) -> int | None:
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT revision FROM plans_plan WHERE namespace = %s", [NS]).fetchone()
    return found[0] if found else None


def _holds_lock(home: Path) -> bool:
    lock = FileLock(str(home / LOCK_FILE))
    if lock.take():
        lock.release()
        return False
    return True
