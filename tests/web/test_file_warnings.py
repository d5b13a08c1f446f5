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


def test_the_answer_to_a_change_leaves_a_warning_and_the_version_of_the_text_where_they_are(
    board: LedgerBoard,
) -> None:
    """Red where the plan in hand is drawn alone: the one who changed a step did not see them any more."""
    Plan.objects.update(warnings='["A key stands twice in plan.json"]', text="a1b2")
    answer = board.htmx("steps/2/comment/", note="Done soon", revision=board.revision(2), key="k")
    said = answer.content.decode().partition('hx-target="#banner"')[2]
    assert "A key stands twice" in said
    assert 'data-document="a1b2"' in said


def test_a_change_of_a_plan_that_the_mirror_does_not_have_yet_is_answered_all_the_same(
    board: LedgerBoard,
) -> None:
    Plan.objects.all().delete()
    answer = board.htmx("steps/2/comment/", note="Done soon", revision=board.revision(2), key="k")
    assert answer.status_code == 200
