"""What arrives on standard input is strict JSON, or is refused where the sender waits."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import anyio
import pytest
from mcp_types import JSONRPCError

from plans.agents.mcp_server.strict_lines import StrictLines

if TYPE_CHECKING:
    from mcp.shared.message import SessionMessage

GOOD = b'{"jsonrpc":"2.0","id":1,"method":"ping"}\n'


async def read(data: bytes) -> tuple[list[str], list[JSONRPCError]]:
    refused: list[JSONRPCError] = []

    async def answer(message: SessionMessage) -> None:
        assert isinstance(message.message, JSONRPCError)
        refused.append(message.message)

    lines = StrictLines(anyio.wrap_file(BytesIO(data)))
    lines.answer = answer
    return [line async for line in lines], refused


async def test_messages_pass_as_they_are() -> None:
    assert await read(GOOD * 2) == ([GOOD.decode()] * 2, [])


@pytest.mark.parametrize(
    ("line", "id_", "why"),
    [
        (b'{"id":7,"params":{"a":1,"a":2}}', 7, "the key 'a' appears twice"),
        (b'{"id":"x","params":{"a":NaN}}', "x", "NaN is not a JSON number"),
        (b'{"id":8,"params":"\\ud800"}', 8, "half a character"),
        (b'{"id":9} trailing', None, "Extra data"),
        (b'{"id":"\xff"}', None, "is not UTF-8"),
        (b'{"id":1,"a":' + b"[" * 100 + b"]" * 100 + b"}", 1, "nested too deeply"),
    ],
)
async def test_what_two_programs_could_read_differently_is_refused(
    line: bytes, id_: int | str | None, why: str
) -> None:
    lines, (refused,) = await read(line + b"\n" + GOOD)

    assert lines == [GOOD.decode()]
    assert refused.id == id_
    assert why in refused.error.message
