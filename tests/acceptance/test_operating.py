"""The page for who keeps a board: its commands typed off, its files used by the programs they are for."""

from __future__ import annotations

import os
import re
import shutil
import threading
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest

from plans.domain.actor import session
from plans.domain.errors import Busy
from plans.domain.verbs import shaping
from plans.environment import Environment, unknown_settings
from plans.metrics import figures
from plans.store.orders import Order
from plans.store.plan_store import PlanStore
from plans.wiring import now_ms
from tests.acceptance.keeper import PAGE, Keeper, blocks, settings
from tests.waiting import PATIENCE, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from plans.domain.plan import Plan
    from tests.acceptance.board_process import Board

ABC = session("session-abc")
NOBODY = 65_534
PAUSE_SECONDS = 0.03
PLANS = ("payments.ledger", "ops.rotate", "web.tokens")


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    return Keeper(tmp_path)


class Writers:
    """Threads that add steps to plans until they are stopped, and know what was acknowledged."""

    def __init__(self, root: Path) -> None:
        self._root, self._stop = root, threading.Event()
        self.saved = dict.fromkeys(PLANS, 0)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        threads = [threading.Thread(target=self._write, args=[name]) for name in PLANS]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in threads:
                thread.join(PATIENCE)

    def _write(self, namespace: str) -> None:
        store = PlanStore(self._root, clock=now_ms)
        titles = (f"step {number}" for number in count(1))
        create, add = Order(by=ABC, verb="create"), Order(by=ABC, verb="add")
        store.create(namespace, lambda plan: added(plan, next(titles)), create)
        self.saved[namespace] = 1
        while not self._stop.wait(PAUSE_SECONDS):
            title = next(titles)
            while not self._add(store, namespace, title, add):
                continue
            self.saved[namespace] += 1

    def _add(self, store: PlanStore, namespace: str, title: str, order: Order) -> bool:
        try:
            store.change(namespace, lambda plan: added(plan, title), order)
        except Busy:  # on a slow machine
            return False
        return True


def added(plan: Plan, title: str) -> Plan:
    return shaping.add(plan, by=ABC, at=now_ms(), title=title)


@pytest.mark.slow
def test_the_page_leads_from_an_empty_machine_to_a_board_that_was_restored(keeper: Keeper) -> None:
    users, look, service, people, watching, backup, restore, upgrade, _ = blocks("sh")
    board = keeper.board
    writers = Writers(board.root)

    keeper.types(users)
    assert keeper.has_asked() == [
        "groupadd --system plans",
        f"useradd --system --gid plans --home-dir {board.home} --shell /usr/sbin/nologin planboard",
        "usermod -aG plans ana",
        f"install -d -o planboard -g plans -m 2770 {board.root}",
        f"install -d -o planboard -g plans -m 0700 {board.home}",
        f"ln -s {keeper.here('/opt/planboard/.venv/bin')}/planboard /usr/local/bin/planboard",
    ]
    board.root.chmod(0o2770)
    board.environment |= {name: keeper.here(value) for name, value in settings()}
    with board, writers.at_work():
        assert "https://board.example/login/#code=" in keeper.types(service)
        assert keeper.has_asked() == ["systemctl daemon-reload", "systemctl enable --now planboard"]
        assert "ana" in keeper.types(people)
        until(lambda: all(number >= 3 for number in writers.saved.values()) and is_healthy(board))
        assert 'planboard_worker_state{state="working"}' in keeper.types(watching)
        acknowledged = dict(writers.saved)
        keeper.types(backup)
    keeper.types(restore)

    assert keeper.has_asked() == ["systemctl stop planboard", "systemctl start planboard"]
    store = PlanStore(board.root, clock=now_ms)
    for name in PLANS:
        titles = [step.title for step in store.read(name).plan.steps]
        assert titles == [f"step {number}" for number in range(1, len(titles) + 1)]
        assert acknowledged[name] <= len(titles) <= writers.saved[name]
        assert all("not adopted" in fault or "is behind" in fault for fault in store.verify(name))
    with board:
        until(lambda: is_healthy(board) and not any(store.verify(name) for name in PLANS))

    keeper.types(upgrade)
    assert [line.split()[0] for line in keeper.has_asked()] == ["systemctl", "git", "make", "systemctl"]
    keeper.types(look)


