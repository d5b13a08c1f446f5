"""What a change of an account leaves alone, however much else is changed in the same moment."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.db.models.signals import pre_save
from pytest_django import DjangoAssertNumQueries

from plans.domain.rights import Right, Role
from plans.security import accounts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_hashes")]
SEEN = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def ana() -> User:
    accounts.add_person("root", "correct horse staple", [Right(Role.ADMIN, "*")])
    return accounts.add_person("ana", "correct horse staple", [Right(Role.OPERATOR, "payments.*")])


@pytest.fixture
def signs_in_meanwhile(ana: User) -> Iterator[None]:
    """Sign ana in by another process, between the reading of her account and its writing."""

    def meanwhile(**_: object) -> None:
        User.objects.filter(pk=ana.pk).update(last_login=SEEN)

    pre_save.connect(meanwhile, sender=User)
    yield
    pre_save.disconnect(meanwhile, sender=User)


@pytest.mark.usefixtures("signs_in_meanwhile")
@pytest.mark.parametrize(
    "change",
    [
        lambda: accounts.change_password("ana", "another horse staple"),
        lambda: accounts.switch_off("ana"),
        lambda: accounts.switch_on("ana"),
    ],
)
def test_a_change_keeps_what_others_wrote_of_the_same_account(change: Callable[[], User]) -> None:
    change()
    assert accounts.found("ana").last_login == SEEN


@pytest.mark.usefixtures("ana")
def test_everybody_is_listed_by_two_statements(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(2):
        assert [account.name for account in accounts.accounts()] == ["ana", "root"]
