"""Two people edit the same step: nobody overwrites anybody, and nobody types anything twice."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.acceptance import seeing
from tests.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

    from tests.acceptance.board_process import Board
    from tests.acceptance.conftest import SignIn

PLAN = "payments.ledger"
AGENT = "session-abc"
EDITOR = f"/plans/{PLAN}/?step=1"


def one_step(board: Board) -> None:
    board.ask("plan", "create", PLAN, session=AGENT)
    board.ask("step", "add", PLAN, "--title", "Turn on dual-write", "--notes", "One flag.", session=AGENT)
    board.ask("step", "claim", PLAN, "1", session=AGENT)


def type_title(page: Page, title: str) -> None:
    seeing.open_form(page, "edit").get_by_label("Title").fill(title)


def save(page: Page) -> int:
    """Press Save; gives the status of the answer."""
    with page.expect_response(lambda answer: answer.url.endswith("/edit/")) as answered:
        seeing.drawer(page).get_by_role("button", name="Save", exact=True).click()
    return answered.value.status


def overtaken(board: Board, sign_in: SignIn) -> tuple[Page, Page]:
    """Two pages with a title half written on both; the first has saved, the second was refused."""
    one_step(board)
    first, second = sign_in(EDITOR), sign_in(EDITOR)
    for page, title in ((first, "Turn on dual-write in staging"), (second, "Turn on dual-write at noon")):
        seeing.live(page)
        type_title(page, title)
    assert save(first) == 200
    expect(first.locator("#title-1")).to_contain_text("in staging")
    expect(second.locator("#title-1")).to_contain_text("in staging")
    assert save(second) == 409
    return first, second


def revisions(board: Board) -> list[dict[str, object]]:
    text = (board.root / PLAN / "journal.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()[1:]]


def test_the_second_of_two_edits_is_refused_and_saved_on_top_of_the_first(
    board: Board, sign_in: SignIn
) -> None:
    first, second = overtaken(board, sign_in)
    saved_first = board.step(PLAN, 1)
    assert saved_first["title"] == "Turn on dual-write in staging"
    dialog = second.get_by_role("dialog")
    expect(dialog).to_contain_text("Nothing of yours is lost")
    expect(dialog.locator(".version").first).to_contain_text("in staging")
    expect(dialog.locator(".version-yours")).to_contain_text("at noon")
    expect(dialog.get_by_role("radio", name="Yours")).to_be_checked()
    dialog.get_by_role("button", name="Save as rev 5").click()
    for page in (first, second):
        expect(page.locator("#title-1")).to_contain_text("at noon")
    expect(second.get_by_role("dialog")).to_have_count(0)
    saved = board.step(PLAN, 1)
    assert (saved["title"], saved["revision"], saved["notes"]) == (
        "Turn on dual-write at noon",
        5,
        "One flag.",
    )
    assert [line["verb"] for line in revisions(board)] == ["create", "add", "claim", "edit", "edit"]


def test_a_closed_dialog_leaves_the_text_where_it_was_typed(board: Board, sign_in: SignIn) -> None:
    _, second = overtaken(board, sign_in)
    second.get_by_role("dialog").get_by_role("button", name="Keep editing").click()
    expect(second.get_by_role("dialog")).to_have_count(0)
    title = seeing.drawer(second).get_by_label("Title")
    expect(title).to_have_value("Turn on dual-write at noon")
    second.reload()
    expect(title).to_be_visible()
    expect(title).to_have_value("Turn on dual-write at noon")
    expect(seeing.drawer(second).get_by_text("Restored your unsaved text.")).to_be_visible()
    assert save(second) == 409, "it goes on from what it was begun on"
    assert len(revisions(board)) == 4


def test_a_choice_alone_that_came_too_late_is_kept(board: Board, sign_in: SignIn) -> None:
    one_step(board)
    first, second = sign_in(EDITOR), sign_in(EDITOR)
    for page in (first, second):
        seeing.live(page)
    seeing.open_form(second, "edit").get_by_label("Review").select_option("required")
    type_title(first, "Turn on dual-write in staging")
    assert save(first) == 200
    expect(second.locator("#title-1")).to_contain_text("in staging")
    assert save(second) == 409
    second.keyboard.press("Escape")
    expect(second.locator("#step-1")).to_contain_text("Your review was not saved")


def test_a_discarded_text_is_gone_and_theirs_stays(board: Board, sign_in: SignIn) -> None:
    _, second = overtaken(board, sign_in)
    second.get_by_role("dialog").get_by_role("link", name="Discard mine").click()
    expect(second.get_by_role("dialog")).to_have_count(0)
    second.goto(board.url + EDITOR)
    title = seeing.open_form(second, "edit").get_by_label("Title")
    expect(title).to_have_value("Turn on dual-write in staging")
    assert len(revisions(board)) == 4


def test_a_third_version_can_be_written_from_both(board: Board, sign_in: SignIn) -> None:
    _, second = overtaken(board, sign_in)
    dialog = second.get_by_role("dialog")
    dialog.get_by_role("radio", name="Write a third").check()
    dialog.get_by_label("Title, a third version").fill("Turn on dual-write in staging at noon")
    dialog.get_by_role("button", name="Save as rev 5").click()
    expect(second.locator("#title-1")).to_contain_text("in staging at noon")
    assert board.step(PLAN, 1)["title"] == "Turn on dual-write in staging at noon"


def test_an_edit_of_another_field_is_merged_by_one_press(board: Board, sign_in: SignIn) -> None:
    one_step(board)
    page = sign_in(EDITOR)
    seeing.live(page)
    type_title(page, "Turn on dual-write at noon")
    board.ask("step", "edit", PLAN, "1", "--notes", "Two flags.", "--revision", "3", session=AGENT)
    expect(page.locator(".history")).to_contain_text("rev 4")
    assert save(page) == 409
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("your title still fits")
    dialog.get_by_role("button", name="Save as rev 5").click()
    expect(page.locator("#title-1")).to_contain_text("at noon")
    saved = board.step(PLAN, 1)
    assert (saved["title"], saved["notes"]) == ("Turn on dual-write at noon", "Two flags.")


def test_half_typed_text_survives_a_live_change_and_a_reload(board: Board, sign_in: SignIn) -> None:
    one_step(board)
    page = sign_in(EDITOR)
    seeing.live(page)
    form = seeing.open_form(page, "edit")
    form.get_by_label("Notes").press_sequentially("Half a sent")
    doing = "running 212 tests"
    board.ask("step", "heartbeat", PLAN, "1", "--active-form", doing, session=AGENT)
    board.ask("step", "edit", PLAN, "1", "--phase", "Shadow", "--revision", "3", session=AGENT)
    expect(page.locator("#step-1")).to_contain_text("Shadow")
    expect(page.locator("#drawer-facts")).to_contain_text(doing)
    notes = form.get_by_label("Notes")
    expect(notes).to_be_focused()
    typed = notes.input_value()
    assert "Half a sent" in typed
    page.reload()
    expect(notes).to_be_visible()
    expect(notes).to_have_value(typed)


def test_who_goes_on_typing_while_a_save_is_under_way_is_not_interrupted(
    board: Board, sign_in: SignIn
) -> None:
    one_step(board)
    page = sign_in(EDITOR)
    seeing.live(page)
    type_title(page, "Turn on at noon")
    late: list[Route] = []
    page.route("**/edit/", lambda route: late.append(route))  # noqa: PLW0108 - it takes no builtin
    page.locator("#edit").get_by_label("Title").press("Control+Enter")
    until(lambda: page.evaluate("true") and late)
    comment = seeing.open_form(page, "comment").get_by_role("textbox")
    comment.press_sequentially("Say so")
    for route in late:
        route.continue_()
    expect(page.locator("#drawer-title")).to_have_text("Turn on at noon")
    expect(comment).to_be_focused()
    page.keyboard.type(" to all")
    expect(comment).to_have_value("Say so to all")


def test_at_the_command_line_the_second_edit_ends_with_exit_code_3(board: Board) -> None:
    one_step(board)
    board.ask("step", "edit", PLAN, "1", "--title", "In staging", "--revision", "3", session=AGENT)
    late = ("step", "edit", PLAN, "1", "--title", "At noon", "--json")
    refused = board.run(*late, "--revision", "3", session=AGENT)
    assert refused.returncode == 3
    error = json.loads(refused.stderr)["error"]
    assert (error["expected"], error["actual"]) == (3, 4)
    assert error["advice"]
    assert board.step(PLAN, 1)["title"] == "In staging"
    assert board.run(*late, "--revision", "4", session=AGENT).returncode == 0
    assert board.step(PLAN, 1)["title"] == "At noon"


def test_a_page_and_a_command_line_refuse_each_other_alike(board: Board, sign_in: SignIn) -> None:
    one_step(board)
    page = sign_in(EDITOR)
    seeing.live(page)
    type_title(page, "From the page")
    assert save(page) == 200
    late = ("step", "edit", PLAN, "1", "--title", "Late", "--revision", "3", "--json")
    refused = board.run(*late, session=AGENT)
    assert refused.returncode == 3
    error = json.loads(refused.stderr)["error"]
    assert (error["by"], error["changed"]) == ("person:local", ["title"])
    assert error["current"]["title"] == "From the page"
