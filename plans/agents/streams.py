"""What a command is given to read and write, in whatever state it is: closed, full, of another encoding."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO


def open_closed() -> None:
    """Open what the caller closed (``>&-``) on nothing: else a plan's file would get that number."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            opened = os.open(os.devnull, os.O_RDONLY if number == 0 else os.O_WRONLY)
            os.dup2(opened, number)
            if opened != number:
                os.close(opened)
            setattr(sys, name, open(number, "r" if number == 0 else "w", encoding="utf-8"))  # noqa: PTH123, SIM115


def speak_utf8(*, as_json: bool) -> None:
    """JSON is UTF-8 whatever the locale; text that the terminal cannot show is escaped."""
    import io  # noqa: PLC0415

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8" if as_json else None, errors="backslashreplace")


def tell(words: str) -> None:
    """Write a line to stderr; where nobody can read it, how the command ends has to say it."""
    try:
        sys.stderr.write(words + "\n")
        sys.stderr.flush()
    except OSError:
        silence(sys.stderr)


def silence(stream: TextIO) -> None:
    """Let go what could not be written: at the end Python would try again, and end in another way."""
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