def test_every_command_of_the_page_is_typed_as_somebody_who_may() -> None:
    """Red where the page leaves out `sudo`: in the setup it makes nobody else may look into the home."""
    typed = [line for block in blocks("sh") for line in block.splitlines()]
    lines = [line for line in typed if re.search(r"planboard |/var/|/srv/", line) and line[0] != " "]

    assert len(lines) > 20
    assert [line for line in lines if not line.startswith(("sudo ", "curl "))] == []
    planboards = [
        line for line in lines if re.search(r"(^| )planboard (\w+) ", line) and "systemctl" not in line
    ]
    assert [line for line in planboards if not line.startswith("sudo -u planboard planboard ")] == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_root_makes_in_the_home_of_the_boards_user_is_that_users(keeper: Keeper) -> None:
    """Red where root keeps it: a private audit log of root's is one that the board cannot write."""
    home = keeper.board.home
    home.mkdir(mode=0o700)
    os.chown(home, NOBODY, NOBODY)

    keeper.types("planboard token create --session prometheus --plans '*' --verbs metrics")

    assert {path.name for path in home.iterdir()} > {"board.sqlite3", "secret_key", "audit.jsonl"}
    assert {path.stat().st_uid for path in home.rglob("*")} == {NOBODY}

    (home / "board.sqlite3").unlink()
    rebuilt = keeper.board.manage("rebuild_mirror")

    assert rebuilt.returncode == 0, rebuilt.stderr
    assert {path.name for path in home.iterdir()} > {"board.sqlite3", "sync.lock"}
    assert {path.stat().st_uid for path in home.rglob("*")} == {NOBODY}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_root_puts_back_is_the_boards_users_again(keeper: Keeper) -> None:
    """Red where the page leaves the database to root, who copied it: the board could not write it."""
    backup, restore = (block for block in blocks("sh") if "/var/backups/" in block)
    home = keeper.board.home
    migrated = keeper.board.manage("migrate")
    assert migrated.returncode == 0, migrated.stderr
    for path in (keeper.board.root, home, *home.rglob("*")):
        os.chown(path, NOBODY, NOBODY)

    keeper.types(backup)
    keeper.types(restore)  # its doctor finds nothing broken, either

    database = (home / "board.sqlite3").stat()
    assert (database.st_uid, database.st_gid) == (NOBODY, NOBODY)


def is_healthy(board: Board) -> bool:
    try:
        with urlopen(f"{board.url}/healthz", timeout=PATIENCE) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_the_settings_on_the_page_are_settings() -> None:
    written = dict(settings(with_people=True))

    assert Environment.read(written).is_https
    assert unknown_settings(written) == []


def test_every_setting_that_the_page_names_is_one() -> None:
    named = re.findall(r"PLANBOARD_[A-Z_]+", PAGE.read_text())

    assert unknown_settings(dict.fromkeys(named, "x")) == []


def test_every_figure_that_the_page_names_is_kept() -> None:
    kept = {each.name for each in (*figures.COUNTERS, *figures.GAUGES, *figures.HISTOGRAMS)}
    named = {name.removesuffix("_total") for name in re.findall(r"planboard_[a-z_]+", PAGE.read_text())}

    assert named - {"planboard_part_up"} <= kept
    assert len(named) > 3


def test_every_server_that_the_page_starts_has_the_boards_limits() -> None:
    """Plain Daphne waits for ever for a body that never comes; `planboard up` is Daphne with the limits."""
    section = PAGE.read_text().split("## More than one process")[1].split("\n## ")[0]

    started = re.findall(r"(?m)(?:^|`)(planboard up|uvicorn|daphne|gunicorn|hypercorn)\b", section)
    assert set(started) == {"planboard up", "uvicorn"}
    assert "Daphne or uvicorn" not in section


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd-analyze")
def test_systemd_takes_the_unit_and_finds_it_closed(keeper: Keeper, tmp_path: Path) -> None:
    (unit,) = [block for block in blocks("ini") if "[Service]" in block]
    file = tmp_path / "planboard.service"
    file.write_text(keeper.here(unit))

    keeper.types(f"systemd-analyze verify {file}")
    said = keeper.types(f"systemd-analyze security --offline=yes --threshold=30 {file}")

    assert re.search(r"Overall exposure level for planboard.service: [0-2]\.\d OK", said)
