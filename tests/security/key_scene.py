"""What the tests of keys and of their lists work with: two keys, words to sign, a home and a root."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.security.decision_key import SigningKey
from plans.security.decision_seals import DecisionSeals
from plans.security.published_keys import Trusted, read_trusted

if TYPE_CHECKING:
    from pathlib import Path

WORDS = b"planboard decision 1\n{}"
ONE = SigningKey(b"1" * 32).public
TWO = SigningKey(b"2" * 32).public


def seals_of(home: Path, root: Path, *older: str) -> DecisionSeals:
    return DecisionSeals(home=str(home), root=str(root), older=lambda: older)


def trusted(path: Path) -> Trusted:
    found = read_trusted(str(path))
    assert found is not None
    return found
