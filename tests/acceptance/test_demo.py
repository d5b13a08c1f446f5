"""The demo is real: separate programs work, one asks, a person approves, and it ends without a trace."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.acceptance import seeing
from tests.acceptance.board_process import Board
from tests.waiting import PATIENCE, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

LIVING = ("ledger-smith-7f3a", "read-path-41aa", "schema-scout-c21e", "synonym-tuner-9b04")
NAMES = "|".join([*LIVING, r"peer\.py"])
DYING = "load-rig-3c19"
"""The one that dies without a word; on a slow machine before anybody looks."""


class Demo(Board):
    """`make demo`: it makes a root and a home itself."""

    program = (sys.executable, "-m", "plans.agents.demo")

    def family(self) -> dict[int, str]:
        """List all processes that descend from it, itself included, with their command lines."""
        assert self.process is not None
        pids = [int(place.name) for place in Path("/proc").glob("[0-9]*")]
        parents = {pid: _parent(pid) for pid in pids}
        found = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= more
        return {pid: _command(pid) for pid in found}


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    with Demo(tmp_path) as running:
        yield running


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks at processes in /proc")
def test_five_agents_and_a_peer_work_ask_go_on_and_leave_nothing_behind(demo: Demo, browser: Browser) -> None:
    page = browser.new_context().new_page()
    page.set_default_timeout(PATIENCE * 1000)
    page.goto(demo.login_link)
    page.wait_for_url(lambda url: "/login" not in url)
    page.goto(f"{demo.url}/plans/")
    for namespace in ("payments.ledger", "search.synonyms", "docs.api-guide"):
        expect(page.locator(f'.plan-row a[href="/plans/{namespace}/"]')).to_have_count(1)
    until(lambda: {*LIVING, "peer.py"} <= set(re.findall(NAMES, " ".join(demo.family().values()))))
    page.goto(f"{demo.url}/sessions/")
    for name in (*LIVING, DYING):
        expect(page.locator(f'[data-session][href="/sessions/{name}/"]')).to_have_count(1)
    page.goto(f"{demo.url}/plans/docs.api-guide/")
    expect(page.locator("#col-done article").first).to_be_visible()
    page.goto(f"{demo.url}/plans/search.synonyms/")
    seeing.stay(page)
    asking = page.locator("#col-ask #step-1")
    expect(asking).to_contain_text("Delete them?")
    asking.get_by_role("link", name="Delete 41 synonyms").click()
    seeing.press(seeing.drawer(page).get_by_role("button", name="Approve"))
    expect(page.locator("#col-run #step-1, #col-done #step-1")).to_be_visible()
    seeing.stands_in(page, "done", 1)
    assert seeing.stayed(page)
    page.context.close()
    family = demo.family()
    assert demo.stop() == 0
    until(lambda: not [pid for pid, command in family.items() if command and _command(pid) == command])
