"""A root and a home, and what the doctor says of them."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from tests.command import say

if TYPE_CHECKING:
    from pathlib import Path

type Finding = dict[str, str]


@dataclass(frozen=True)
class Patient:
    """Where one board's files are."""

    root: Path
    home: Path

    @property
    def variables(self) -> dict[str, str]:
        return {
            "PLANBOARD_ROOT": str(self.root),
            "PLANBOARD_HOME": str(self.home),
            "PLANBOARD_SOURCES": "none",
        }

    def plan(self, namespace: str = "work") -> Path:
        """Make a plan; gives its folder."""
        said = say(
            "plan", "create", namespace, "--from", "-", variables=self.variables, sent=b"- build\n- ship\n"
        )
        assert said.code == 0, said
        return self.root / namespace

    def examined(self, *words: str, **settings: str) -> tuple[int, list[Finding]]:
        """Give the exit code and everything that was found."""
        said = say("doctor", "--json", *words, variables=self.variables | settings)
        assert not said.err, said
        findings: list[Finding] = json.loads(said.out)["findings"]
        return said.code, findings

    def troubles(self, *words: str, **settings: str) -> list[Finding]:
        """Give what is not well here, whatever the machine of the test lacks."""
        found = [each for each in self.examined(*words, **settings)[1] if each["level"] != "ok"]
        return [each for each in found if (each["topic"], each["advice"]) not in self.machine]

    @cached_property
    def machine(self) -> set[tuple[str, str]]:
        """What is not well on this machine before anything happens to the patient."""
        return {
            (each["topic"], each["advice"]) for each in self.examined("--quick")[1] if each["level"] != "ok"
        }

    def trouble(self, *words: str, **settings: str) -> Finding:
        """Give the one thing that is not well."""
        (found,) = self.troubles(*words, **settings)
        return found

    def treat(self, found: Finding) -> None:
        """Type the command that was advised."""
        subprocess.run(["sh", "-ec", found["command"]], check=True, env=os.environ | self.variables)

    def everything(self) -> dict[str, tuple[int, int, int]]:
        """Note every file with its mode, size and time."""
        facts = ((path, path.lstat()) for top in (self.root, self.home) for path in [top, *top.rglob("*")])
        return {str(path): (found.st_mode, found.st_size, found.st_mtime_ns) for path, found in facts}
