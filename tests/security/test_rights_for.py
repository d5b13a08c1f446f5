"""Which role somebody may have for which plans, at its bounds and word by word."""

import pytest

from plans.domain.errors import WrongInput
from plans.domain.rights import Right, Role
from plans.people.rights import PATTERN_LENGTH
from plans.security import accounts

PATTERNS = "Name plans, or patterns of plans such as payments.*, or * for all."
ADMIN = [Right(Role.ADMIN, "*")]


@pytest.mark.parametrize(
    ("role", "plans", "message", "advice"),
    [
        ("boss", ["*"], "'boss' is no role", "Choose from viewer, operator, admin."),
        ("viewer", [], "'' names no plans", PATTERNS),
        ("viewer", ["a b", "ok", "/"], "'a b /' names no plans", PATTERNS),
        ("viewer", ["a"] * 51, "'a' names no plans", PATTERNS),
        (
            "admin",
            ["payments.*"],
            "An admin is one of the whole board",
            "Leave the plans out, or choose operator: an admin could give themselves all the rest.",
        ),
        (
            "admin",
            ["*", "payments.*"],
            "An admin is one of the whole board",
            "Leave the plans out, or choose operator: an admin could give themselves all the rest.",
        ),
    ],
)
def test_a_role_that_cannot_be_is_told(role: str, plans: list[str], message: str, advice: str) -> None:
    with pytest.raises(WrongInput) as told:
        accounts.rights_for(role, plans)
    assert (told.value.message, told.value.advice) == (message, advice)


def test_a_role_is_for_each_pattern_once_up_to_fifty() -> None:
    assert accounts.rights_for("admin", ["*"]) == ADMIN
    assert accounts.rights_for("operator", ["a", "b.*", "a"]) == [
        Right(Role.OPERATOR, "a"),
        Right(Role.OPERATOR, "b.*"),
    ]
    assert len(accounts.rights_for("viewer", [f"p{n}" for n in range(50)])) == 50
    assert accounts.rights_for("viewer", ["x" * PATTERN_LENGTH]) == [Right(Role.VIEWER, "x" * PATTERN_LENGTH)]
    for wrong in (["x" * (PATTERN_LENGTH + 1)], ["ok", "x" * (PATTERN_LENGTH + 1)]):
        with pytest.raises(WrongInput):
            accounts.rights_for("viewer", wrong)
