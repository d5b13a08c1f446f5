"""Other programs' words for a step's status, compared without case and with ``-``, ``_`` and space as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.domain.step import Status

if TYPE_CHECKING:
    from collections.abc import Mapping


def status_of(word: object, words: Mapping[str, Status]) -> Status:
    """Say what a word means; one that nobody knows counts as pending."""
    plain = " ".join(str(word).replace("-", " ").replace("_", " ").split()).casefold()
    return words.get(plain, Status.PENDING)
