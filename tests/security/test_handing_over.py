"""What is said, and noted in the audit log, of doors whose maker is no admin any more."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from plans.domain.rights import Role
from plans.people import tokens, webhooks
from plans.security.handing_over import keep, leave, told
from plans.security.roles import give_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def eve() -> User:
    """Eve made a token and a webhook; an admin she is not any more."""
    user = User.objects.create_user("eve")
    give_role(user, Role.OPERATOR)
    tokens.issue(session="agent-*", plans=["*"], verbs=["read"], now=1, by=user)
    assert webhooks.add(user, pattern="*", url="http://127.0.0.1:9/", kinds=["approval"], now=1)
    return user


def doors() -> list[tuple[str | None, int]]:
    """Give who made each door, and since when the webhook tells."""
    hook, token = webhooks.Webhook.objects.get(), tokens.AgentToken.objects.get()
    made = [found.made_by.get_username() if found.made_by else None for found in (token, hook)]
    return [(made[0], 0), (made[1], hook.on_since)]


def test_what_rests_is_named(eve: User) -> None:
    token, hook = tokens.AgentToken.objects.get().pk, webhooks.Webhook.objects.get().pk
    facts = leave(eve.username)
    assert facts == {"rests": f"token {token}, webhook {hook}"}
    assert told(facts, whose="Ann's") == f". What they made rests: token {token}, webhook {hook}"
    assert doors() == [("eve", 0), ("eve", 1)]


def test_what_another_takes_is_named_and_theirs(eve: User) -> None:
    ann = User.objects.create_user("ann")
    token, hook = tokens.AgentToken.objects.get().pk, webhooks.Webhook.objects.get().pk
    facts = keep(eve.username, by=ann, now=7)
    assert facts == {"taken_over": f"token {token}, webhook {hook}"}
    assert told(facts, whose="Yours") == f". Yours now: token {token}, webhook {hook}"
    assert doors() == [("ann", 0), ("ann", 7)]


def test_of_who_is_an_admin_still_nothing_rests_and_nothing_is_taken(eve: User) -> None:
    give_role(eve, Role.ADMIN)
    assert leave(eve.username) == {}
    assert keep(eve.username, by=None, now=7) == {}
    assert doors() == [("eve", 0), ("eve", 1)]


def test_of_who_made_nothing_nothing_is_said() -> None:
    give_role(User.objects.create_user("bob"), Role.VIEWER)
    assert leave("bob") == {}
    assert keep("bob", by=None, now=7) == {}
    assert told({}, whose="Yours") == ""
