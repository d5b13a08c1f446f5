"""What a session lays beside its request is shown as what it is: a table, a text, or a plain fact."""

from __future__ import annotations

import re
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from plans.actions.shaping import edit_step
from plans.domain.step import Step
from plans.web.evidence import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, evidence_of, other_values
from tests.web.cast import ABC, ADA, LEDGER, LedgerBoard

if TYPE_CHECKING:
    from tests.web.conftest import Copy

REHEARSALS = 'Rehearsal,Events,Differences\nFirst,1204310,"3, explained"\nSecond,1198874,0\n'


def step(**extra: object) -> Step:
    return Step(number=1, title="Turn it on", extra=extra)


def lay(board: LedgerBoard, copied: Copy, **extra: object) -> None:
    edit_step(board.desk, LEDGER, 1, by=ABC, expected=board.revision(1), extra=extra)
    copied(LEDGER)


def evidence(page: str) -> str:
    return page.partition(">Evidence</h3>")[2].partition('<h3 class="section-title">')[0]


@pytest.mark.parametrize(
    "path", [f"/needs/{LEDGER}/1/", f"/plans/{LEDGER}/?step=1", f"/plans/{LEDGER}/steps/1/"]
)
def test_a_table_stands_beside_the_question_with_who_laid_it_there(
    board: LedgerBoard, copied: Copy, path: str
) -> None:
    lay(board, copied, **{"rehearsals.csv": REHEARSALS, "seconds": 14})
    revision = board.plan().revision
    page = board.client.get(path).content.decode()
    found = evidence(page)
    assert "rehearsals.csv" in found
    assert "<bdi>session-abc</bdi>" in found
    assert f"?from={revision - 1}&amp;to={revision}#step-1" in found
    assert re.findall(r'<th scope="col"([^>]*) dir="auto">([^<]+)', found) == [
        ("", "Rehearsal"),
        (' class="is-number"', "Events"),
        (' class="is-number"', "Differences"),
    ]
    assert ">3, explained</td>" in found
    assert "seconds" not in found
    assert '<dt dir="auto">seconds</dt><dd dir="auto"><code>14</code>' in page
    assert '<dt dir="auto">rehearsals.csv' not in page


def test_nothing_is_drawn_where_nothing_was_laid(board: LedgerBoard) -> None:
    page = board.client.get(f"/needs/{LEDGER}/1/").content.decode()
    assert "Evidence" not in page
    assert "evidence.css" not in page


def test_what_it_holds_is_text_and_no_markup(board: LedgerBoard, copied: Copy) -> None:
    lay(
        board,
        copied,
        **{"<b>.csv": "a,<i>b\n<script>x</script>,\u202e2\n", "log": "one\n<img src=x>\u202etwo"},
    )
    found = evidence(board.client.get(f"/needs/{LEDGER}/1/").content.decode())
    for markup in ("<script", "<img", "<i>", "<b>."):
        assert markup not in found
    assert "&lt;script&gt;x&lt;/script&gt;" in found
    assert "\u202e" not in found
    assert "<pre" in found


def test_it_names_who_changed_it_last_even_if_others_did_other_things_since(
    board: LedgerBoard, copied: Copy
) -> None:
    lay(board, copied, **{"a.csv": "n\n1\n"})
    lay(board, copied, **{"a.csv": "n\n2\n"})
    revision = board.plan().revision
    edit_step(board.desk, LEDGER, 1, by=ADA, expected=board.revision(1), extra={"limit": 3})
    copied(LEDGER)
    found = evidence(board.client.get(f"/needs/{LEDGER}/1/").content.decode())
    assert f"rev {revision}<" in found
    assert "session-abc" in found


class TestWhatIsEvidence:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("a.csv", "one,two\n1,2"),
            ("A.CSV", "one\n1\n\n2\n"),
            ("a.tsv", "one\ttwo\r\n1\t2\r\n"),
            ("rows", [{"one": 1}, {"two": None}]),
        ],
    )
    def test_tables_are(self, name: str, value: object) -> None:
        (found,) = evidence_of(step(**{name: value}), ())
        assert found.columns
        assert (found.author, found.at, found.text) == (None, "", "")
        assert other_values(step(**{name: value})) == ()

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("a.csv", "one,two"),
            ("n", 14),
            ("n", "a line"),
            ("n", None),
            ("n", []),
            ("n", [1, 2]),
            ("n", [{}]),
            ("n", [{"deep": [1]}]),
            ("n", {"one": 1}),
            (".csv", ""),
        ],
    )
    def test_short_values_stay_facts(self, name: str, value: object) -> None:
        assert evidence_of(step(**{name: value}), ()) == ()
        assert [known for known, _ in other_values(step(**{name: value}))] == [name]

    @pytest.mark.parametrize("text", ["one,two\n1\n", "a\n" + '"' + "x" * 200_000, "a,b\n1,2,3"])
    def test_lines_that_are_no_table_are_shown_as_they_are(self, text: str) -> None:
        (found,) = evidence_of(step(**{"a.csv": text}), ())
        assert not found.columns
        assert found.text.startswith(text[:5])

    def test_much_of_it_is_cut_and_said_to_be(self) -> None:
        rows = "".join(f"{n},{'x' * 300}\n" for n in range(MOST_ROWS + 7))
        (found,) = evidence_of(step(**{"a.csv": f"n,text\n{rows}"}), ())
        assert len(found.rows) == MOST_ROWS
        assert len(found.rows[0][1].text) == LONGEST_CELL + 1
        assert found.more == "7 more rows are not shown"
        wide = ",".join(map(str, range(20)))
        (found,) = evidence_of(step(**{"a.csv": f"{wide}\n{wide}"}), ())
        assert found.more == "8 more columns are not shown"

    def test_rows_that_share_no_name_take_no_more_room_than_what_is_shown(self) -> None:
        """Red where all cells are made before most are left out: 60,000 such rows are 3,600,000,000."""
        laid = step(runs=[{f"n{n}": n} for n in range(4_000)])
        tracemalloc.start()
        (found,) = evidence_of(laid, ())
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert most < 20_000_000
        assert (len(found.rows), len(found.columns)) == (MOST_ROWS, MOST_COLUMNS)
        assert [cell.text for cell in found.rows[1]] == ["", "1", *[""] * (MOST_COLUMNS - 2)]
        assert found.more == "3,900 more rows and 3,988 more columns are not shown"
