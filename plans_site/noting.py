"""The audit log for whoever changes people or tokens at the terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from django.conf import settings

from plans.security.at_terminal import who_is_here
from plans.security.audit import NotNoted, note

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plans.security.audit import Fact

_TAKES_AWAY: Final = frozenset({"user_disabled", "token_revoked"})
"""What is done even when it cannot be noted."""


def note_here(what: str, facts: Mapping[str, Fact], *, now: int) -> None:
    """Note what is about to be committed. Raises NotNoted, for which it must not be, unless it takes away."""
    try:
        note(settings.PLANBOARD.home, what, who=who_is_here(), now=now, facts=facts)
    except NotNoted as error:
        if what not in _TAKES_AWAY:
            raise
        sys.stderr.write(f"planboard: {error.message}. It is done all the same.\n")
