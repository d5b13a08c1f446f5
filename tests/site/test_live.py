"""From a file to an open board, through real servers: one process, and several with Redis."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from plans.domain import actor
from plans.domain.verbs import shaping, working
from plans.security.login_codes import create_login_code
from plans.store.orders import Order
from plans.store.plan_store import PlanStore
from plans.wiring import now_ms
from tests.site.board_client import BoardPage
from tests.site.board_process import BoardProcess
from tests.site.test_serve import mirrored
from tests.sync.programs import Place
from tests.waiting import PATIENCE, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from plans.domain.plan import Plan

pytestmark = pytest.mark.slow

ABC = actor.session("session-abc")
NS = "payments.ledger"
WRITER = """
import sys
from plans.domain import actor
from plans.domain.verbs import shaping
from plans.store.orders import Order
from plans.store.plan_store import PlanStore
from plans.wiring import now_ms

root, namespace, name = sys.argv[1:]
store, me = PlanStore(root, clock=now_ms), actor.session("session-abc")
for n in range(200):
    def edit(plan):
        return shaping.edit(plan, n % 50 + 1, by=me, title=f"Title {n} of {name}")
    store.change(namespace, edit, Order(by=me, verb="edit"))
"""


def create(root: Path, *titles: str) -> PlanStore:
    store = PlanStore(root, clock=now_ms)

    def filled(plan: Plan) -> Plan:
        for title in titles:
            plan = shaping.add(plan, by=ABC, at=now_ms(), title=title)
        return plan

    store.create(NS, filled, Order(by=ABC, verb="create"))
    return store


def claim(store: PlanStore, number: int) -> None:
    store.change(NS, lambda plan: working.claim(plan, number, by=ABC), Order(by=ABC, verb="claim"))


def peer_completes(root: Path, index: int) -> None:
    path = root / NS / "plan.json"
    content = json.loads(path.read_text())
    content["steps"][index] |= {"status": "completed", "updatedBy": "peer-1", "updatedAt": now_ms()}
    draft = path.with_name("plan.json.draft")
    draft.write_text(json.dumps(content))
    os.replace(draft, path)  # noqa: PTH105


@contextmanager
def opened(folder: Path, revision: int) -> Iterator[tuple[BoardProcess, BoardPage]]:
    """Open a page of a plan on a board of its own, once that knows of it."""
    with BoardProcess(folder) as board:
        mirrored(board.home, NS, revision)
        with BoardPage(board.link, board.root, NS) as page:
            page.until(lambda: page.states)
            yield board, page


def banner(page: BoardPage) -> str:
    """Give the banner that the page was told of last."""
    told = [op for state in page.states for op in ops(state, "banner")]
    return str(told[-1]["html"])


def ops(frame: dict[str, object], kind: str) -> list[dict[str, object]]:
    found = frame["ops"]
    assert isinstance(found, list)
    return [op for op in found if op["op"] == kind]


def test_changes_of_ours_and_of_peers_reach_an_open_board(tmp_path: Path) -> None:
    store = create(tmp_path_root(tmp_path), "One", "Two", "Three")
    with opened(tmp_path, 1) as (board, page):
        claim(store, 2)
        page.until(lambda: page.rev == 2)
        (card,) = ops(page.frames[0], "card")
        assert (card["id"], card["col"], card["sum"]) == (2, "run", "session-abc claimed step 2")
        assert "session-abc" in str(card["html"])
        peer_completes(board.root, 0)
        page.until(lambda: page.rev == 3)
        assert [(op["id"], op["col"]) for op in ops(page.frames[-1], "card")] == [(1, "done")]
        assert page.resyncs == 0


def test_garbage_and_its_repair_reach_an_open_board(tmp_path: Path) -> None:
    create(tmp_path_root(tmp_path), "One")
    path = tmp_path / "root" / NS / "plan.json"
    good = path.read_text()
    with opened(tmp_path, 1) as (_, page):
        path.write_text(good[:30])
        page.until(lambda: "line" in banner(page))
        path.write_text(good)
        page.until(lambda: "line" not in banner(page))


def test_a_thousand_changes_arrive_complete_and_in_order(tmp_path: Path) -> None:
    store = create(tmp_path_root(tmp_path), *(f"Step {n}" for n in range(50)))
    with opened(tmp_path, 1) as (board, page):
        writers = [
            subprocess.Popen([sys.executable, "-c", WRITER, str(board.root), NS, str(index)])
            for index in range(5)
        ]
        page.until(lambda: page.rev == 1_001)
        assert [writer.wait(PATIENCE) for writer in writers] == [0] * 5
        until(lambda: store.read(NS).plan.revision == 1_001)


def test_a_board_that_was_away_gets_what_it_missed_after_a_restart(tmp_path: Path) -> None:
    store = create(tmp_path_root(tmp_path), "One", "Two")
    with opened(tmp_path, 1):
        pass
    claim(store, 1)
    with opened(tmp_path, 2) as (_, page):
        claim(store, 2)
        page.until(lambda: page.rev == 3)


def test_over_redis_with_a_worker_of_its_own_and_two_web_processes(tmp_path: Path, redis_url: str) -> None:
    place = Place(tmp_path, PLANBOARD_REDIS_URL=redis_url)
    store = create(place.root, "One", "Two")
    assert place.manage("migrate", "--verbosity=0").returncode == 0
    uvicorn = ["-m", "uvicorn", "plans_site.asgi:application", "--port", "0"]
    with (
        place.running("manage.py", "sync_plans"),
        place.running(*uvicorn) as first,
        place.running(*uvicorn) as second,
    ):
        links = [_link(process, place.home) for process in (first, second)]
        mirrored(place.home, NS, 1)
        with BoardPage(links[0], place.root, NS) as one, BoardPage(links[1], place.root, NS) as two:
            for page in (one, two):
                page.until(lambda page=page: page.states)  # type: ignore[misc]
            claim(store, 1)
            for page in (one, two):
                page.until(lambda page=page: page.rev == 2)  # type: ignore[misc]
            (card,) = ops(two.frames[0], "card")
            assert card["sum"] == "session-abc claimed step 1"
            assert one.resyncs == two.resyncs == 0


def tmp_path_root(folder: Path) -> Path:
    root = folder / "root"
    root.mkdir(mode=0o700)
    return root


def _link(process: subprocess.Popen[str], home: Path) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return f"{found[0]}/login/#code={create_login_code(home, now=now_ms())}"
    message = "the server did not start"
    raise AssertionError(message)
