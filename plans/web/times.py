"""Times as pages carry them; the browser writes them in the reader's own words."""

from __future__ import annotations

from datetime import UTC, datetime

from plans.domain.numbers import LAST_DATE


def iso(ms: int) -> str:
    """Write milliseconds since the epoch as ISO 8601 in UTC; empty for 0."""
    seconds = min(ms, LAST_DATE) / 1000
    return datetime.fromtimestamp(seconds, tz=UTC).isoformat(timespec="seconds") if ms else ""
