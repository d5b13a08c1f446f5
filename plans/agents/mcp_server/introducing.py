"""Who is at the other end: the name of the program that speaks to us, for the people who look at sessions."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from plans.domain.errors import PlanError

if TYPE_CHECKING:
    from mcp.server.context import ServerRequestContext

    from plans.agents.mcp_server.caller import Caller

_NAME_CHARACTERS: Final = 40


def program_of(context: ServerRequestContext[Any, Any]) -> str:
    """Give the name of the client program, in characters that every screen shows; "" if it says none."""
    params = context.session.client_params
    told = params.client_info.name if params is not None else ""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "-" for c in told)
    return plain.strip("-")[:_NAME_CHARACTERS]


def introduce(caller: Caller, program: str) -> None:
    """Note once that a session is at work, and in which program."""
    if caller.seen.is_introduced:
        return
    caller.seen.is_introduced = True
    with suppress(PlanError):  # what it came for is done, and has said what is wrong
        caller.desk.sessions.beat(caller.by.name, agent=program, pid=caller.pid)
