"""What holds whoever does what in whatever order."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.domain.graph import check_plan
from plans.domain.plan import Plan
from plans.domain.revision import QUIET_STAMPS, diff, fold, fold_all, line_of
from plans.domain.step import QUIET_FIELDS, Decision, Review, Risk, Status, Step, Verdict
from tests.domain.cast import NOW
from tests.domain.walks import Leg, Wish, content, start, through_json, walked, walks

law = settings(max_examples=100)

ASKING = frozenset({Status.BLOCKED, Status.IN_REVIEW})
GATE_STATES = frozenset({Status.PENDING, Status.COMPLETED, Status.FAILED, Status.CANCELLED})


@law
@given(walks)
def test_folding_a_difference_gives_what_the_verb_gave(walk: list[Wish]) -> None:
    for leg in walked(walk):
        assert content(leg.after) == content(leg.edited)


@law
@given(walks, st.data())
def test_any_plan_becomes_any_other_by_their_difference(walk: list[Wish], data: st.DataObject) -> None:
    legs = walked(walk)
    plans = [start(), *(leg.after for leg in legs if leg.deed.verb != "newer" and not beyond(leg.after))]
    before, after = data.draw(st.sampled_from(plans)), data.draw(st.sampled_from(plans))
    line = through_json(line_of(diff(before, after), rev=before.revision + 1, at=NOW, by="file", verb="x"))
    assert content(fold(before, line)).steps == content(after).steps


def beyond(plan: Plan) -> bool:
    return any(step.beyond for step in plan.steps)


@law
@given(walks, st.data())
def test_many_lines_at_once_are_as_good_as_one_by_one(walk: list[Wish], data: st.DataObject) -> None:
    legs = walked(walk)
    plans = [start(), *(leg.after for leg in legs if leg.line)]
    lines = [leg.line for leg in legs if leg.line]
    since = data.draw(st.integers(0, len(lines)))
    assert fold_all(plans[since], lines[since:]) == plans[-1]


@law
@given(walks)
def test_nobody_changes_a_plan_that_is_there(walk: list[Wish]) -> None:
    for leg in walked(walk):
        assert msgspec.json.encode(leg.before) == leg.kept


@law
@given(walks)
def test_no_deed_makes_an_illegal_state(walk: list[Wish]) -> None:
    for leg in walked(walk):
        check_numbers(leg.after)
        check_plan(leg.after)
        for step in leg.after.steps:
            check_step(step)
            check_revisions(leg.after, step)


def check_numbers(plan: Plan) -> None:
    numbers = [step.number for step in plan.steps]
    assert len(set(numbers)) == len(numbers)
    assert list(plan.removed) == sorted(set(plan.removed))
    assert not set(plan.removed) & set(numbers)
    assert plan.next_number > max([0, *numbers, *plan.removed])


def check_step(step: Step) -> None:
    asks = step.status in ASKING
    assert step.asks is asks
    assert (step.status is Status.IN_PROGRESS) <= (step.owner is not None)
    assert (not step.is_gate) or step.status in GATE_STATES
    assert bool(step.reason) <= (step.status in {Status.FAILED, Status.CANCELLED})
    assert bool(step.assigned_by) is (step.owner is not None)
    if asks:
        assert step.decision is None
    elif step.request is not None:
        assert step.decision is not None
        assert step.decision.request == step.request.id
    if step.decision is not None:
        assert step.decision.by.startswith("person:")
    if step.is_gate and step.status is Status.COMPLETED:
        assert step.decision is not None
        assert step.decision.verdict is Verdict.APPROVED


def check_revisions(plan: Plan, step: Step) -> None:
    assert 1 <= step.revision <= plan.revision
    assert plan.own_revision <= plan.revision
    if step.request is not None:
        assert step.request.id <= plan.revision
    if step.decision is not None:
        assert step.decision.revision <= step.revision


@law
@given(walks)
def test_a_revision_counts_up_and_touches_what_it_changes_and_nothing_else(walk: list[Wish]) -> None:
    for leg in walked(walk):
        assert leg.after.revision == leg.before.revision + bool(leg.line)
        for step in leg.after.steps:
            was = leg.before.step(step.number) if leg.before.has_step(step.number) else None
            assert step.revision == (
                leg.after.revision if touched(leg, step.number) else was and was.revision
            )


def touched(leg: Leg, number: int) -> bool:
    if leg.line is None:
        return False
    values = (leg.line.set.get(str(number)) or {}).keys()
    moved = number in [moved for moved, _ in leg.line.moved]
    return moved or bool(values - QUIET_FIELDS)


@law
@given(walks)
def test_the_plans_own_revision_follows_its_own_words_only(walk: list[Wish]) -> None:
    for leg in walked(walk):
        words = set((leg.line.set.get("plan") or {}) if leg.line else ()) - QUIET_STAMPS
        assert leg.after.own_revision == (leg.after.revision if words else leg.before.own_revision)


P, R, B, V = Status.PENDING, Status.IN_PROGRESS, Status.BLOCKED, Status.IN_REVIEW
C, F, X = Status.COMPLETED, Status.FAILED, Status.CANCELLED

TABLE: dict[str, set[tuple[Status, Status]]] = {
    "claim": {(P, R)},
    "next": {(P, R)},
    "block": {(P, B), (R, B)},
    "approve": {(B, P), (B, R), (V, C), (P, C)},
    "reject": {(B, R), (V, R), (B, P), (P, F)},
    "reply": {(B, R), (B, P)},
    "complete": {(R, C), (R, V)},
    "force_complete": {(P, C), (R, C), (B, C), (V, C)},
    "fail": {(R, F), (B, F)},
    "release": {(R, P), (B, P)},
    "reassign": {(R, P), (B, P), (V, P)},
    "undo": {(P, B), (R, B), (R, V), (C, V), (C, P), (F, P)},
    "retry": {(F, P), (X, P)},
    "cancel": {(P, X), (R, X), (B, X), (V, X)},
}
"""What each verb may do to a status; restore aside, any other verb leaves it."""


@law
@given(walks)
def test_a_status_changes_only_as_its_verb_may_change_it(walk: list[Wish]) -> None:
    for leg in walked(walk):
        if leg.deed.verb == "restore":
            continue
        steps = [step for step in leg.after.steps if leg.before.has_step(step.number)]
        changed = {(leg.before.step(step.number).status, step.status) for step in steps}
        assert {pair for pair in changed if pair[0] is not pair[1]} <= TABLE.get(leg.deed.verb, set())


@law
@given(walks)
def test_an_agent_never_decides_nor_loosens_nor_touches_what_is_not_its_own(walk: list[Wish]) -> None:
    for leg in walked(walk):
        if leg.deed.by.is_person or leg.deed.verb == "newer":
            continue
        assert decisions(leg.after) <= decisions(leg.before)
        for number in leg.line.touches() if leg.line else ():
            if leg.before.has_step(number):
                check_agents_change(leg, leg.before.step(number))


def decisions(plan: Plan) -> set[tuple[int, Decision]]:
    return {(step.number, step.decision) for step in plan.steps if step.decision}


def check_agents_change(leg: Leg, was: Step) -> None:
    name = leg.deed.by.name
    made = was.owner is None and was.created_by == str(leg.deed.by)
    taken = was.owner is None and leg.deed.verb in {"claim", "next"}
    assert made or was.owner == name or taken or not touched(leg, was.number)
    if not leg.after.has_step(was.number):
        assert not was.is_gate
        assert was.decision is None
        return
    now = leg.after.step(was.number)
    assert set(now.needs) >= set(was.needs)
    assert (was.review is Review.REQUIRED) <= (now.review is Review.REQUIRED)
    assert now.risk.weight >= was.risk.weight
    assert was.critical <= now.critical
    assert now.status is was.status or not was.is_gate


def test_risks_are_ordered() -> None:
    assert [risk.weight for risk in (Risk.NORMAL, Risk.PRODUCTION, Risk.IRREVERSIBLE)] == [0, 1, 2]
