"""Who sits at the terminal, in the words of the audit log; no Django here."""

from __future__ import annotations

import os


def who_is_here() -> str:
    """Give ``terminal:ada``; a user whom the machine knows by number only (in a container) is that number."""
    from getpass import getuser  # noqa: PLC0415 - start-up time of commands that note nothing

    try:
        return f"terminal:{getuser()}"
    except (KeyError, OSError):
        return f"terminal:uid-{os.getuid()}"
