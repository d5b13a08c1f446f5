"""What is odd in a plan's file stands where open pages take in what is said of it."""

import pytest

from plans.mirror.models import Plan
from tests.web.cast import LedgerBoard


@pytest.mark.parametrize("path", ["", "table/", "track/", "timeline/"])
def test_a_warning_about_the_file_stands_where_pages_draw_anew_what_is_said_of_it(
    board: LedgerBoard, path: str
) -> None:
    Plan.objects.update(warnings='["A key stands twice in plan.json"]')
    page = board.get(path).content.decode()
    assert "A key stands twice" in page.partition('id="banner"')[2].partition("</div>")[0]
    assert page.count("A key stands twice") == 1
