"""What is kept of a token: enough to know it again, nothing to use."""

import pytest

from plans.people.tokens import USE_NOTED_EVERY, AgentToken, find, issue, note_use, revoke, tokens

pytestmark = pytest.mark.django_db


def made(session: str = "agent-*") -> tuple[AgentToken, str]:
    return issue(session=session, plans=["payments.*"], verbs=["read", "claim"], now=1)


def test_a_token_is_found_again_and_stands_nowhere() -> None:
    kept, token = made()

    assert find(token) == kept
    assert token.startswith("pbt_")
    assert not [value for value in AgentToken.objects.values().get().values() if token in str(value)]


@pytest.mark.parametrize("token", ["", "pbt_", "x" * 47, "pbt_é" + "x" * 42])
def test_another_token_is_not_found(token: str) -> None:
    made()
    assert find(token) is None


def test_a_revoked_token_works_no_more_and_stays_known() -> None:
    kept, token = made()
    other, _ = made("robot")

    assert revoke(kept.pk, now=5)

    assert find(token) is None
    assert not revoke(kept.pk, now=6)
    assert tokens() == [other]
    assert [found.revoked_at for found in tokens(revoked=True)] == [5, None]


def test_its_last_use_is_noted_once_a_minute() -> None:
    kept, token = made()

    def used(*, by: str, now: int) -> tuple[int | None, str]:
        found = find(token)
        assert found is not None
        note_use(found, by=by, now=now)
        kept.refresh_from_db()
        return kept.used_at, kept.used_by

    assert used(by="", now=10) == (10, "")
    assert used(by="agent-7", now=20) == (20, "agent-7")
    assert used(by="agent-7", now=30) == (20, "agent-7")
    assert used(by="", now=40) == (20, "agent-7")
    assert used(by="", now=20 + USE_NOTED_EVERY) == (20 + USE_NOTED_EVERY, "agent-7")
