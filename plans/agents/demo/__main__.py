"""The demo: a throw-away root, a board, and separate programs that work on three plans."""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from plans.agents.demo import peer, worker
from plans.agents.demo.scenes import AGENTS, PEER, PLANS, SPEAKS_MCP
from plans.environment import PREFIX, TEST_PREFIX

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PACE = 4.0
"""Seconds an agent takes for a piece of work."""
_END_WAIT = 5.0

type Process = subprocess.Popen[bytes]


def main(arguments: list[str]) -> int:
    """Run until interrupted; arguments go to ``planboard up``. Returns its exit code."""
    _, arguments = _parser().parse_known_args(arguments)
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, lambda *_: sys.exit(0))  # the processes below are ended on the way out
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="planboard-demo-")))
        root, home = folder / "plans", folder / "home"
        root.mkdir(mode=0o700)
        home.mkdir(mode=0o700)
        ours = {"PLANBOARD_ROOT": str(root), "PLANBOARD_HOME": str(home), "PLANBOARD_SOURCES": "none"}
        environment = without_settings(os.environ) | ours
        for namespace, plan in PLANS.items():
            create(namespace, plan, environment)
        board = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "plans.agents.cli", "up", *arguments], env=environment
        )
        stack.callback(end, board)
        for process in agents(root, environment):
            stack.callback(end_with_its_commands, process)
        print(
            "Five agents, one of them over MCP, and another program work on three plans. End with Ctrl+C.",
            flush=True,
        )
        return wait(board)


def _parser() -> argparse.ArgumentParser:
    return argparse.ArgumentParser(
        prog="python -m plans.agents.demo",
        description="A board on a throw-away root where five agent processes and another program work on"
        " three plans, block, and wait for your approval. Ctrl+C ends it and removes everything.",
        epilog="Further options go to `planboard up`, such as --port 9000; `planboard up --help` lists them.",
        allow_abbrev=False,
    )


def without_settings(variables: Mapping[str, str]) -> dict[str, str]:
    """Leave out what is meant for another board: its database would be filled with the demo's plans."""
    kept = (name for name in variables if not name.startswith(PREFIX) or name.startswith(TEST_PREFIX))
    return {name: variables[name] for name in kept}


def create(namespace: str, plan: Mapping[str, object], environment: dict[str, str]) -> None:
    """Create a plan by the command line."""
    command = [sys.executable, "-m", "plans.agents.cli", "plan", "create", namespace, "--from", "-"]
    text = json.dumps(plan).encode()
    subprocess.run([*command, "--as", "demo"], input=text, env=environment, check=True)  # noqa: S603


def agents(root: Path, environment: dict[str, str]) -> list[Process]:
    """Start the agents and the peer, each a process of its own."""
    commands = [agent(name, plans, dies_on=step) for name, plans, step in AGENTS]
    session, namespace = PEER
    commands.append([peer.__file__, str(root / namespace), session, str(PACE * 2)])
    return [
        subprocess.Popen([sys.executable, *words], env=environment, start_new_session=True)  # noqa: S603
        for words in commands
    ]


def agent(name: str, plans: Sequence[str], *, dies_on: int) -> list[str]:
    """Give the words that start an agent: one speaks MCP, the others run commands."""
    if name == SPEAKS_MCP:
        return [str(Path(worker.__file__).with_name("mcp_worker.py")), name, *plans, "--pace", str(PACE)]
    return [worker.__file__, name, *plans, "--pace", str(PACE), f"--dies-on={dies_on}"]


def wait(board: Process) -> int:
    """Wait for the board to end, by itself or by Ctrl+C."""
    while True:
        try:
            return board.wait()
        except KeyboardInterrupt:
            board.terminate()


def end(process: Process) -> None:
    """End a process kindly, then surely."""
    if process.poll() is None:
        process.terminate()
    deadline = time.monotonic() + _END_WAIT
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    if process.poll() is None:
        process.kill()
        process.wait()


def end_with_its_commands(process: Process) -> None:
    """End a program and the command it waits for, which would still write while the folder is removed."""
    end(process)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:  # before the board was there to wait for
        sys.exit(130)
