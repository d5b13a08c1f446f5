"""Standard input line by line: what is not strict JSON is refused here, as at every other door."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mcp.shared.message import SessionMessage
from mcp_types import PARSE_ERROR, ErrorData, JSONRPCError

from plans.actions import wire
from plans.actions.strict_json import read_json
from plans.domain.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    import anyio

    type Answer = Callable[[SessionMessage], Awaitable[None]]


class StrictLines:
    """The lines of a stream, as the SDK reads them; ``answer`` is where refusals go, once it is known."""

    def __init__(self, stream: anyio.AsyncFile[bytes]) -> None:
        self.answer: Answer | None = None
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[str]:
        async for line in self._stream:
            try:
                read_json(line, what="The message")
            except PlanError as refused:
                await self._refuse(refused, line)
            else:
                yield line.decode()

    async def _refuse(self, refused: PlanError, line: bytes) -> None:
        error = ErrorData(
            code=PARSE_ERROR,
            message=f"{refused.message.rstrip('.')}. {refused.advice}",
            data=wire.refusal_json(refused),
        )
        if self.answer is not None:
            await self.answer(SessionMessage(JSONRPCError(jsonrpc="2.0", id=_id(line), error=error)))


def _id(line: bytes) -> int | str | None:
    """Give the id of a message as far as it can be read: the sender waits for an answer to it."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    named = found.get("id") if isinstance(found, dict) else None
    return named if isinstance(named, int | str) else None
