"""Joins the style sheets, small files named after places, into the one that pages load."""

from __future__ import annotations

import sys
from pathlib import Path

SHEETS = (
    *("tokens", "fonts", "base", "shell", "board", "card", "drawer", "dialog", "plans", "forms"),
    *("notice", "print"),
)
"""In the order in which later ones may overrule earlier ones."""


def joined(folder: Path) -> str:
    """Give the one style sheet's text."""
    return "".join((folder / "css" / f"{name}.css").read_text(encoding="utf-8") for name in SHEETS)


def main() -> int:
    """Write ``planboard.css`` below the project's static folder."""
    folder = Path.cwd() / "static" / "plans"
    (folder / "planboard.css").write_text(joined(folder), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
