"""What may be chosen for a step to need, as the needs editor asks for it."""

import re

import pytest
from django.test import Client

from plans.actions.assigning import cancel_step
from plans.actions.shaping import add_step, remove_step
from tests.web.cast import ADA, LedgerBoard
from tests.web.conftest import Copy


@pytest.fixture
def chain(board: LedgerBoard, copied: Copy) -> LedgerBoard:
    """1 ← 3 ← 4 ← 5, and 2 stands alone."""
    for need in (3, 4):
        add_step(board.desk, board.namespace, by=ADA, title=f"Follow step {need}", needs=(need,))
    copied(board.namespace)
    return board


def options(board: LedgerBoard, *, step: int | str = "add", needs: str = "", q: str = "") -> dict[int, str]:
    """Ask for the options; gives each one's markup by its number."""
    answer = board.get("choices/", step=step, needs=needs, q=q)
    assert answer.status_code == 200
    found = re.findall(r'<div class="option".*?</div>', answer.text, re.DOTALL)
    return {int(re.search(r'data-number="(\d+)"', option)[1]): option for option in found}  # type: ignore[index]  # every option has one


def test_what_would_close_a_circle_is_offered_disabled_with_the_way_back(chain: LedgerBoard) -> None:
    found = options(chain, step=1)

    assert set(found) == {1, 2, 3, 4, 5}
    assert 'aria-disabled="true"' not in found[2]
    assert "This is the step itself" in found[1]
    assert "Waits for step 1 already<" in found[3]
    assert "Waits for step 1 already: 5 → 4 → 3 → 1" in found[5]
    assert all('aria-disabled="true"' in found[number] for number in (1, 3, 4, 5))


def test_what_is_offered_is_what_the_board_takes(chain: LedgerBoard) -> None:
    for number in (1, 2, 3, 4, 5):
        for need, option in options(chain, step=number).items():
            answer = chain.htmx(
                f"steps/{number}/edit/",
                revision=chain.revision(number),
                needs=[str(need), *map(str, chain.step(number).needs)],
            )
            assert (answer.status_code == 200) == ('aria-disabled="true"' not in option), (number, need)
            chain.htmx(f"steps/{number}/edit/", revision=chain.revision(number), needs=ORIGINAL[number])


ORIGINAL = {1: "", 2: "", 3: "1", 4: "3", 5: "4"}


def test_steps_are_found_by_number_and_by_words(chain: LedgerBoard) -> None:
    assert list(options(chain, step=5, q="4")) == [4, 5]
    assert list(options(chain, step=5, q="#4 follow")) == [4]
    assert list(options(chain, step=5, q="TABLE write")) == [2]
    assert options(chain, step=5, q="nowhere") == {}
    assert "No step has this number or these words." in chain.get("choices/", step=5, q="nowhere").text


def test_the_nearest_steps_come_first_and_the_number_that_was_typed_before_all(
    chain: LedgerBoard, copied: Copy
) -> None:
    for at in range(6, 60):
        add_step(chain.desk, chain.namespace, by=ADA, title=f"Step number {at}")
    copied(chain.namespace)

    assert list(options(chain, step=50))[:4] == [49, 51, 48, 52]
    assert next(iter(options(chain, step=50, q="5"))) == 5
    assert "40 of 59 steps are shown. Type a number or words." in chain.get("choices/", step=50).text


def test_what_is_chosen_is_shown_with_what_is_wrong_with_it(chain: LedgerBoard, copied: Copy) -> None:
    remove_step(chain.desk, chain.namespace, 2, by=ADA, expected=chain.revision(2))
    copied(chain.namespace)
    text = chain.get("choices/", step=1, needs="2, 3, 77").text
    chips = re.findall(r"<li.*?</li>", text, re.DOTALL)

    assert "Removed step" in chips[0]
    assert "is-refused" not in chips[0]
    assert "Waits for step 1 already. It cannot be saved so." in chips[1]
    assert "There is no such step. It cannot be saved so." in chips[2]
    assert 'aria-selected="true"' in options(chain, step=1, needs="3")[3]
    assert "aria-disabled" not in options(chain, step=1, needs="3")[3]  # to be taken away again


def test_a_step_that_is_over_is_not_made_to_wait(chain: LedgerBoard, copied: Copy) -> None:
    cancel_step(chain.desk, chain.namespace, 2, by=ADA, expected=chain.revision(2))
    copied(chain.namespace)

    assert options(chain, step=2) == {}
    assert "It is cancelled: it cannot be made to wait for others." in chain.get("choices/", step=2).text


def test_a_step_that_is_not_there_yet_may_need_any(chain: LedgerBoard) -> None:
    assert "aria-disabled" not in "".join(options(chain).values())
    assert 'data-needs="/plans/payments.ledger/choices/?step=add"' in chain.get().text


def test_the_plain_field_stands_there_for_those_without_scripts(chain: LedgerBoard) -> None:
    text = chain.get("steps/3/").text

    assert re.search(r'<input class="field" id="edit-needs" name="needs"[^>]* value="1"', text)
    assert 'data-drop-need="1"' in text


def test_strangers_see_no_steps(chain: LedgerBoard, db: None) -> None:  # noqa: ARG001
    assert Client().get(f"/plans/{chain.namespace}/choices/").status_code in {302, 303}
    assert chain.get("choices/", step=99).status_code == 404
