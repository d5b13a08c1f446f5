"""The tests marked ``torture``, at full length, with a bar."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.torture.bar import Bar

if TYPE_CHECKING:
    from collections.abc import Sequence

_DONE = re.compile(r"\[ *(\d+)%\] (PASSED|FAILED|ERROR|SKIPPED) (\S+)")
_ENDED = re.compile(r"^=+ .*(FAILURES|ERRORS|short test summary|passed|failed).* =+$")


def run_long_tests(words: Sequence[str]) -> int:
    """Run them, two at a time; gives what pytest gives, and prints what it says of failures."""
    command = [sys.executable, "-m", "pytest", "-v", "--numprocesses=2", "--dist=load", "--timeout=14400"]
    command += ["-m", "torture or shows", *words]
    environment = os.environ | {"PLANBOARD_TEST_TORTURE": "1"}
    ended = False
    with (
        Bar("Tests") as bar,
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            ended = ended or _ENDED.match(line) is not None
            if ended:
                sys.stdout.write(line)
            elif done := _DONE.search(line):
                bar.tell(int(done[1]) / 100, done[3])
    return process.returncode
