"""A row of a step's history."""

from plans.actions.shaping import add_step, edit_step
from plans.web.history_rows import event_view
from tests.web.cast import ADA, LEDGER, LedgerBoard


def test_what_came_to_be_has_changed_nothing(board: LedgerBoard) -> None:
    line = add_step(board.desk, LEDGER, by=ADA, title="New", extra={"timeout": 9}, notes="Read me.").line
    assert line
    event = event_view(line, line.step)
    assert (event.deed, event.changes) == (f"added step {line.step}", ())


def test_values_of_its_own_are_named_where_they_changed(board: LedgerBoard) -> None:
    made = add_step(board.desk, LEDGER, by=ADA, title="New", extra={"timeout": 9, "runs.csv": "a,b", "x": 1})
    number = made.plan.steps[-1].number

    def edited(**extra: object) -> tuple[str, ...]:
        revision = board.plan().revision
        line = edit_step(board.desk, LEDGER, number, by=ADA, expected=revision, extra=extra).line
        assert line
        return event_view(line, number).changes

    assert edited(**{"runs.csv": "a,c", "timeout": 9, "x": None}) == ("runs.csv, x changed",)
    assert edited(a=1, b=2, c=3, d=4) == ("a, b, c and 1 more changed",)
    assert edited(**{"\u202e" + "n" * 50: 1}) == (f"⟦U+202E⟧{'n' * 39} changed",)
