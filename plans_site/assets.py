"""The static files' address: it changes with their content, and with nothing else."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

LETTERS: Final = 12


def fingerprint(folder: Path) -> str:
    """Name the content of all files below a folder: the same on every machine that has the same ones."""
    digest = hashlib.sha256()
    for path in sorted(found for found in folder.rglob("*") if found.is_file()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:LETTERS]
