"""Times as pages carry them; the browser writes them in the reader's own words."""

from __future__ import annotations

from datetime import UTC, datetime


def iso(ms: int) -> str:
    """Write milliseconds since the epoch as ISO 8601 in UTC; empty for 0."""
    return datetime.fromtimestamp(ms / 1000, tz=UTC).isoformat(timespec="seconds") if ms else ""
