"""Somebody who keeps a board for others and types off docs/operating.md, at paths of the test's own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.acceptance.board_process import Board
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE: Final = Path(__file__).parents[2] / "docs" / "operating.md"
_BLOCK: Final = re.compile(r"(?ms)^```(\w+)\n(.*?)^```")
# These would change the machine of the test, or need one with systemd: that they are asked for is enough.
_NOT_HERE: Final = ("groupadd", "useradd", "usermod", "install", "ln", "systemctl", "git", "make")
_SUDO: Final = '[ "$1" = -u ] && shift 2\nexec "$@"\n'


PASSWORD: Final = "correct horse battery staple\n"


class Keeper:
    """A shell in which the page's paths mean those of a test's board."""

    def __init__(self, place: Path) -> None:
        self.board = Board(place)
        self.backup, self.asked = place / "backup", place / "asked"
        self._tools = place / "tools"
        self._tools.mkdir()
        for name in _NOT_HERE:
            self._tool(name, f'echo "{name} $*" >> {self.asked}\n')
        self._tool("sudo", _SUDO)
        self._bin = Path(sys.executable).parent
        path = os.pathsep.join([str(self._tools), str(self._bin), os.environ["PATH"]])
        self.environment = self.board.environment | {"HOME": str(place), "PATH": path, "USER": "ana"}

    def here(self, text: str) -> str:
        """Put the test's paths and port in the place of the page's."""
        board = self.board
        for written, meant in (
            ("/srv/plans", board.root),
            ("/var/lib/planboard", board.home),
            ("/var/backups/planboard", self.backup),
            ("/opt/planboard/.venv/bin", self._bin),
            ("127.0.0.1:8765", f"127.0.0.1:{board.port}"),
        ):
            text = text.replace(written, str(meant))
        return text

    def types(self, text: str) -> str:
        """Run commands that all must succeed; gives what they print."""
        done = subprocess.run(
            ["sh", "-ec", self.here(text)],
            env=self.environment,
            cwd=self.environment["HOME"],
            input=PASSWORD,
            capture_output=True,
            text=True,
            timeout=2 * PATIENCE,  # many commands one after the other
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def has_asked(self) -> list[str]:
        """Tell what would have been done to the machine."""
        lines = self.asked.read_text().splitlines()
        self.asked.write_text("")
        return lines

    def _tool(self, name: str, script: str) -> None:
        path = self._tools / name
        path.write_text(f"#!/bin/sh\n{script}")
        path.chmod(0o700)


def blocks(language: str) -> list[str]:
    """Give the page's blocks of a language, in their order."""
    return [text for found, text in _BLOCK.findall(PAGE.read_text()) if found == language]


def settings(*, with_people: bool = False) -> Iterator[tuple[str, str]]:
    """Give the settings that the page writes into its file; also those for a proxy that knows the people."""
    for block in blocks("ini"):
        if "PROXY_HEADER" in block and not with_people:
            continue
        yield from re.findall(r"(?m)^(PLANBOARD_[A-Z_]+)=(.*)$", block)
