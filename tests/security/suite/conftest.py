"""A real plan, its pages and Ada, for the security suite; and the build that is weakened on purpose."""

import os

import pytest

from plans.security import login, rates
from plans.security.login_attempts import LoginAttempts
from plans.security.rates import Rates
from tests.security import weakened
from tests.web.conftest import ada, board, copied, desk, eve, ledger

__all__ = ["ada", "board", "copied", "desk", "eve", "ledger"]


@pytest.fixture(autouse=True)
def weakened_build(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away the one defence that PLANBOARD_TEST_WEAKENED names."""
    name = os.environ.get(weakened.VARIABLE)
    if name:
        weakened.BY_NAME[name].apply(monkeypatch.setattr)


@pytest.fixture(autouse=True)
def fresh_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test use up another one's attempts and writes."""
    from plans.agents.http_api import asking  # noqa: PLC0415 - it needs Django

    monkeypatch.setattr(login, "ATTEMPTS", LoginAttempts())
    monkeypatch.setattr(asking, "WRITES", Rates(limit=rates.WRITES_A_MINUTE))
