"""Agents at the doors of a real board: the HTTP API, MCP, and commands as processes of their own."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests.torture.calling import PLAN
from tests.torture.log import Log
from tests.torture.readers import shown
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.torture.history import Doing

type Json = dict[str, object]
OWN = 4
"""Steps that each agent adds."""


class Refused(Exception):
    """What a door says when it refuses."""


class Door(Protocol):
    """One way in. Both raise Refused."""

    name: str

    def read(self) -> Json:
        """Read the plan."""

    def do(self, doing: Doing, number: int | None, sent: Json, expected: int | None) -> Json:
        """Change a step, or add one; gives the answer's values."""


def work(  # noqa: PLR0913 - what a process needs to know
    *, place: str, who: str, door: str, turns: int, seed: str, url: str, token: str
) -> None:
    """Work through a door for so many turns."""
    log, session = Log(Path(place) / "logs", who), f"session-{who}"
    opened = {"api": _api, "mcp": _mcp, "cli": _cli}[door]
    with opened(url, token, session) as way:
        worker = Worker(way, log, session, random.Random(seed))  # noqa: S311 - to be repeated, no secret
        for _ in range(turns):
            worker.turn()


class Worker:
    """An agent that reads, adds steps, works on them, and races for the prizes."""

    def __init__(self, door: Door, log: Log, session: str, chance: random.Random) -> None:
        self._door, self._log, self._session, self._chance = door, log, session, chance

    def turn(self) -> None:
        """Read, and do something from what was read."""
        plan = self._read()
        steps: list[Json] = plan["steps"] if plan is not None else []  # type: ignore[assignment]
        mine = [step for step in steps if step["created_by"] == f"session:{self._session}"]
        prizes = [step for step in steps if str(step["title"]).startswith("prize")]
        if len(mine) < OWN:
            self._add()
        elif self._chance.random() < 0.4 and prizes:
            self._race(self._chance.choice(prizes))
        else:
            self._go_on(self._chance.choice(mine))

    def _add(self) -> None:
        title = f"{self._session} {self._log.count}"
        self._do("add", None, title=title, sent={"title": title})

    def _race(self, step: Json) -> None:
        mine = step["owner"] == self._session
        self._do("release" if mine else "claim", step)

    def _go_on(self, step: Json) -> None:
        notes = f"{self._log.who} {self._log.count}"
        if step["status"] == "pending" and self._chance.random() < 0.5:
            self._do("claim", step)
        elif step["status"] == "in_progress" and self._chance.random() < 0.3:
            self._do("complete", step)
        else:
            self._do("edit", step, sent={"notes": notes}, expected=int(str(step["revision"])))

    def _read(self) -> Json | None:
        number = self._log.asked(doing="read", door=self._door.name)
        try:
            plan = self._door.read()
        except Refused as refused:
            self._log.answered(number, outcome="refused", why=str(refused))
            return None
        self._log.answered(number, outcome="done", rev=plan["revision"], saw=shown(plan))
        return plan

    def _do(
        self,
        doing: Doing,
        step: Json | None,
        *,
        title: str = "",
        sent: dict[str, str] | None = None,
        expected: int | None = None,
    ) -> None:
        number = int(str(step["number"])) if step is not None else None
        call = self._log.asked(
            doing=doing,
            by=f"session:{self._session}",
            title=title or str((step or {}).get("title")),
            step=number,
            guarded=expected is not None,
            expected=expected,
            sent=sent or {},
            door=self._door.name,
        )
        try:
            answer = self._door.do(doing, number, dict(sent or {}), expected)
        except Refused as refused:
            self._log.answered(call, outcome="refused", code=str(refused))
            return
        self._log.answered(call, outcome="done", rev=answer["revision"])


