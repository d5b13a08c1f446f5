"""A row of a step's history."""

from plans.actions.shaping import add_step
from plans.web.history_rows import event_view
from tests.web.cast import ADA, LEDGER, LedgerBoard


def test_what_came_to_be_has_changed_nothing(board: LedgerBoard) -> None:
    line = add_step(board.desk, LEDGER, by=ADA, title="New", extra={"timeout": 9}, notes="Read me.").line
    assert line
    event = event_view(line, line.step)
    assert (event.deed, event.changes) == (f"added step {line.step}", ())
