"""An edit that another program undid stands on its card until a person edits the step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.actions.working import claim_step
from plans.domain.step import Flag, Status
from tests.web.cast import DEF, LEDGER, LedgerBoard

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web.conftest import Copy


def test_an_undone_edit_is_told_on_the_card_until_the_step_is_edited(
    board: LedgerBoard, copied: Copy, tmp_path: Path
) -> None:
    file = tmp_path / "root" / LEDGER / "plan.json"
    older = file.read_bytes()
    claim_step(board.desk, LEDGER, 2, by=DEF)
    file.write_bytes(older)
    board.desk.store.adopt(LEDGER)
    copied(LEDGER)
    said = "Another program undid a saved change"
    assert (board.step(2).status, board.step(2).flag) == (Status.PENDING, Flag.UNDONE_BY_PEER)
    assert said in board.get().content.decode()
    board.post("steps/2/edit/", revision=board.revision(2), title=board.step(2).title)
    copied(LEDGER)
    assert board.step(2).flag is None
    assert said not in board.get().content.decode()
