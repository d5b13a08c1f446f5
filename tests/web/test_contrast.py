"""Colours can be told apart: every pair of tokens that meet reaches WCAG AA, in both themes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "static" / "plans" / "css" / "tokens.css"
TOKENS = CSS.read_text(encoding="utf-8")
TEXT, SHAPE = 4.5, 3.0
"""What 1.4.3 asks of text, and 1.4.11 of borders, rings and marks."""
THEMES = ("light", "dark")
PAIRS = [
    ("ink", "canvas surface raised well ask-tint run-tint block-tint", TEXT),
    ("ink-2", "canvas surface raised well ask-tint run-tint block-tint", TEXT),
    ("ink-3", "canvas surface raised well", TEXT),
    ("run", "surface canvas run-tint", TEXT),
    ("done", "surface canvas done-tint", TEXT),
    ("ask", "surface canvas ask-tint", TEXT),
    ("block", "surface canvas block-tint", TEXT),
    ("idle", "surface idle-tint", TEXT),
    ("on-ask", "ask-fill", TEXT),
    ("canvas", "ink", TEXT),
    ("surface", "done run", TEXT),
    ("line-2", "surface", SHAPE),
    ("focus", "surface canvas well raised", SHAPE),
]
"""In front, behind, how far apart at least. A primary button is canvas on ink, Approve surface on done."""
PLATE = re.compile(
    r"\.(hue-\d+) \{ --plate: light-dark\((#\w+), (#\w+)\); --plate-mark: light-dark\((#\w+), (#\w+)\)"
)


def colours(text: str) -> dict[str, tuple[str, str]]:
    """Read the tokens that are colours: in light and in dark."""
    found: dict[str, tuple[str, str]] = {}
    for name, value in re.findall(r"--([\w-]+): ([^;]+);", text):
        hexes = re.findall(r"#[0-9a-f]{6}\b", value)
        if hexes:
            found.setdefault(name, (hexes[0], hexes[-1]))
    return found


def luminance(colour: str) -> float:
    """Tell how light a colour is, as WCAG defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Compare two colours: 1 the same, 21 black and white."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_counted_as_wcag_counts_it() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("front", "behind", "least"), PAIRS, ids=[pair[0] for pair in PAIRS])
def test_tokens_that_meet_can_be_told_apart(front: str, behind: str, least: float, theme: str) -> None:
    known, at = colours(TOKENS), THEMES.index(theme)
    found = {back: round(contrast(known[front][at], known[back][at]), 2) for back in behind.split()}
    assert {back: ratio for back, ratio in found.items() if ratio < least} == {}


def test_a_plate_and_its_mark_can_be_told_apart() -> None:
    plates = PLATE.findall(TOKENS)
    assert len(plates) == 14
    pairs = [(name, pair) for name, *hexes in plates for pair in zip(hexes[:2], hexes[2:], strict=True)]
    assert [name for name, pair in pairs if contrast(*pair) < SHAPE] == []
