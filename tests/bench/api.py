"""What the HTTP API costs: against its parts in the same process, and with fifty agents at once."""

from __future__ import annotations

import http.client
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from tests.acceptance.board_process import Board
from tests.bench.timing import Figure, interleaved
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PLAN = "bench.api"
STEPS = 100
CLIENTS = 50
_PARTS = "the action + an empty ninja view"


def api(folder: Path, *, rounds: int, each: int) -> list[Figure]:
    """Measure reading, editing and claiming, and fifty clients that claim ``each`` so many steps at once.

    That must stay under what a session may write in a minute.
    """
    environment = os.environ | {
        "PLANBOARD_ROOT": str(folder / "parts" / "plans"),
        "PLANBOARD_HOME": str(folder / "parts" / "home"),
        "PLANBOARD_SOURCES": "none",
        "DJANGO_SETTINGS_MODULE": "plans_site.settings",
    }
    (folder / "parts").mkdir()
    command = [sys.executable, "-m", "tests.bench.api", str(rounds)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    pairs: dict[str, tuple[float, float]] = msgspec.json.decode(
        done.stdout, type=dict[str, tuple[float, float]]
    )
    found = [
        Figure(name=f"API, {STEPS} steps: {name}", floor_name=_PARTS, floor=floor, ours=ours, must=3)
        for name, (floor, ours) in pairs.items()
    ]
    return [*found, _crowd(folder / "crowd", each=each)]


def against_parts(root: Path, *, rounds: int) -> dict[str, tuple[float, float]]:
    """Run each request and its parts in turn, in a process that has settings; medians in ms by name."""
    import django  # noqa: PLC0415 - only this process has settings

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    root.mkdir(mode=0o700)
    from plans.actions import shaping, working  # noqa: PLC0415
    from plans.django_wiring import desk  # noqa: PLC0415
    from plans.domain.actor import session  # noqa: PLC0415
    from tests.bench.edits import filled  # noqa: PLC0415
    from tests.bench.empty_view import Pair  # noqa: PLC0415

    filled(root, STEPS, namespace=PLAN)
    pair, me = Pair(), session("agent-1")
    store = desk().store
    mine = shaping.add_step(desk(), PLAN, title="Mine", by=me).plan.steps[-1].number
    path = f"/plans/{PLAN}/steps"
    titles = (f"Title {number}" for number in range(10**9))

    def newest() -> int:
        return store.read(PLAN).plan.revision

    def edit() -> object:
        return shaping.edit_step(desk(), PLAN, mine, by=me, expected=newest(), title=next(titles))

    def claim() -> None:
        working.claim_step(desk(), PLAN, 1, by=me)
        working.release_step(desk(), PLAN, 1, by=me)

    def claim_by_api() -> None:
        pair.ask("POST", f"{path}/1/claim")
        pair.ask("POST", f"{path}/1/release")

    def edit_by_api() -> None:
        pair.ask("PATCH", f"{path}/{mine}", {"title": next(titles)}, match=newest())

    return {
        "read a step": interleaved(
            lambda: _each(pair.empty, newest), lambda: pair.ask("GET", f"{path}/1"), rounds=rounds
        ),
        "edit a step": interleaved(lambda: _each(pair.empty, edit), edit_by_api, rounds=rounds),
        "claim and release": interleaved(
            lambda: _each(pair.empty, pair.empty, claim), claim_by_api, rounds=rounds
        ),
    }


def _each(*deeds: Callable[[], object]) -> None:
    for deed in deeds:
        deed()


def _crowd(folder: Path, *, each: int) -> Figure:
    """Let fifty clients claim whatever is next, all at once, from one real board."""
    folder.mkdir()
    with Board(folder) as board:
        steps = [f"Step {number}" for number in range(CLIENTS * each)]
        board.ask("plan", "create", PLAN, "--from", "-", session="bench", stdin=json.dumps({"steps": steps}))
        made = board.ask("token", "create", "--session", "agent-*", "--plans", "*")
        times, claims = claim_all(board.port, str(made["token"]))
    twice = [step for step, count in claims.items() if count > 1]
    if twice or len(claims) != len(steps):
        message = f"claimed twice: {twice}; claimed: {len(claims)} of {len(steps)}"
        raise RuntimeError(message)
    times.sort()
    name = f"next, {CLIENTS} clients at once, no double claim: p99 against p50"
    return Figure(
        name=name,
        floor_name="p50",
        floor=statistics.median(times),
        ours=times[len(times) * 99 // 100],
        must=10,
    )


def claim_all(port: int, token: str) -> tuple[list[float], Counter[int]]:
    """Ask for the next step with every client until none is left; ms of each request, and the claims."""
    times: list[float] = []
    claims: Counter[int] = Counter()
    together = threading.Barrier(CLIENTS)

    def work(session: str) -> None:
        together.wait()
        for took, step in _claimed(port, token, session):
            times.append(took)
            claims.update([step] if step else [])

    threads = [threading.Thread(target=work, args=[f"agent-{number}"]) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times, claims


def _claimed(port: int, token: str, session: str) -> Iterator[tuple[float, int]]:
    """Claim until nothing is left; ms of each request, and the step (0: none)."""
    headers = {"Authorization": f"Bearer {token}", "X-Planboard-Session": session}
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        step: dict[str, int] | None = {}
        while step is not None:
            began = time.perf_counter()
            connection.request("POST", f"/api/v1/plans/{PLAN}/next", headers=headers)
            answer = connection.getresponse()
            body = answer.read()
            took = (time.perf_counter() - began) * 1000
            if answer.status != http.HTTPStatus.OK:
                raise RuntimeError(body.decode())
            step = json.loads(body)["step"]
            yield took, step["number"] if step else 0


if __name__ == "__main__":
    found = against_parts(Path(os.environ["PLANBOARD_ROOT"]), rounds=int(sys.argv[1]))
    sys.stdout.write(msgspec.json.encode(found).decode())
