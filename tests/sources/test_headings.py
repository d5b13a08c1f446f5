"""Headings of other programs' documents: what they are is told by an expression, how they are read is not."""

import re

from hypothesis import example, given
from hypothesis import strategies as st

from plans.store.formats.checkboxes import boxes

HEADING = re.compile(r"(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*\r?")
LINES = st.text(st.sampled_from("# \tx\r"), max_size=12)


def phase_below(line: str) -> str:
    """Give the phase of a box below a line; two boxes above it keep it from being the title."""
    (box,) = boxes(f"## a\n# b\n# c\n{line}\n- [ ] box")
    return box.phase


@example("# ##")
@example("#  ##  ")
@example("####### x")
@given(LINES)
def test_a_heading_is_what_it_always_was(line: str) -> None:
    found = HEADING.fullmatch(line)
    assert phase_below(line) == ("c" if found is None else (found[2] or "").strip())


def test_a_line_of_spaces_is_read_in_one_walk() -> None:
    """Red where an expression goes back and forth over them: it would take an hour, and everybody waits."""
    spaces = " " * 300_000
    assert phase_below(f"# x{spaces}y") == f"x{spaces}y"
