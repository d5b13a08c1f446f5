"""Two revisions beside each other: what came, went, moved and changed, word by word."""

from msgspec.structs import replace

from plans.domain.plan import Plan
from plans.domain.revision import Line
from plans.domain.step import Comment, Progress, Status, Step
from plans.web.differing import DifferenceView, StepDifference, difference
from tests.web.cast import LedgerBoard

FIRST = Plan(
    namespace="payments.ledger",
    epoch="e",
    revision=3,
    title="Ledger",
    steps=tuple(Step(number=number, title=f"Step number {number}") for number in (1, 2, 3, 4)),
)


def compared(before: Plan, after: Plan, *lines: Line) -> DifferenceView:
    return difference(before, replace(after, revision=9), lines=lines, newest=9, url="/compare/")


def only(view: DifferenceView) -> StepDifference:
    (step,) = view.steps
    return step


def changed(number: int, **values: object) -> Plan:
    return FIRST.with_step(replace(FIRST.step(number), **values))


def words(spans: tuple[tuple[str, bool], ...]) -> list[str]:
    return [text for text, is_changed in spans if is_changed]


def test_the_same_plan_does_not_differ() -> None:
    assert compared(FIRST, FIRST).is_same


def test_of_a_changed_field_the_words_that_differ_are_marked() -> None:
    step = only(compared(FIRST, changed(2, title="Step letter 2")))
    (field,) = step.fields
    assert (step.sort, step.said, field.label) == ("changed", "Title changed", "Title")
    assert (words(field.was), words(field.now)) == (["number"], ["letter"])


def test_every_field_that_differs_is_listed_for_itself() -> None:
    after = changed(
        1,
        status=Status.IN_PROGRESS,
        owner="session-a",
        needs=(3,),
        progress=Progress(2, 5),
        comments=(Comment(1, "person:local", "Mind the gap"),),
    )
    fields = {field.label: (field.was, field.now) for field in only(compared(FIRST, after)).fields}
    assert {label: "".join(span.text for span in now) for label, (_, now) in fields.items()} == {
        "Status": "In progress",
        "Owner": "session-a",
        "Needs": "step 3",
        "Sub-steps": "2 of 5",
        "Comments": "You: Mind the gap",
    }


def test_a_moved_step_is_one_difference_and_its_neighbours_none() -> None:
    one, two, three, four = FIRST.steps
    step = only(compared(FIRST, replace(FIRST, steps=(four, one, two, three))))
    assert (step.number, step.said) == (4, "Place changed")
    assert "".join(span.text for span in step.fields[0].now) == "first"


def test_steps_come_and_go() -> None:
    new = Step(number=5, title="Another", notes="With notes")
    view = compared(FIRST, replace(FIRST, steps=(*FIRST.steps[1:], new)))
    assert {step.number: step.sort for step in view.steps} == {5: "added", 1: "removed"}
    assert view.said == "1 step added, 1 step removed"
    assert [field.label for field in view.steps[0].fields] == ["Notes"]


def test_the_plans_own_words_are_compared() -> None:
    view = compared(FIRST, replace(FIRST, title="Ledger to events"))
    assert [field.label for field in view.plan] == ["Title"]


def test_those_who_changed_a_step_are_named_the_last_one_first() -> None:
    lines = [
        Line(rev=rev, at=rev, by=by, verb="edit", set={"2": {"title": "x"}})
        for rev, by in ((4, "session:a"), (5, "person:local"), (6, "session:a"))
    ]
    step = only(compared(FIRST, changed(2, title="x"), *lines))
    assert [author.name for author in step.authors] == ["a", "You"]


def test_long_text_that_is_the_same_is_left_out_around_a_change() -> None:
    text = "word " * 2_000
    step = only(compared(changed(1, notes=f"{text}old {text}"), changed(1, notes=f"{text}new {text}")))
    shown = "".join(span.text for span in step.fields[0].now)
    assert "new" in shown
    assert len(shown) < 1_000


def test_hostile_words_are_shown_as_what_they_are() -> None:
    step = only(compared(FIRST, changed(1, title="a\u202eb <script>")))
    assert "⟦U+202E⟧" in step.title
    assert "⟦U+202E⟧" in "".join(span.text for span in step.fields[0].now)


def test_the_page_compares_any_two_revisions(board: LedgerBoard) -> None:
    page = board.get("compare/?from=1&to=6").content.decode()
    assert "3 steps added" in page
    page = board.get("compare/?from=6&to=4").content.decode()
    assert "1 step changed" in page
    assert "<del>session-abc</del>" in page


def test_without_a_choice_the_newest_revision_is_compared_with_the_one_before(board: LedgerBoard) -> None:
    page = board.get("compare/").content.decode()
    assert 'value="5"' in page
    assert 'value="6"' in page
    assert "Status, request changed" in page


def test_before_the_first_revision_there_was_nothing(board: LedgerBoard) -> None:
    assert board.get("compare/?from=0&to=1").status_code == 200


def test_what_is_no_revision_is_refused(board: LedgerBoard) -> None:
    assert board.get("compare/?from=x").status_code == 422
    assert board.get("compare/?from=1&to=700").status_code == 404
