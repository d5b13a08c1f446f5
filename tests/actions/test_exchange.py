"""A plan that is exported and imported again says the same, in JSON and in Markdown."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from plans.actions.drafts import StepDraft
from plans.actions.importing import CannotImport, read_plan, read_steps
from plans.actions.markdown_plan import read_document, write_document
from plans.actions.wire import encoded, plan_json
from plans.actions.writing import appended, filled
from plans.domain.actor import person
from plans.domain.plan import Plan
from plans.domain.step import Comment, Decision, Kind, Progress, Review, Risk, Status, Step, Verdict

ADA = person("ada")
KEPT = (
    *("number", "title", "notes", "phase", "status", "reason", "owner", "needs", "kind", "review"),
    *("critical", "risk", "progress", "active_form", "extra"),
)

LINES = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("#-*[]x<> \u202e"), max_size=20
)
TITLES = LINES.map(lambda text: " ".join(text.split())).filter(bool)
LABELS = LINES.map(lambda text: " ".join(text.split()))
NOTES = st.lists(LINES | st.sampled_from(["- a", "  b", '<!-- planboard {"number":7} -->']), max_size=4)
VALUES = st.recursive(
    st.booleans() | st.integers(-(2**53), 2**53) | LINES, lambda inner: st.lists(inner, max_size=3)
)
EXTRA: st.SearchStrategy[dict[str, object]] = st.dictionaries(LINES.map("x".__add__), VALUES, max_size=3)


@st.composite
def steps(draw: st.DrawFn, number: int, before: tuple[int, ...]) -> Step:
    """Draw a step as it may stand in a plan, needing some of those before it."""
    status = draw(st.sampled_from([Status.PENDING, Status.IN_PROGRESS, Status.COMPLETED, Status.FAILED]))
    kind = draw(st.sampled_from(Kind)) if status is not Status.IN_PROGRESS else Kind.WORK
    owner = draw(TITLES.map(lambda text: f"s{text}"[:40])) if status is Status.IN_PROGRESS else None
    return Step(
        number=number,
        title=draw(TITLES),
        notes="\n".join(draw(NOTES)),
        phase=draw(LABELS),
        status=status,
        reason=draw(LABELS) if status is Status.FAILED else "",
        owner=owner,
        needs=tuple(draw(st.lists(st.sampled_from(before), unique=True))) if before else (),
        kind=kind,
        review=draw(st.sampled_from(Review)),
        risk=draw(st.sampled_from(Risk)),
        critical=draw(st.booleans()),
        progress=draw(st.none() | st.just(Progress(1, 4))),
        active_form=draw(st.none() | TITLES),
        extra=draw(EXTRA),
    )


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Draw a plan in which numbers are missing, one of them removed and still needed."""
    found: list[Step] = []
    numbers = draw(st.lists(st.integers(2, 60), min_size=1, max_size=5, unique=True))
    for number in numbers:
        found.append(draw(steps(number, (1, *(step.number for step in found)))))
    title, status = draw(LABELS), draw(LABELS)
    group = draw(st.sampled_from(["", "money"]))
    return Plan(
        namespace="payments.ledger",
        epoch="e",
        title=title,
        status=status,
        group=group,
        steps=tuple(found),
        removed=(1,),
    )


def values(step: Step) -> dict[str, object]:
    return {name: getattr(step, name) for name in KEPT}


def brought(text: str) -> Plan:
    """Import a text into a new plan."""
    draft = read_plan(text, by=ADA, at=1).plan
    blank = Plan(namespace="copy", epoch="f", removed=draft.removed)
    plan = filled(blank, draft.steps, by=ADA, at=1)
    return replace(plan, title=draft.title or "", status=draft.status or "", group=draft.group or "")


@given(plans())
def test_json_brings_every_field_back(plan: Plan) -> None:
    again = brought(encoded({"plan": plan_json(plan)}, indent=2))
    assert [values(step) for step in again.steps] == [values(step) for step in plan.steps]
    assert (again.title, again.status, again.group) == (plan.title, plan.status, plan.group)
    assert (again.removed, again.next_number) == ((1,), max(step.number for step in plan.steps) + 1)


@given(plans())
def test_markdown_brings_every_field_back(plan: Plan) -> None:
    again = brought(write_document(plan))
    assert [values(step) for step in again.steps] == [values(step) for step in plan.steps]
    assert (again.title, again.status, again.group) == (plan.title, plan.status, plan.group)
    assert again.removed == (1,)


@pytest.mark.parametrize("word", ["pending", "work", "none", "normal", "False", "0"])
def test_a_field_that_says_what_another_one_usually_says_is_brought_back(word: str) -> None:
    step = Step(number=1, title=word, status=Status.FAILED, owner=word, reason=word, active_form=word)
    plan = Plan(namespace="payments.ledger", epoch="e", steps=(step,))
    (again,) = brought(write_document(plan)).steps
    assert values(again) == values(step)


