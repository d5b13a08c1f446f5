"""What to type so that a first plan appears on this board."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

import msgspec

from plans.environment import DEFAULT_ROOT

if TYPE_CHECKING:
    from plans.environment import Environment


class FirstLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line for a terminal."""

    said: str
    command: str


def first_lines(here: Environment) -> tuple[FirstLine, ...]:
    """Give three lines that work for this board's own folder of plans."""
    usual = here.root_folder == os.path.expanduser(DEFAULT_ROOT)  # noqa: PTH111 - as the settings read it
    root = "" if usual else f" PLANBOARD_ROOT={shlex.quote(here.root_folder)}"
    where = "Say which session this is" + ("" if usual else ", and where the plans are")
    return (
        FirstLine(said=where, command=f"export PLANBOARD_SESSION=session-abc{root}"),
        FirstLine(said="Share a plan", command='planboard plan create team.first --title "First plan"'),
        FirstLine(said="Add its first step", command='planboard step add team.first --title "First step"'),
    )
