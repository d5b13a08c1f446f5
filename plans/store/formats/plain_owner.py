"""Owners as other programs write them, made into what can be a session's id here."""

from __future__ import annotations

import re

from plans.domain.actor import SESSION_ID_BYTES

_UNUSABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


def plain_owner(value: object) -> str | None:
    """Give an owner's name in one line of at most 200 bytes; None where nobody is named."""
    if not isinstance(value, str):
        return None
    text = _UNUSABLE.sub(" ", value).strip().encode()[:SESSION_ID_BYTES]
    return text.decode(errors="ignore").strip() or None
