"""A real plan, its pages and Ada, for the security suite."""

import pytest

from plans.security import login, rates
from plans.security.login_attempts import LoginAttempts
from plans.security.rates import Pace, Rates
from tests.web.conftest import ada, board, copied, desk, eve, ledger

__all__ = ["ada", "board", "copied", "desk", "eve", "ledger"]


@pytest.fixture(autouse=True)
def fresh_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test use up another one's attempts and writes."""
    from plans.agents.http_api import asking  # noqa: PLC0415 - it needs Django

    monkeypatch.setattr(login, "ATTEMPTS", LoginAttempts())
    monkeypatch.setattr(asking, "WRITES", Pace(Rates(limit=rates.WRITES_A_MINUTE)))
