"""The guides for scripts, for the API and for a second machine, as somebody new types them off."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from plans.actions.refusals import status_of
from plans.domain.errors import PlanError
from plans.security.refusals import DoorRefused
from tests.waiting import PATIENCE, until

if TYPE_CHECKING:
    from tests.acceptance.board_process import Board
    from tests.acceptance.person import Person

DOCS = Path(__file__).parents[2] / "docs"
GUIDES = ("api", "connect-script", "connect-second-machine")
USUAL = "127.0.0.1:8765"


def blocks(name: str) -> list[str]:
    """Give a guide's commands, block by block."""
    found = re.findall(r"(?ms)^( *)```sh\n(.*?)^ *```", (DOCS / f"{name}.md").read_text())
    return [re.sub(rf"(?m)^{indent}", "", text) for indent, text in found]


class Newcomer:
    """An empty home folder, the installed command, and a shell."""

    def __init__(self, board: Board, home: Path) -> None:
        self._board, self._home = board, home
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self._environment = board.environment | {"HOME": str(home), "PATH": path}

    def types(self, text: str, *words: str, **variables: str) -> subprocess.Popen[str]:
        """Run commands as they stand in a guide, at this board's port."""
        here = text.replace(USUAL, f"127.0.0.1:{self._board.port}")
        return subprocess.Popen(
            ["sh", *words, "-c", here],
            env=self._environment | variables,
            cwd=self._home,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def typed(self, text: str, **variables: str) -> str:
        """Run commands that all must succeed; gives what they print."""
        return ended(self.types(text, "-e", **variables))


def ended(process: subprocess.Popen[str]) -> str:
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, said
    return said


def approve(board: Board, person: Person, namespace: str) -> None:
    """Approve the first step of a plan as soon as it asks."""
    until(lambda: namespace in _names(board) and board.step(namespace, 1)["status"] == "blocked")
    revision = board.step(namespace, 1)["revision"]
    until(lambda: person.get(f"/plans/{namespace}/").status == 200)
    assert person.post(f"/plans/{namespace}/steps/1/approve/", revision=revision, note="").status == 303


def _names(board: Board) -> set[object]:
    plans = board.ask("plan", "list")["plans"]
    assert isinstance(plans, list)
    return {plan["namespace"] for plan in plans}


def statuses(board: Board, namespace: str) -> list[tuple[object, object]]:
    steps = board.plan(namespace)["steps"]
    assert isinstance(steps, list)
    return [(step["status"], step["owner"]) for step in steps]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_guides_lead_to_a_step_on_the_board(board: Board, person: Person, tmp_path: Path) -> None:
    home = tmp_path / "newcomer"
    home.mkdir()
    newcomer = Newcomer(board, home)
    token = newcomer.typed(
        "planboard token create --session 'script-*' --plans 'first.*' 2>/dev/null"
    ).strip()

    create, work, by_curl = blocks("connect-script")
    newcomer.typed(create)
    working = newcomer.types(work)
    approve(board, person, "first.script")
    ended(working)
    assert statuses(board, "first.script") == [("completed", "script-1")] * 3

    working = newcomer.types(by_curl, TOKEN=token)
    approve(board, person, "first.curl")
    ended(working)
    assert statuses(board, "first.curl") == [("completed", "script-2")]

    (api,) = blocks("api")
    listens = api.splitlines()[-1]
    # A slow machine may hear nothing yet in the time that the guide gives it.
    again = f"until {listens.removesuffix(' || true')} | tee /dev/stderr | grep -q data:; do :; done"
    said = newcomer.typed(api.replace(listens, again))
    assert board.plan("first.api")["status"] == "on track"
    assert statuses(board, "first.api")[0] == ("pending", None)
    assert re.search(r'(?m)^data: {"rev":', said)

    make, _, elsewhere = blocks("connect-second-machine")
    made = newcomer.typed(make).splitlines()[0]
    said = newcomer.typed(elsewhere.replace("pbt_…", made))
    assert json.loads(said[said.rindex('{"step"') :])["step"]["owner"] == "laptop-1"
    assert statuses(board, "payments.hello") == [("in_progress", "laptop-1")]


def test_the_api_on_one_screen_names_every_status_that_refuses() -> None:
    page = (DOCS / "api.md").read_text()
    told = {
        int(status)
        for row in re.findall(r"(?m)^\| (\d{3}(?:, \d{3})*) \|", page)
        for status in row.split(", ")
    }

    for name in ("plans.agents.http_api.api", "plans.actions.waiting", "plans.security.rates"):
        import_module(name)
    inside = {status_of(kind.__new__(kind)) for kind in below(PlanError)}
    at_the_door = {kind.status for kind in below(DoorRefused)}
    # 405 is answered with what may be done, where nobody has read anything; 500 is nobody's to provoke.
    assert told == (inside | at_the_door) - {200, 405, 500}


def below[T](kind: type[T]) -> set[type[T]]:
    """List a kind of refusal and all kinds of it, without those that tests made."""
    found, todo = set(), [kind]
    while todo:
        one = todo.pop()
        found.add(one)
        todo += one.__subclasses__()
    return {one for one in found if one.__module__.startswith("plans.")}


def test_every_guide_fits_on_a_screen() -> None:
    for name in GUIDES:
        lines = (DOCS / f"{name}.md").read_text().splitlines()
        assert len(lines) <= 60
        assert max(map(len, lines)) <= 122
