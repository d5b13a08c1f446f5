"""Behaviour vectors of a neighbouring program (their origin and licence: ``about`` in the file)."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import cast

import msgspec
import pytest

from tests.domain.pipeline_runs import progress, run
from tests.domain.pipelines import NotYet, assign_waves, column_of, complete, dropped, waves_left

VECTORS = Path(__file__).parents[1] / "data" / "vectors" / "pipelines.json"

CALLS: dict[str, Callable[[object], object]] = {
    "assign_waves": assign_waves,
    "remaining_waves": waves_left,
    "run": run,
    "complete": complete,
    "progress": progress,
    "status_to_column": column_of,
    "drop_in_own_column": dropped,
}

NO_POLICIES = "we have no failure policies: a person decides what a failure means"
NO_ROLES = "we have no roles, and nothing escalates by itself"
NO_TEMPLATES = "we have no templates"
NO_BUDGETS = "budgets are values of the caller's, kept and not read"
NO_SUCH_STATUS = "no step of ours has this status"
DROPS_ARE_VERBS = "a card is dropped by a verb, never by a status"
REVIEW_IS_SAID = "a review is asked for outright, not guessed from metric, tags or role"

MISSING: dict[str, str] = {
    "cascade-05": "a silent session's step is shown as stale; a person decides",
    "cascade-07": "no report sets a raw status: there are only verbs",
    "lifecycle-06": "a result is reported by complete or by fail, not by a flag",
    **dict.fromkeys(("cascade-08", "cascade-09", *(f"policies-0{n}" for n in range(1, 8))), NO_POLICIES),
    **dict.fromkeys((f"lifecycle-{n}" for n in range(12, 16)), NO_BUDGETS),
    **dict.fromkeys((f"cycles-0{n}" for n in range(4, 8)), NO_TEMPLATES),
    **dict.fromkeys((f"review_required-{n:02}" for n in (1, 2, 3, 4, 8, 9, 10)), REVIEW_IS_SAID),
    **dict.fromkeys((f"status_columns-{n:02}" for n in (5, 8)), NO_SUCH_STATUS),
    **dict.fromkeys((f"status_columns-{n:02}" for n in (9, 10, 11)), DROPS_ARE_VERBS),
}
MISSING_GROUPS = {
    "escalation": NO_ROLES,
    "roles": NO_ROLES,
    "template_validation": NO_TEMPLATES,
    "template_instantiation": NO_TEMPLATES,
}

OURS: dict[str, object] = {
    "status_columns-03": "review",  # a blocked step needs a person: it stands under "Needs you"
    # A broken rule is 422 at every door; 409 is for stale revisions.
    "lifecycle-05": {
        "after": [{"step": ["approve"], "nth": 2, "accepted": False, "status": 422}],
        "final": {"plan": "aborted", "subtasks": {"a": "blocked", "b": "blocked"}},
    },
}
"""What the architecture says where it contradicts a vector."""


type Told = list[dict[str, object]]


class Case(msgspec.Struct, frozen=True):
    """One vector."""

    id: str
    call: str
    input: object
    expected: object
    match: str


def cases() -> list[object]:
    groups = cast("Mapping[str, list[object]]", json.loads(VECTORS.read_text())["groups"])
    found: list[object] = []
    for group, vectors in groups.items():
        for case in msgspec.convert(vectors, list[Case]):
            reason = MISSING.get(case.id) or MISSING_GROUPS.get(group)
            missing = pytest.mark.xfail(raises=NotYet, strict=True, reason=f"{case.id}: {reason}")
            found.append(pytest.param(case, id=case.id, marks=[missing] if reason else []))
    return found


@pytest.mark.parametrize("case", cases())
def test_a_pipeline_behaves_as_its_vector_says(case: Case) -> None:
    if case.call not in CALLS:
        raise NotYet
    got = CALLS[case.call](case.input)
    expected = OURS.get(case.id, case.expected)
    if isinstance(got, dict) and isinstance(expected, dict):
        check_report(got, expected, exact=case.match == "exact")
    else:
        assert got == expected


def check_report(got: dict[str, object], expected: dict[str, object], *, exact: bool) -> None:
    """Compare what a call reports; of a circle any edge may be named."""
    rest = {key: value for key, value in expected.items() if key not in {"edges", "after"}}
    if "edges" in expected:
        assert got["edge"] in cast("list[object]", expected["edges"])
    if "after" in expected:
        check_after(cast("Told", got["after"]), cast("Told", expected["after"]), exact=exact)
    assert matches({key: value for key, value in got.items() if key != "after"}, rest, exact=exact)


def check_after(told: Told, expected: Told, *, exact: bool) -> None:
    """Compare what stood after each step, or after the named ones; of a refusal counts that it was one."""
    if len(told) != len(expected):
        assert not exact
        told = [nth(told, entry) for entry in expected]
    for found, entry in zip(told, expected, strict=True):
        wanted = {key: value for key, value in entry.items() if key not in {"nth", "error"}}
        fact = {key: value for key, value in found.items() if key != "status" or "status" in wanted}
        assert matches(fact, wanted, exact=exact), (fact, wanted)


def nth(told: Told, entry: dict[str, object]) -> dict[str, object]:
    same = [found for found in told if found["step"] == entry["step"]]
    return same[cast("int", entry.get("nth", 1)) - 1]


def matches(got: object, expected: object, *, exact: bool) -> bool:
    if isinstance(expected, dict) and "one_of" in expected:
        return got in expected["one_of"]
    if isinstance(got, dict) and isinstance(expected, dict):
        return (not exact or got.keys() == expected.keys()) and all(
            key in got and matches(got[key], value, exact=exact) for key, value in expected.items()
        )
    return got == expected


def test_every_vector_that_is_set_aside_is_there() -> None:
    groups = json.loads(VECTORS.read_text())["groups"]
    ids = {case["id"] for vectors in groups.values() for case in vectors}
    assert MISSING.keys() | OURS.keys() <= ids
    assert MISSING_GROUPS.keys() <= groups.keys()
