"""Every test of the security suite has been seen red, and is again by one command (see weakened.py)."""

import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.security import weakened, weakened_log
from tests.security.weakening import SUITE, Weakening

TESTS = Path(__file__).parents[1]


def outcomes(tmp_path: Path, weakening: Weakening) -> dict[str, bool]:
    """Run the tests that must notice against the weakened build; tells which of them failed."""
    report = tmp_path / "report.xml"
    place = str(TESTS / weakening.place)
    run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", place]
    subprocess.run(
        [*run, "-k", " or ".join(weakening.red)],
        cwd=TESTS.parent,
        env={**os.environ, weakened.VARIABLE: weakening.name, "PLANBOARD_TEST_FIGURES": ""},
        capture_output=True,
        check=False,
    )
    found = dict.fromkeys(weakening.red, False)
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 - written by our own pytest
        name = case.get("name", "").partition("[")[0]
        found[name] |= case.find("failure") is not None
    return found


@pytest.mark.parametrize("place", [SUITE, *weakened_log.PLACES])
def test_every_test_has_a_build_in_which_it_must_fail(place: str) -> None:
    files = (TESTS / place).glob("test_*.py") if place == SUITE else [TESTS / place]
    tests = {
        name for path in files for name in re.findall(r"(?m)^(?:async )?def (test_\w+)", path.read_text())
    }
    builds = [weakening for weakening in weakened.ALL if weakening.place == place]
    assert tests == {name for weakening in builds for name in weakening.red}


def test_no_two_builds_have_one_name() -> None:
    assert len(weakened.BY_NAME) == len(weakened.ALL)


@pytest.mark.torture
@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif("PLANBOARD_TEST_TORTURE" not in os.environ, reason="each starts a pytest of its own")
@pytest.mark.parametrize("weakening", weakened.ALL, ids=lambda weakening: weakening.name)
def test_without_its_defence_a_build_fails_the_tests_about_it(tmp_path: Path, weakening: Weakening) -> None:
    assert outcomes(tmp_path, weakening) == dict.fromkeys(weakening.red, True)
