"""Roles by patterns, and the one expression that databases are asked with."""

import re
from fnmatch import fnmatchcase

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plans.domain.patterns import matches, one_of
from plans.domain.rights import EVERY_PLAN, Right, Rights, Role, Sight

ADA = Rights(
    (Right(Role.OPERATOR, "payments.*"), Right(Role.VIEWER, "*.public"), Right(Role.VIEWER, "search"))
)


@pytest.mark.parametrize(
    ("namespace", "sees", "changes"),
    [
        ("payments.ledger", True, True),
        ("payments.a.b", True, True),
        ("payments", False, False),
        ("docs.public", True, False),
        ("search", True, False),
        ("search.index", False, False),
        ("PAYMENTS.ledger", False, False),
    ],
)
def test_the_highest_role_of_all_patterns_counts(namespace: str, *, sees: bool, changes: bool) -> None:
    assert ADA.may(Role.VIEWER, namespace) is sees is ADA.sight.shows(namespace)
    assert ADA.may(Role.OPERATOR, namespace) is changes


def test_a_role_for_some_plans_is_one_for_somewhere() -> None:
    assert ADA.may_somewhere(Role.OPERATOR)
    assert not ADA.may_somewhere(Role.ADMIN)
    assert not Rights().may_somewhere(Role.VIEWER)


def test_nobody_sees_anything_without_a_pattern() -> None:
    assert not Sight().shows("payments.ledger")
    assert EVERY_PLAN.is_everything
    assert not ADA.sight.is_everything


def test_a_right_reads_like_a_sentence() -> None:
    assert str(ADA.held[0]) == "operator of payments.*"
    assert str(Right(Role.ADMIN, "*")) == "admin of all plans"


names = st.text(st.sampled_from("ab.*-_~+()|\\"), min_size=1, max_size=8)


@example(["a", "b"], "ab")
@example(["b", "a"], "ab")
@given(st.lists(names, min_size=1, max_size=3), names)
def test_the_databases_expression_means_what_the_patterns_mean(patterns: list[str], name: str) -> None:
    """Else a list would show what a page refuses: red where ``one_of`` leaves out its ends or its group."""
    wanted = any(fnmatchcase(name, pattern) for pattern in patterns)
    assert any(matches(pattern, name) for pattern in patterns) is wanted
    for tries_again in (True, False):
        written = one_of(patterns, tries_again=tries_again)
        assert (re.search(written, name) is not None) is wanted


def test_a_name_that_nearly_fits_many_stars_is_answered_at_once() -> None:
    """Red where stars try again: the letters of this name can be shared out among them in 10^18 ways."""
    pattern, name = "*-" * 20 + "end", "-" * 127 + "x"
    assert not matches(pattern, name)
    assert re.search(one_of([pattern]), name) is None
    assert matches(pattern, "-" * 120 + "end")
