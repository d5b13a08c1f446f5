"""Screens as axe sees them: what it finds, and whether they scroll sideways."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page


RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
_SIDEWAYS = "() => document.documentElement.scrollWidth - innerWidth"
_RUN = (
    "rules => axe.run({runOnly: {type: 'tag', values: rules}, resultTypes: ['violations'], preload: false})"
)


class Examined:
    """What axe found, by screen."""

    def __init__(self) -> None:
        self.found: dict[str, list[str]] = {}
        self.screens = 0

    def look(self, page: Page, screen: str) -> None:
        """Run axe on the page as it is now, and see whether it is wider than its window."""
        page.wait_for_load_state()
        if (over := page.evaluate(_SIDEWAYS)) > 0:
            self.found.setdefault(screen, []).append(f"scrolls sideways by {over} px")
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE)
        for violation in page.evaluate(_RUN, RULES)["violations"]:
            where = [f"{node['target']} {node['failureSummary']}" for node in violation["nodes"][:5]]
            self.found.setdefault(screen, []).append(f"{violation['id']}: {where}")
        self.screens += 1
