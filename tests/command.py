"""One command of the command line, run in this process: for what a test prepares and reads beside its point.

A process of its own takes two hundred times as long to start as the command to run. Where the process is
the point (it is killed, it waits, it races, its exit is judged), a test starts one.
"""

from __future__ import annotations

import io
import os
import sys
import threading
from typing import TYPE_CHECKING, NamedTuple
from unittest.mock import patch

from plans.agents.cli import main

if TYPE_CHECKING:
    from collections.abc import Mapping

# Standard streams and the environment belong to the whole process.
_ONE_AT_A_TIME = threading.Lock()


class Said(NamedTuple):
    """How a command ended, and what it wrote."""

    code: int
    out: bytes
    err: bytes


def say(*words: str, variables: Mapping[str, str], sent: bytes = b"") -> Said:
    """Run a command to its end with these ``PLANBOARD_…`` variables and no others."""
    stdin, stdout, stderr = _stream(sent), _stream(), _stream()
    ours = {name: text for name, text in variables.items() if name.startswith("PLANBOARD_")}
    with (
        _ONE_AT_A_TIME,
        patch.dict(os.environ, _kept() | ours, clear=True),
        patch.multiple(sys, stdin=stdin, stdout=stdout, stderr=stderr),
    ):
        code = _code(list(words))
    return Said(code, _written(stdout), _written(stderr))


def _kept() -> dict[str, str]:
    return {name: text for name, text in os.environ.items() if not name.startswith("PLANBOARD_")}


def _code(words: list[str]) -> int:
    try:
        return main(words)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1


def _stream(data: bytes = b"") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline="\n", write_through=True)


def _written(stream: io.TextIOWrapper) -> bytes:
    stream.flush()
    written: bytes = stream.buffer.getvalue()  # type: ignore[attr-defined]
    return written
