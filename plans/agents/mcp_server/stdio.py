"""The MCP server for one agent that started us: over standard input and output."""

from __future__ import annotations

import os
import secrets
import signal
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, cast

import anyio
from mcp.server.stdio import stdio_server

from plans.actions.waiting import BEAT_EVERY
from plans.agents.mcp_server.caller import Caller
from plans.agents.mcp_server.introducing import program_of
from plans.agents.mcp_server.server import PlanServer
from plans.agents.mcp_server.strict_lines import StrictLines
from plans.domain.actor import Actor, session
from plans.domain.errors import PlanError

if TYPE_CHECKING:
    from plans.actions.desk import Desk
    from plans.agents.mcp_server.files import FileRoots
    from plans.agents.mcp_server.server import Context

VOUCHED_SECONDS: Final = 30 * 60.0


def serve(desk: Desk, *, session_id: str | None, namespace: str | None, files: FileRoots) -> None:
    """Serve until the other end closes standard input."""
    agent = ConnectedAgent(desk, session_id=session_id, namespace=namespace, files=files)
    server = PlanServer(agent.caller).build()

    async def run() -> None:
        lines = StrictLines(anyio.wrap_file(sys.stdin.buffer))
        async with (
            stdio_server(stdin=cast("Any", lines)) as (incoming, outgoing),
            anyio.create_task_group() as group,
        ):
            lines.answer = outgoing.send
            group.start_soon(agent.vouch)
            await server.run(incoming, outgoing, server.create_initialization_options())
            group.cancel_scope.cancel()

    # Standard input is read by a thread that nothing can wake: Ctrl+C ends the process as it is, which
    # harms no plan.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # The agent may be gone while an answer is on its way to it.
    with suppress(BrokenPipeError):
        anyio.run(run)


class ConnectedAgent:
    """The one at the other end; without a name of its own it gets one from its program's."""

    def __init__(
        self, desk: Desk, *, session_id: str | None, namespace: str | None, files: FileRoots
    ) -> None:
        self._desk, self._namespace, self._files = desk, namespace, files
        self._by = None if session_id is None else session(session_id)
        self._caller: Caller | None = None
        self._called_at = 0.0

    def caller(self, context: Context) -> Caller:
        """Give who calls; the same one from the first call on."""
        self._called_at = time.monotonic()
        if self._caller is None:
            self._caller = Caller(
                desk=self._desk,
                by=self._by or _named(program_of(context)),
                files=self._files,
                namespace=self._namespace,
                pid=os.getppid(),
            )
        return self._caller

    async def vouch(self) -> None:
        """Show life for a connected agent at work: its model cannot call us while its own tools run.

        Who calls nothing for half an hour is no longer vouched for, connected or not.
        """
        while True:
            await anyio.sleep(BEAT_EVERY)
            caller = self._caller
            if caller is None or not caller.seen.is_introduced:
                continue
            if time.monotonic() - self._called_at < VOUCHED_SECONDS:
                with suppress(PlanError):  # the next call says what is wrong
                    await anyio.to_thread.run_sync(caller.desk.sessions.beat, caller.by.name)


def _named(program: str) -> Actor:
    return session(f"{program or 'mcp'}-{secrets.token_hex(3)}")
