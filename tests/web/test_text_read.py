"""A decision is about the text that was read: elsewhere, other words may have the same revision."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from plans.actions.shaping import edit_step
from plans.domain.sealing import text_mark
from plans.domain.step import Status
from tests.web.cast import ADA

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.web.cast import LedgerBoard
    from tests.web.conftest import Copy

READ, NOW = "Delete the rows of the test table", "Delete all rows"


@pytest.fixture
def other_text(board: LedgerBoard, copied: Copy, tmp_path: Path) -> Callable[[], None]:
    """Show ``READ``; give what puts the files back and makes it ``NOW``, at the very same revision."""
    folder = Path(board.desk.store.root) / board.namespace
    shutil.copytree(folder, tmp_path / "copy")
    edit_step(board.desk, board.namespace, 1, by=ADA, expected=board.revision(1), title=READ)
    copied(board.namespace)
    before = board.revision(1)

    def again() -> None:
        shutil.rmtree(folder)
        shutil.copytree(tmp_path / "copy", folder)
        edit_step(board.desk, board.namespace, 1, by=ADA, expected=board.revision(1), title=NOW)
        board.copy_whole()
        assert (board.step(1).title, board.revision(1)) == (NOW, before)

    return again


def readings(page: str, verb: str = "approve") -> set[str]:
    """Find what the forms and buttons of a page send as the revision when they do this to step 1."""
    by_button = re.findall(rf'formaction="[^"]*/steps/1/{verb}/" name="revision" value="([^"]+)"', page)
    form = rf'<form[^>]* action="[^"]*/steps/1/{verb}/"[^>]*>.*?name="revision" value="([^"]+)"'
    by_form = re.findall(form, page, re.DOTALL)
    return {*by_button, *by_form}


@pytest.mark.parametrize(
    ("path", "verb"),
    [
        ("/plans/{}/", "approve"),
        ("/plans/{}/", "reject"),
        ("/plans/{}/steps/1/", "approve"),
        ("/plans/{}/steps/1/?part=reject", "reject"),
        ("/needs/", "approve"),
        ("/needs/", "reject"),
    ],
)
def test_every_form_that_decides_names_the_text_it_shows(board: LedgerBoard, path: str, verb: str) -> None:
    headers = {"HX-Request": "true"} if "part=" in path else {}
    page = board.client.get(path.format(board.namespace), headers=headers).content.decode()
    assert readings(page, verb) == {f"{board.revision(1)}.{text_mark(board.step(1))}"}


def test_what_was_read_is_decided_whatever_happened_beside_it(board: LedgerBoard) -> None:
    (read,) = readings(board.get("steps/1/").content.decode())
    board.post("steps/1/comment/", text="Export is attached.")
    assert board.post("steps/1/approve/", revision=read).status_code == 303
    assert board.step(1).status is Status.IN_PROGRESS


@pytest.mark.parametrize("verb", ["approve", "reject"])
def test_other_words_at_the_same_revision_are_not_decided(
    board: LedgerBoard, other_text: Callable[[], None], verb: str
) -> None:
    (read,) = readings(board.get("steps/1/").content.decode())
    other_text()
    answer = board.post(f"steps/1/{verb}/", revision=read, note="Go, but slowly")
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "does not say what you read" in page
    assert NOW in page
    assert "Go, but slowly" in page
    assert board.step(1).status is Status.BLOCKED
    assert board.step(1).decision is None


def test_a_form_of_another_history_is_not_compared_but_refused(
    board: LedgerBoard, other_text: Callable[[], None]
) -> None:
    """What changed since its number is not what changed since it was read."""
    (read,) = readings(board.get("steps/1/").content.decode())
    other_text()
    edit_step(board.desk, board.namespace, 1, by=ADA, expected=board.revision(1), notes="Also the backups")
    answer = board.htmx("steps/1/approve/", revision=read)
    assert answer.status_code == 409
    assert "does not say what you read" in answer.content.decode()


def test_a_comparison_decides_on_what_it_shows(board: LedgerBoard) -> None:
    (read,) = readings(board.get("steps/1/").content.decode())
    edit_step(board.desk, board.namespace, 1, by=ADA, expected=board.revision(1), title=NOW)
    answer = board.htmx("steps/1/approve/", revision=read)
    assert answer.status_code == 409
    assert readings(answer.content.decode()) == {f"{board.revision(1)}.{text_mark(board.step(1))}"}


def test_one_of_many_with_other_words_is_left_alone(
    board: LedgerBoard, other_text: Callable[[], None]
) -> None:
    (read,) = readings(board.get("steps/1/").content.decode())
    other_text()
    sent = {"ask": f"{board.namespace}/1/{read}", "verb": "approve"}
    answer = board.client.post("/needs/decide/", sent, headers={"HX-Request": "true"})
    assert "does not say what you read" in answer.content.decode()
    assert board.step(1).status is Status.BLOCKED


def test_selected_cards_with_other_words_are_left_alone(
    board: LedgerBoard, other_text: Callable[[], None]
) -> None:
    (read,) = readings(board.get().content.decode())
    other_text()
    answer = board.htmx("bulk/", step=f"1.{read}", verb="approve")
    assert "does not say what you read" in answer.content.decode()
    assert board.step(1).status is Status.BLOCKED
