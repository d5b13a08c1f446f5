"""Every test of the security suite has been seen red, and is again by one command (see weakened.py)."""

import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.security import weakened

SUITE = Path(__file__).parent / "suite"
PROJECT = Path(__file__).parents[2]


def outcomes(tmp_path: Path, weakening: weakened.Weakening) -> dict[str, bool]:
    """Run the tests that must notice against the weakened build; tells which of them failed."""
    report = tmp_path / "report.xml"
    run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", str(SUITE)]
    subprocess.run(
        [*run, "-k", " or ".join(weakening.red)],
        cwd=PROJECT,
        env={**os.environ, weakened.VARIABLE: weakening.name, "PLANBOARD_TEST_FIGURES": ""},
        capture_output=True,
        check=False,
    )
    found = dict.fromkeys(weakening.red, False)
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 - written by our own pytest
        name = case.get("name", "").partition("[")[0]
        found[name] |= case.find("failure") is not None
    return found


def test_every_test_of_the_suite_has_a_build_in_which_it_must_fail() -> None:
    tests = {
        name for path in SUITE.glob("test_*.py") for name in re.findall(r"def (test_\w+)", path.read_text())
    }
    assert tests == {name for weakening in weakened.ALL for name in weakening.red}


@pytest.mark.torture
@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif("PLANBOARD_TEST_TORTURE" not in os.environ, reason="each starts a pytest of its own")
@pytest.mark.parametrize("weakening", weakened.ALL, ids=lambda weakening: weakening.name)
def test_without_its_defence_a_build_fails_the_tests_about_it(
    tmp_path: Path, weakening: weakened.Weakening
) -> None:
    assert outcomes(tmp_path, weakening) == dict.fromkeys(weakening.red, True)
