"""Who acts in these tests, and when."""

from __future__ import annotations

from plans.domain.actor import person, session

PLAN = "payments.ledger"
ADA = person("ada")
SMITH = session("ledger-smith")
SCOUT = session("schema-scout")
NOW = 1_795_000_000_000


class Clock:
    """A clock that stands until it is moved; ms since the epoch."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> int:
        return self.now
