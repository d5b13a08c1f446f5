"""What a person puts aside, and when it comes back."""

import pytest
from django.contrib.auth.models import User

from plans.people.snoozes import Snooze, Snoozed, forget_past, snooze, snoozed, wake
from plans.security.login import local_person

ENTRY = Snoozed(namespace="a.one", epoch="one", number=3, revision=7, until=1_000)


@pytest.fixture
def ada(db: None) -> User:  # noqa: ARG001 - a person needs a database
    return local_person("ada")


def test_an_entry_is_put_aside_until_a_time(ada: User) -> None:
    snooze(ada, ENTRY)
    assert snoozed(ada, now=999) == [ENTRY]
    assert snoozed(ada, now=1_000) == []


def test_or_until_another_step_is_done(ada: User) -> None:
    entry = Snoozed(namespace="a.one", epoch="one", number=3, revision=7, until_step=9)
    snooze(ada, entry)
    assert snoozed(ada, now=10**12) == [entry]


def test_what_is_said_last_counts(ada: User) -> None:
    snooze(ada, ENTRY)
    later = Snoozed(namespace="a.one", epoch="one", number=3, revision=8, until_step=9)
    snooze(ada, later)
    assert snoozed(ada, now=0) == [later]


def test_it_is_taken_back(ada: User) -> None:
    snooze(ada, ENTRY)
    wake(ada, "a.one", 3)
    assert snoozed(ada, now=0) == []


def test_nobody_else_is_meant(ada: User) -> None:
    snooze(ada, ENTRY)
    grace = local_person("grace")
    assert snoozed(grace, now=0) == []
    wake(grace, "a.one", 3)
    assert snoozed(ada, now=0) == [ENTRY]


def test_what_came_back_is_forgotten(ada: User) -> None:
    snooze(ada, ENTRY)
    forget_past(ada, now=1_000)
    assert not Snooze.objects.exists()


def test_an_entry_says_its_step(ada: User) -> None:
    snooze(ada, ENTRY)
    assert str(Snooze.objects.get()) == "a.one 3"
    assert ENTRY.key == ("a.one", 3)
