"""Which sources are looked for, as the setting PLANBOARD_SOURCES says."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Final

from msgspec import Struct

from plans.store.sources.kinds import KINDS

NONE: Final = "none"


class WrongChoice(ValueError):
    """A word of the setting means nothing; the advice says what would."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem
        known = ", ".join(KINDS)
        self.advice = (
            f"Name sources ({known}), each perhaps with its folder (claude=/home/me/.claude/tasks), "
            "or leave some out (-claude, -claude.session-*), or write none."
        )


class Choice(Struct, frozen=True):
    """What is looked for: by kind, the folders that were named (none: the usual ones)."""

    kinds: dict[str, tuple[str, ...]]
    left_out: tuple[str, ...] = ()
    """Patterns of namespaces."""

    def takes(self, namespace: str) -> bool:
        """Tell whether a plan is not left out by name."""
        return not any(fnmatchcase(namespace, pattern) for pattern in self.left_out)


def choice(words: tuple[str, ...]) -> Choice:
    """Read the setting; without a word everything is looked for. Raises WrongChoice."""
    if words == (NONE,):
        return Choice({})
    named: dict[str, tuple[str, ...]] = {}
    without: set[str] = set()
    patterns: list[str] = []
    for word in words:
        if not word.startswith("-"):
            _name(named, word)
        elif "." in word:
            patterns.append(_pattern(word[1:]))
        else:
            without.add(_kind(word[1:]))
    kinds = named or dict.fromkeys(KINDS, ())
    return Choice({kind: folders for kind, folders in kinds.items() if kind not in without}, tuple(patterns))


def _name(named: dict[str, tuple[str, ...]], word: str) -> None:
    name, equals, folder = word.partition("=")
    kind = _kind(name)
    if equals and not folder.startswith("/"):
        message = f"but {folder!r} is no absolute path"
        raise WrongChoice(message)
    named[kind] = (*named.get(kind, ()), *([folder.rstrip("/")] if equals else []))


def _kind(word: str) -> str:
    if word == NONE:
        message = f"but {NONE!r} stands alone"
        raise WrongChoice(message)
    if word not in KINDS:
        message = f"but {word!r} is no source that this program knows"
        raise WrongChoice(message)
    return word


def _pattern(word: str) -> str:
    _kind(word.partition(".")[0])
    return word
