"""The line at the foot of the pages about all plans: what happened last, wherever it was."""

import re

import pytest

from plans.actions.shaping import edit_step
from tests.web.cast import ADA, LEDGER, LedgerBoard
from tests.web.conftest import Copy

LINE = re.compile(r'<p class="latest-lines".*?</p>', re.DOTALL)


def line(board: LedgerBoard, path: str) -> str:
    found = LINE.search(board.client.get(path).content.decode())
    return re.sub(r"<[^>]+>", "", found[0]) if found else ""


@pytest.mark.parametrize(
    "path", ["/needs/", "/plans/", "/sessions/", "/activity/", "/settings/", "/notices/"]
)
def test_pages_about_all_plans_say_what_happened_last(board: LedgerBoard, path: str) -> None:
    said = line(board, path)
    assert "session-abc" in said
    assert f"rev {board.plan().revision}" in said


def test_what_pages_fetch_again_says_it_too(board: LedgerBoard, copied: Copy) -> None:
    lists = "/plans/?fragment=lists&screen=needs"
    before = board.client.get(lists)["ETag"]
    edit_step(board.desk, LEDGER, 2, by=ADA, expected=board.revision(2), title="<b>Another</b> title")
    copied(LEDGER)
    assert board.client.get(lists)["ETag"] != before
    assert "2 &lt;b&gt;Another&lt;/b&gt; title" in line(board, lists)
    assert not line(board, f"/plans/?fragment=lists&current={LEDGER}"), "a plan's page has its own line"
