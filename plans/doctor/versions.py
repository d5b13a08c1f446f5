"""Which versions run here: too old ones, and those with known holes that were closed later."""

from __future__ import annotations

import platform
import re
import sqlite3
import sys
from importlib import metadata
from typing import TYPE_CHECKING, Final

from plans.doctor.finding import broken, shell, well

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plans.doctor.finding import Finding
    from plans.doctor.place import Place

_PYTHON: Final = (3, 12)
_SQLITE: Final = (3, 37)
"""The oldest that Django takes."""
_HOLES: Final = {
    "daphne": "before it, one message of a socket could fill the memory (CVE-2026-44545)",
    "autobahn": "before it, one message of a socket could fill the memory (CVE-2026-116579)",
    "filelock": "older ones have had races and followed links",
}
_SHOWN: Final = ("django", "channels", "daphne", "autobahn")
_REQUIREMENT: Final = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?\s*([^;]*)(;.*)?")


def versions(_place: Place) -> Iterator[Finding]:
    """Compare what is installed with what this version of the board needs."""
    bad = list(_bad())
    yield from bad
    if not bad:
        named = ", ".join(f"{name} {metadata.version(name)}" for name in _SHOWN)
        yield well(
            "versions",
            f"planboard {metadata.version('planboard')}, Python {platform.python_version()}, "
            f"SQLite {sqlite3.sqlite_version}, {named}",
        )


def _bad() -> Iterator[Finding]:
    if sys.version_info < _PYTHON:
        do = "Install a newer Python and make the environment again."
        yield broken("versions", f"Python {platform.python_version()} is older than 3.12", do=do)
    if sqlite3.sqlite_version_info < _SQLITE:
        do = "Use a Python that was built with a newer SQLite, or PostgreSQL: PLANBOARD_DATABASE_URL."
        yield broken("versions", f"SQLite {sqlite3.sqlite_version} is older than 3.37", do=do)
    for name, least in wanted(metadata.requires("planboard") or []).items():
        yield from _package(name, least)


def wanted(requirements: list[str]) -> dict[str, str]:
    """Give the oldest versions that may be used, without what is for other systems or is optional."""
    found: dict[str, str] = {}
    for text in requirements:
        parts = _REQUIREMENT.match(text)
        if parts is None or _is_elsewhere(parts[3] or ""):
            continue
        least = re.search(r">=\s*([0-9.]+)", parts[2])
        found[parts[1].lower()] = least[1] if least else "0"
    return found


def _is_elsewhere(marker: str) -> bool:
    if "extra ==" in marker:
        return True
    for sign, is_other in (("==", sys.platform != "linux"), ("!=", sys.platform == "linux")):
        if f"sys_platform {sign}" in marker:
            return is_other
    return False


def _package(name: str, least: str) -> Iterator[Finding]:
    command = shell(sys.executable, "-m", "pip", "install", f"{name}>={least}")
    try:
        found = metadata.version(name)
    except metadata.PackageNotFoundError:
        do = "Install the board again."
        yield broken("versions", f"{name} is not installed", do=do, command=command)
        return
    if numbers(found) < numbers(least):
        why = f"; {_HOLES[name]}" if name in _HOLES else ""
        yield broken(
            "versions", f"{name} {found} is older than {least}{why}", do="Update it.", command=command
        )


def numbers(text: str) -> tuple[int, ...]:
    """Read a version as far as it is numbers: ``5.2rc1`` is ``(5, 2)``."""
    return tuple(int(part) for part in re.match(r"[0-9.]*", text)[0].split(".") if part)  # type: ignore[index]
