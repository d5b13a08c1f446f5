"""What a build is that lacks one defence, and where the tests stand that must notice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.security.without import Patch

SUITE: Final = "security/suite"


@dataclass(frozen=True, kw_only=True)
class Weakening:
    """One defence taken away, and the tests that must notice."""

    name: str
    without: Callable[[Patch], None]
    red: tuple[str, ...]
    place: str = SUITE
    """The folder or file below tests/ that holds them."""

    def apply(self, patch: Patch) -> None:
        """Take it away; ``patch`` is setattr, or pytest's, which puts it back."""
        self.without(patch)


def weak(name: str, without: Callable[[Patch], None], *red: str, place: str = SUITE) -> Weakening:
    """Name a build, what it lacks, and the tests that must fail on it."""
    return Weakening(name=name, without=without, red=red, place=place)
