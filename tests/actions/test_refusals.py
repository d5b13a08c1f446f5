"""Every refusal of this program stands in one table, whichever room raises it."""

import json
from importlib import import_module
from itertools import chain
from pkgutil import walk_packages

import pytest

import plans
from plans.actions.refusals import Numbers, numbers_of, retry_after, status_of
from plans.agents import exits
from plans.domain.errors import Busy, PlanError, Refusal
from plans.domain.expected import StaleRevision
from plans.security.login_attempts import TooManyAttempts
from plans.security.refusals import DoorRefused

EXITS = range(1, 10)
STATUSES = {200, 401, 403, 404, 405, 409, 410, 413, 422, 428, 429, 503}


def kinds[T](kind: type[T]) -> set[type[T]]:
    return {kind, *chain.from_iterable(kinds(sub) for sub in kind.__subclasses__())}


def all_of[T](kind: type[T]) -> list[type[T]]:
    """List every class of refusals, wherever in the program it is."""
    for found in walk_packages(plans.__path__, "plans."):
        if not found.name.endswith("__main__") and "migrations" not in found.name:
            import_module(found.name)
    ours = (found for found in kinds(kind) if found.__module__.startswith("plans."))
    return sorted(ours, key=lambda found: (found.__module__, found.__name__))


ALL = all_of(PlanError)


def bare[T: PlanError](kind: type[T]) -> T:
    """Make a refusal without what it tells of: only its class counts here."""
    return kind.__new__(kind)


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_every_refusal_has_one_number_at_each_door(kind: type[PlanError]) -> None:
    numbers = numbers_of(bare(kind))

    assert numbers.status in STATUSES
    assert numbers.exit in EXITS
    assert exits.of_refusal(bare(kind)) == numbers.exit


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_every_refusal_has_a_code_and_an_advice(kind: type[PlanError]) -> None:
    assert kind.code == kind.code.lower()
    assert kind.advice.endswith(".")


def test_a_code_means_the_same_numbers_wherever_it_is_raised() -> None:
    found: dict[str, set[Numbers]] = {}
    for kind in ALL:
        found.setdefault(kind.code, set()).add(numbers_of(bare(kind)))

    # A file that may never be read is against the rules; one that is broken may read again soon.
    assert {code for code, numbers in found.items() if len(numbers) > 1} <= {"unreadable"}


def test_the_gate_before_all_doors_uses_the_same_codes_and_numbers() -> None:
    ours = {kind.code: status_of(bare(kind)) for kind in ALL}

    shared = {
        kind.code: kind.status for kind in all_of(DoorRefused) if kind.code in ours and kind.code != "refused"
    }

    assert shared == {code: ours[code] for code in shared}
    assert "too_large" in shared


def test_every_sort_of_refusal_has_numbers() -> None:
    class Odd(PlanError):
        code = "odd"

    for refusal in Refusal:
        Odd.refusal = refusal
        assert numbers_of(Odd("It is odd")).status in STATUSES


@pytest.mark.parametrize(
    ("refused", "seconds"),
    [(Busy("Somebody writes"), 3), (TooManyAttempts(17), 17), (StaleRevision(expected=1, actual=2), None)],
)
def test_only_who_can_gain_by_waiting_is_told_to(refused: PlanError, seconds: int | None) -> None:
    assert retry_after(refused) == seconds
    assert json.loads(json.dumps(refused.facts())) == refused.facts()