class _Api:
    name = "api"

    def __init__(self, url: str, token: str, session: str) -> None:
        self._plan = f"{url}/api/v1/plans/{PLAN}"
        self._headers = {"Authorization": f"Bearer {token}", "X-Planboard-Session": session}
        self._headers["Content-Type"] = "application/json"

    def read(self) -> Json:
        plan: Json = self._ask("GET", self._plan)["plan"]  # type: ignore[assignment]
        return plan

    def do(self, doing: Doing, number: int | None, sent: Json, expected: int | None) -> Json:
        headers = {} if expected is None else {"If-Match": f'"{expected}"'}
        if number is None:
            return self._ask("POST", f"{self._plan}/steps", sent)
        if doing == "edit":
            return self._ask("PATCH", f"{self._plan}/steps/{number}", sent, **headers)
        return self._ask("POST", f"{self._plan}/steps/{number}/{doing}", sent)

    def _ask(self, method: str, url: str, sent: Json | None = None, **headers: str) -> Json:
        body = None if sent is None else json.dumps(sent).encode()
        asked = Request(url, data=body, method=method, headers=self._headers | headers)
        try:
            with urlopen(asked, timeout=PATIENCE) as answer:
                value: Json = json.load(answer)
        except HTTPError as error:
            with error:
                said = json.load(error)["error"]
            raise Refused(said["code"]) from None
        return value


@contextmanager
def _api(url: str, token: str, session: str) -> Iterator[Door]:
    yield _Api(url, token, session)


class _Cli:
    """Commands beside the board; ``url`` is the root's folder here."""

    name = "command"

    def __init__(self, root: str, session: str) -> None:
        self._session = session
        self._variables = os.environ | {"PLANBOARD_ROOT": root, "PLANBOARD_HOME": f"{root}/../home"}
        self._variables["PLANBOARD_SOURCES"] = "none"

    def read(self) -> Json:
        plan: Json = self._run("plan", "show", PLAN)["plan"]  # type: ignore[assignment]
        return plan

    def do(self, doing: Doing, number: int | None, sent: Json, expected: int | None) -> Json:
        words = ["step", doing, PLAN, *([] if number is None else [str(number)])]
        words += [part for name, value in sent.items() for part in (f"--{name}", str(value))]
        words += [] if expected is None else ["--revision", str(expected)]
        return self._run(*words, "--as", self._session)

    def _run(self, *words: str) -> Json:
        command = [sys.executable, "-m", "plans.agents.cli", *words, "--json"]
        done = subprocess.run(
            command, env=self._variables, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        if done.returncode != 0:
            raise Refused(json.loads(done.stderr.splitlines()[-1])["error"]["code"])
        value: Json = json.loads(done.stdout)
        return value


@contextmanager
def _cli(url: str, token: str, session: str) -> Iterator[Door]:  # noqa: ARG001 - a command needs no token
    yield _Cli(url, session)


class _Mcp:
    name = "mcp"
    _TOOLS = {  # noqa: RUF012 - never changed
        "add": "add_step",
        "claim": "claim_step",
        "release": "release_step",
        "complete": "complete_step",
        "edit": "update_step",
    }

    def __init__(self, call: Caller) -> None:
        self._call = call

    def read(self) -> Json:
        return self._call("list_steps", {"namespace": PLAN, "details": True})

    def do(self, doing: Doing, number: int | None, sent: Json, expected: int | None) -> Json:
        on: Json = {"namespace": PLAN} | ({} if number is None else {"number": number})
        revision: Json = {} if expected is None else {"revision": expected}
        return self._call(self._TOOLS[doing], on | sent | revision)


class Caller(Protocol):
    """Calls a tool; raises Refused."""

    def __call__(self, tool: str, sent: Json, /) -> Json:
        """Give the tool's values."""


@contextmanager
def _mcp(url: str, token: str, session: str) -> Iterator[Door]:
    from tests.torture.mcp_client import connected  # noqa: PLC0415 - only this process needs the client

    with connected(url, token, session) as call:
        yield _Mcp(call)


def follow_mirror(*, place: str, who: str) -> None:
    """Read the mirror's rows again and again, until killed."""
    from tests.torture.mirror import read_mirror  # noqa: PLC0415 - only this process needs it

    log = Log(Path(place) / "logs", who)
    while True:
        number = log.asked(doing="read", door="mirror")
        revision, saw = read_mirror(Path(place) / "home" / "board.sqlite3")
        log.answered(number, outcome="done" if saw else "same", rev=revision if saw else None, saw=saw)
        time.sleep(0.04)
