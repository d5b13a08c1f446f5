"""The number of the request that is being answered: on the answer, in the log, on the page of an error."""

from __future__ import annotations

import re
import secrets
from contextvars import ContextVar
from typing import Final

HEADER: Final = b"x-request-id"
_BYTES: Final = 5
_GIVEN: Final = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_NUMBER: Final[ContextVar[str]] = ContextVar("request number", default="")


def number_of(given: bytes | None) -> str:
    """Take the number that a proxy gave the request, where it is one, or make one."""
    if given is not None and _GIVEN.fullmatch(given):
        return given.decode()
    return secrets.token_hex(_BYTES).upper()


def remember(number: str) -> None:
    """Let everything that this request does know its number."""
    _NUMBER.set(number)


def current() -> str:
    """Give the number of the request that is being answered; empty where there is none."""
    return _NUMBER.get()
