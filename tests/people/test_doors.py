"""Tokens and webhooks of an admin are open while they are one: no account that is shut keeps a door open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User

from plans.domain.rights import Right, Role
from plans.people import tokens, webhooks
from plans.people.deliveries import Delivery, take_due, webhooks_due
from plans.people.opened import Opened, opened_by, opened_by_each, take_over
from plans.security import accounts
from plans.security.roles import give_role

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db


@pytest.fixture
def eve() -> User:
    """Eve is an admin, and so is Ann, who stays one."""
    give_role(User.objects.create_user("ann"), Role.ADMIN)
    eve = User.objects.create_user("eve")
    give_role(eve, Role.ADMIN)
    return eve


def token_by(user: User | None) -> tuple[tokens.AgentToken, str]:
    return tokens.issue(session="agent-*", plans=["*"], verbs=["read"], now=1, by=user)


def hook_by(user: User) -> webhooks.Webhook:
    hook = webhooks.add(user, pattern="*", url="http://127.0.0.1:9/", kinds=["approval"], now=1)
    assert hook is not None
    return hook


def demote() -> None:
    accounts.change_rights("eve", [Right(Role.OPERATOR, "*")], also=False)


def disable() -> None:
    accounts.switch_off("eve")


@pytest.mark.parametrize("leave", [demote, disable])
def test_what_somebody_made_rests_when_they_are_no_admin_any_more(
    eve: User, leave: Callable[[], None]
) -> None:
    """Red where a token or a webhook only asks whether it was ended: Eve is out, and her programs are in."""
    (kept, token), (_, other), hook = token_by(eve), token_by(None), hook_by(eve)
    Delivery.objects.create(webhook=hook, uid="1", kind="approval", body="{}", made_at=1, due_at=1)
    assert tokens.find(token) == kept
    assert (webhooks.working(), webhooks_due(5)) == ([hook], [hook.pk])
    assert tokens.maker_of_resting(token) == ""

    leave()

    assert tokens.find(token) is None
    assert tokens.maker_of_resting(token) == "eve"
    assert tokens.find(other) is not None
    assert (webhooks.working(), webhooks_due(5), take_due(hook.pk, now=5)) == ([], [], None)
    assert [getattr(found, "rests", None) for found in tokens.tokens()] == [True, False]
    assert [getattr(found, "rests", None) for found in webhooks.all_of_them()] == [True]


@pytest.mark.parametrize("leave", [demote, disable])
def test_it_goes_on_when_they_are_one_again_and_webhooks_tell_of_what_asks_then(
    eve: User, leave: Callable[[], None]
) -> None:
    (kept, token), hook = token_by(eve), hook_by(eve)
    leave()
    if leave is demote:
        accounts.change_rights("eve", [Right(Role.ADMIN, "*")], also=False)
    else:
        accounts.switch_on("eve")
    assert tokens.find(token) == kept
    assert webhooks.working() == [hook]
    hook.refresh_from_db()
    since = hook.on_since
    assert since > 1_700_000_000_000
    Delivery.objects.create(webhook=hook, uid="1", kind="approval", body="{}", made_at=since, due_at=1)
    assert take_due(hook.pk, now=5) is not None


def test_an_admin_who_stays_one_changes_nothing(eve: User) -> None:
    hook = hook_by(eve)
    accounts.change_rights("eve", [Right(Role.ADMIN, "*")], also=False)
    hook.refresh_from_db()
    assert hook.on_since == 1


@pytest.mark.parametrize("keeper", ["ann", None])
def test_what_another_took_over_goes_on(eve: User, keeper: str | None) -> None:
    (kept, token), hook = token_by(eve), hook_by(eve)
    ended, _ = token_by(eve)
    tokens.revoke(ended.pk, now=2)
    by = User.objects.get(username=keeper) if keeper else None
    assert opened_by(eve) == Opened((kept.pk,), (hook.pk,))
    assert take_over(eve, by=by, now=7) == Opened((kept.pk,), (hook.pk,))
    disable()
    assert tokens.find(token) == kept
    assert webhooks.working() == [hook]
    assert webhooks.working()[0].on_since == 7
    assert opened_by(eve).said == ""
    assert opened_by_each().keys() == ({keeper} if keeper else set())


def test_one_that_rests_can_be_taken_over_or_ended_by_itself(eve: User) -> None:
    (one, first), (two, second) = token_by(eve), token_by(eve)
    hook = hook_by(eve)
    disable()
    ann = User.objects.get(username="ann")
    assert tokens.take(one.pk, by=ann)
    assert tokens.revoke(two.pk, now=3)
    assert not tokens.take(two.pk, by=ann)
    webhooks.take(hook, ann, now=9)
    assert tokens.find(first) == one
    assert (tokens.find(second), tokens.maker_of_resting(second)) == (None, "")
    assert [found.on_since for found in webhooks.working()] == [9]


def test_doors_go_with_an_account_that_is_deleted(eve: User) -> None:
    """Red with SET_NULL: what belongs to nobody goes on."""
    _, token = token_by(eve)
    hook_by(eve)
    eve.delete()
    assert tokens.find(token) is None
    assert webhooks.working() == []


@pytest.mark.parametrize(
    ("opened", "said"),
    [
        (Opened(), ""),
        (Opened((3,)), "token 3"),
        (Opened((3, 7, 9), (1,)), "tokens 3, 7 and 9, webhook 1"),
        (Opened((), (1, 2)), "webhooks 1 and 2"),
    ],
)
def test_they_are_named_in_words(opened: Opened, said: str) -> None:
    assert opened.said == said
