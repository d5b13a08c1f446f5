"""Fail when no test ran against one of the real engines, whatever the reason."""

import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

ENGINES = ("browser", "redis", "postgres", "nginx", "caddy")


def ran(report: Path) -> Counter[str]:
    """Count the passed tests of each engine in a JUnit report of our own test run."""
    counts: Counter[str] = Counter()
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 - written by our own pytest
        if case.find("skipped") is None:
            counts.update(found.get("value", "") for found in case.iter("property") if is_engine(found))
    return counts


def is_engine(found: ET.Element) -> bool:
    """Recognise the note that tests/conftest.py leaves."""
    return found.get("name") == "engine"


if __name__ == "__main__":
    counts = ran(Path(sys.argv[1]))
    sys.stdout.write(", ".join(f"{counts[engine]} tests with {engine}" for engine in ENGINES) + "\n")
    if absent := [engine for engine in ENGINES if not counts[engine]]:
        sys.exit(f"No test ran with {' and '.join(absent)}.")
