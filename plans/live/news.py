"""What this room is given from outside: news of a plan, and somebody who draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from plans.domain.picture import Picture
    from plans.domain.revision import Line


class News(NamedTuple):
    """A newer picture, and the revisions that led to it as far as they are known."""

    picture: Picture
    lines: Sequence[Line] = ()
    since: tuple[str, int] | None = None
    """The version that ``changed`` compares with."""
    changed: Collection[int] = ()
    """The steps whose cards look different since then."""


class Brush(Protocol):
    """How a picture becomes text; this room knows no HTML."""

    def card(self, picture: Picture, number: int) -> str:
        """Draw one card."""
        ...

    def head(self, picture: Picture) -> str:
        """Draw the plan's header."""
        ...

    def banner(self, picture: Picture) -> str:
        """Draw what is wrong with the plan's file or odd in it, "" when nothing is."""
        ...

    def told(self, line: Line) -> str:
        """Say in a sentence what a revision did."""
        ...