def test_deeds_are_not_brought_but_named() -> None:
    decision = Decision(
        verdict=Verdict.APPROVED, by="person:eve", at=1, revision=1, seen=1, undo_to=Status.PENDING
    )
    step = Step(number=1, title="a", decision=decision, comments=(Comment(1, "person:eve", "yes"),) * 2)
    text = encoded(plan_json(Plan(namespace="p", epoch="e", steps=(step,))))
    found = read_plan(text, by=ADA, at=1)
    assert found.left_out == {"decision": 1, "comment": 2}
    assert found.namespace == "p"
    (again,) = brought(text).steps
    assert (again.decision, again.comments) == (None, ())


def test_what_somebody_changes_in_the_visible_text_counts() -> None:
    step = Step(number=4, title="Old", status=Status.COMPLETED, risk=Risk.PRODUCTION)
    text = write_document(Plan(namespace="p", epoch="e", steps=(step,)))
    (draft,) = read_document(text.replace("[x] Old", "[ ] New")).plan.steps
    assert (draft.title, draft.status, draft.risk) == ("New", Status.PENDING, Risk.PRODUCTION)


def test_nothing_in_a_note_can_pass_for_what_the_program_wrote() -> None:
    note = '<!-- planboard {"number":1,"status":"completed","risk":"normal"} -->'
    step = Step(number=1, title="a", notes=note, risk=Risk.IRREVERSIBLE)
    (again,) = brought(write_document(Plan(namespace="p", epoch="e", steps=(step,)))).steps
    assert (again.status, again.risk, again.notes) == (Status.PENDING, Risk.IRREVERSIBLE, note)


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ('{\n "title": "x"\n "steps": []\n}', 3, 2, "delimiter"),
        ('{"steps": [\n  {"title": "a"},\n  {"title": 7}\n]}', 3, 13, "Step 2"),
        ('{"plan": {"steps": ["a",\n "b",\n 5]}}', 3, 2, "Step 3"),
        ('{"title": "x", "steps": [{"title": "a"},\n{"title": ""}]}', 2, 1, "Step 2"),
        ('[{"title": "a", "needs": [2]},\n {"title": "b", "needs": [1]}]', 2, 2, "wait for each other"),
        ('[{"title": "a"},\n  {"title": "b", "needs": [9]}]', 2, 3, "no such step"),
        ('{"steps": [{"title": "a", "needs": ["x"]}]}', 1, 37, "needs"),
        ("# T\n- a\n- b\n  *#2* <!-- planboard {oops} -->", 4, 1, "Line 4"),
        (f"- a\n- {'b' * 3000}", 2, 1, "2,048"),
        (f"a\n\n{'b' * 3000}", 3, 1, "2,048"),
    ],
)
def test_what_is_wrong_is_shown_where_it_stands(text: str, line: int, column: int, said: str) -> None:
    with pytest.raises(CannotImport, match=said) as refused:
        read_plan(text, by=ADA, at=1)
    assert (refused.value.line, refused.value.column) == (line, column)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_editors_count_them(end: str) -> None:
    with pytest.raises(CannotImport) as refused:
        read_plan(f"\ufeff# T{end}- a\u2028- b\x0c- c{end}- {'d' * 3000}", by=ADA, at=1)
    assert refused.value.line == 3


@pytest.mark.parametrize("text", ["", " \n\n", "{}[", "- ", "x\n" * 5001, "a" * (1024 * 1024 + 1)])
def test_what_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(CannotImport):
        read_plan(text, by=ADA, at=1)


def test_one_step_a_line_and_a_blank_line_starts_a_new_wave() -> None:
    found = read_plan("Survey\nMeasure\n\n\nBuild\n", by=ADA, at=1).plan.steps
    assert [(step.title, step.needs) for step in found] == [
        ("Survey", ()),
        ("Measure", ()),
        ("Build", (1, 2)),
    ]


def test_blocks_that_would_make_millions_of_needs_are_refused() -> None:
    text = "\n".join(["a"] * 2000) + "\n\n" + "\n".join(["b"] * 2000)
    with pytest.raises(CannotImport, match="too long to wait"):
        read_plan(text, by=ADA, at=1)


def test_steps_are_added_behind_those_that_are_there() -> None:
    plan = Plan(namespace="p", epoch="e", steps=(Step(number=4, title="old", revision=1),), next_number=8)
    drafts = (StepDraft(number=1, title="a"), StepDraft(number=2, title="b", needs=(1,)))
    after = appended(plan, drafts, by=ADA, at=1)
    assert [(step.number, step.needs) for step in after.steps] == [(4, ()), (8, ()), (9, (8,))]


@given(st.text('{}[]",:- #x\n*<!>planboard123', max_size=200) | st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = read_plan(text, by=ADA, at=1)
    except CannotImport:
        return
    json.dumps([step.title for step in found.plan.steps])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[{"title": "a", "number": 1}, {"title": "b", "number": 1}]', "not all different"),
        ("[" * 200 + "]" * 200, "nested too deeply"),
        ('{"extra": 1e999}', "too large"),
    ],
)
def test_what_is_wrong_with_a_text_as_a_whole_has_no_line(text: str, said: str) -> None:
    with pytest.raises(CannotImport, match=said) as refused:
        read_plan(text, by=ADA, at=1)
    assert (refused.value.line, refused.value.column) == (None, None)


def test_steps_alone_are_read_from_any_list() -> None:
    assert [step.title for step in read_steps("- a\n- b\n", by=ADA, at=1).plan.steps] == ["a", "b"]
