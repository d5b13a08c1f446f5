"""What somebody is told who may not do what they asked."""

import pytest

from plans.domain.errors import PlanError
from plans.security.own_password import NoPassword, OldPasswordRefused
from plans.security.person import SignedOut
from plans.security.roles import NotAllowed, Role


@pytest.mark.parametrize(
    ("needed", "namespace", "told"),
    [
        (Role.VIEWER, None, "You may not see any plan: that takes the role viewer"),
        (Role.OPERATOR, None, "You may not change any plan: that takes the role operator"),
        (Role.ADMIN, None, "You may not manage this board: that takes the role admin"),
        (Role.VIEWER, "search", "You may not see plans named search: that takes the role viewer"),
        (Role.OPERATOR, "ops.x", "You may not change plans named ops.x: that takes the role operator"),
    ],
)
def test_a_refusal_names_the_role_and_the_plans_it_takes(
    needed: Role, namespace: str | None, told: str
) -> None:
    refused = NotAllowed(needed, namespace)
    assert str(refused) == told
    assert (refused.needed, refused.namespace) == (needed, namespace)


def test_who_is_signed_out_is_told_so_and_where_to_sign_in() -> None:
    refused = SignedOut(sign_in="/login/?next=%2F")
    assert (str(refused), refused.sign_in) == ("You are signed out", "/login/?next=%2F")


@pytest.mark.parametrize(
    ("refused", "told"),
    [
        (OldPasswordRefused(), "This is not your password"),
        (NoPassword(), "You have no password here that could be changed"),
    ],
)
def test_who_may_not_change_their_password_is_told_why_and_who_may(refused: PlanError, told: str) -> None:
    assert str(refused) == told
    assert "Whoever manages this board can give you" in refused.advice
