"""Frames of RFC 6455 as a server sends them: whole, and unmasked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from asyncio import StreamReader

_TEXT = 1
_LENGTHS = {126: 2, 127: 8}


class Frame(NamedTuple):
    """One frame, and its bytes on the line."""

    opcode: int
    raw: bytes

    @property
    def is_text(self) -> bool:
        return self.opcode == _TEXT


async def read_frame(reader: StreamReader) -> Frame:
    """Read the next one; raises EOFError when there is none any more."""
    head = await reader.readexactly(2)
    length = head[1] & 0x7F
    extended = await reader.readexactly(_LENGTHS.get(length, 0))
    if extended:
        length = int.from_bytes(extended)
    return Frame(head[0] & 0x0F, head + extended + await reader.readexactly(length))
