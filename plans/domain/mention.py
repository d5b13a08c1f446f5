"""Whom a session calls in a comment: ``@people`` or ``@ana``, until a person comments on that step."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import msgspec

from plans.domain.actor import Actor
from plans.domain.step import Comment

if TYPE_CHECKING:
    from plans.domain.step import Step

EVERYBODY = "people"
MOST = 20
"""Names that one step calls; whoever writes more wants everybody."""
_NAME = re.compile(r"(?<![\w@./-])@([\w][\w.+\u0300-\u036f-]{0,149})")
"""Names of accounts as they are typed, accents apart or not; ``me@host`` and ``a/@b`` are none."""


class Mention(msgspec.Struct, frozen=True, kw_only=True):
    """A comment that waits for a person."""

    comment: Comment
    """The newest of them."""
    names: tuple[str, ...]
    """Whom this and the comments before it call, spelt as ``as_called`` does."""
    times: tuple[int, ...]
    """When each of them was last called, ms."""
    since: int
    """When the first of them was called, ms."""

    def calls(self, name: str) -> bool:
        """Tell whether somebody is meant."""
        return EVERYBODY in self.names or as_called(name) in self.names

    def called(self, name: str) -> int:
        """Tell when somebody was last called, by name or with everybody, ms; 0 for never."""
        meant = {EVERYBODY, as_called(name)}
        return max((at for one, at in zip(self.names, self.times, strict=True) if one in meant), default=0)


def as_called(name: str) -> str:
    """Spell a name so that all who would be called together are one: ``JÜRGEN`` and ``jürgen``.

    Letters are folded, and those that look the same are the same (Unicode's NFKC, on either side of it).
    """
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def mention_of(step: Step) -> Mention | None:
    """Find whom sessions called since a person last commented; None where nobody waits."""
    calling: list[Comment] = []
    names: dict[str, int] = {}
    for comment in reversed(step.comments):
        by = Actor.parse(comment.by)
        if by.is_person:
            break
        called = _names(comment.text) if by.is_session else []
        if called:
            calling.append(comment)
            for name in called:
                names.setdefault(name, comment.at)
    if not calling:
        return None
    return Mention(
        comment=calling[0],
        names=tuple(names)[:MOST],
        times=tuple(names.values())[:MOST],
        since=calling[-1].at,
    )


def _names(text: str) -> list[str]:
    called = (as_called(name.rstrip(".+-")) for name in _NAME.findall(text)) if "@" in text else ()
    return [
        name for name in called if "," not in name
    ]  # the mirror parts them by it; ``🄁`` is folded to ``0,``
