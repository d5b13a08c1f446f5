"""How a board's folders lie to each other: the secrets are in none that others use; no Django here."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from plans.security.home import HomeFault

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def folder_faults(*, home: str, root: str, files: Sequence[str]) -> Iterator[HomeFault]:
    """Say what is wrong with where the settings put the secrets, the plans and agents' files."""
    if _is_within(home, root):
        message = f"{home}, where the board's secrets are, is in the folder of the plans, {root}."
        yield HomeFault(message=message, advice="Set PLANBOARD_HOME to a folder outside of it.")
    for folder in files:
        if not os.path.isdir(folder):  # noqa: PTH112 - these are texts
            message = f"PLANBOARD_FILE_ROOTS names {folder}, which is no folder."
            yield HomeFault(message=message, advice="Name folders that are there, or leave it out.")
        elif _is_within(home, folder):
            message = f"PLANBOARD_FILE_ROOTS names {folder}, where the board's secrets are: {home}."
            yield HomeFault(message=message, advice="Name folders that hold nothing but files for agents.")


def _is_within(inner: str, outer: str) -> bool:
    """Tell whether a folder is another one or below it, wherever links lead."""
    found = os.path.realpath(outer)
    return os.path.commonpath((found, os.path.realpath(inner))) == found
