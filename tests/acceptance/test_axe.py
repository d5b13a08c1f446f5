"""axe finds nothing on any screen and none scrolls sideways, in both themes, at all widths.

Changes come in meanwhile, but where a plan cannot be read. CI looks at two pairs of theme and width, `make
torture` at all of them.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import nullcontext
from itertools import product
from typing import TYPE_CHECKING, Literal

import pytest
from playwright.sync_api import expect

from plans.sessions.files import FOLDER, file_name
from tests import figures
from tests.acceptance import seeing
from tests.acceptance.every_card import AGENT, PLAN, everything, feed, say
from tests.acceptance.examined import Examined
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.acceptance.board_process import Board
    from tests.acceptance.conftest import SignIn

pytestmark = pytest.mark.own_board
BOARD = f"/plans/{PLAN}/"
THEMES, WIDTHS = ("light", "dark"), (1440, 768, 390, 320)
LONG = bool(os.environ.get("PLANBOARD_TEST_TORTURE"))
LOOKS = list(product(THEMES, WIDTHS)) if LONG else [("light", 1440), ("dark", 390)]


@pytest.mark.slow
@pytest.mark.torture
@pytest.mark.shows("axe", failed="violations")
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("part", ["queue", "board", "views", "past", "steps", "rest", "refusals"])
@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_axe_finds_nothing(
    board: Board, sign_in: SignIn, scheme: Literal["light", "dark"], width: int, part: str
) -> None:
    everything(board)
    page = sign_in(
        BOARD,
        color_scheme=scheme,
        viewport={"width": width, "height": 900},
        reduced_motion="reduce",
    )
    is_moving, screens = PARTS[part]
    examined = Examined()
    with feed(board) if is_moving else nullcontext():
        for look_at in screens:
            look_at(board, page, examined)
    assert examined.found == {}
    assert examined.screens
    figures.record("axe", screens=examined.screens)


def the_lists(board: Board, page: Page, examined: Examined) -> None:
    page.goto(f"{board.url}/plans/")
    examined.look(page, "plans")
    page.locator("#new > summary").click()
    examined.look(page, "new plan")
    page.goto(f"{board.url}/plans/?q=nothing-like-it")
    examined.look(page, "no plan matches")
    page.goto(f"{board.url}/plans/search.synonyms/")
    examined.look(page, "an empty plan")


def the_needs(board: Board, page: Page, examined: Examined) -> None:
    alike = json.dumps({"steps": [{"title": "Shard 1"}, {"title": "Shard 2"}]})
    board.ask("plan", "create", "search.shards", "--from", "-", session=AGENT, stdin=alike)
    for number in ("1", "2"):
        board.ask("step", "claim", "search.shards", number, session=AGENT)
        board.ask("step", "block", "search.shards", number, "--approval", "Rebuild it?", session=AGENT)
    page.goto(f"{board.url}/needs/")
    seeing.live(page)
    examined.look(page, "needs")
    page.goto(f"{board.url}/needs/{PLAN}/2/")
    expect(page.locator("#drawer-title")).to_be_visible()
    examined.look(page, "needs, one step")
    page.locator("#snooze > summary").click()
    examined.look(page, "needs, snooze")
    shards, foot = f"{board.url}/plans/search.shards/", page.locator("#col-ask [data-alike]:not([hidden])")
    until(lambda: page.goto(shards) and foot.count() == 1)
    examined.look(page, "a board whose steps ask alike")
    until(lambda: page.goto(f"{board.url}/needs/search.shards/1/") and page.locator(".alike li").count() == 2)
    examined.look(page, "needs, alike")
    seeing.press(page.locator("#decide").get_by_role("button", name="Approve"))
    expect(page.locator("#drawer-title")).to_have_text("2 approved")
    examined.look(page, "needs, decided")
    page.goto(f"{board.url}/needs/?show=stale")
    seeing.live(page)
    examined.look(page, "needs, none of a sort")


def the_board(board: Board, page: Page, examined: Examined) -> None:
    page.goto(board.url + BOARD)
    seeing.live(page)
    examined.look(page, "board")
    page.locator("#add > summary").click()
    examined.look(page, "add a step")
    page.locator("#add > summary").click()
    page.get_by_role("link", name="Plan actions").click()
    expect(page.get_by_role("dialog", name="Plan actions").get_by_label("Title")).to_be_focused()
    examined.look(page, "plan menu")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    examined.look(page, "keys")
    page.keyboard.press("Escape")
    show(page, "ask")
    seeing.card(page, 2).focus()
    page.keyboard.press(".")
    expect(page.locator("#card-menu")).to_be_visible()
    examined.look(page, "card menu")
    page.keyboard.press("Escape")
    seeing.card(page, 2).focus()
    page.keyboard.press("o")
    expect(page.locator("#picker")).to_be_visible()
    examined.look(page, "owner picker")
    page.keyboard.press("Escape")
    seeing.card(page, 2).get_by_role("button", name="Reject").click()
    expect(page.get_by_role("dialog", name="Reject")).to_be_visible()
    examined.look(page, "reject")
    page.keyboard.press("Escape")


def the_board_otherwise(board: Board, page: Page, examined: Examined) -> None:
    """Look at the board filtered, in lanes, with cards selected, and on the wall."""
    for query in ("?q=who:x", "?group=owner", "?group=phase"):
        page.goto(board.url + BOARD + query)
        seeing.live(page)
        examined.look(page, f"board, {query}")
    page.goto(board.url + BOARD)
    seeing.live(page)
    page.get_by_role("button", name="Filters").click()
    expect(page.get_by_role("dialog", name="Filters")).to_be_visible()
    examined.look(page, "board, filters")
    page.keyboard.press("Escape")
    show(page, "ask")
    seeing.card(page, 2).focus()
    page.keyboard.press("v")
    expect(page.get_by_role("region", name="Selected steps")).to_be_visible()
    examined.look(page, "board, selected")
    page.keyboard.press("o")
    expect(page.get_by_role("dialog")).to_be_visible()
    examined.look(page, "board, selected, assign")
    page.keyboard.press("Escape")
    page.evaluate("document.documentElement.dataset.density = 'wall'")
    examined.look(page, "board, wall")


def the_views(board: Board, page: Page, examined: Examined) -> None:
    """Look at the other views of a plan, with nothing and with a step beside them."""
    for view in ("track", "timeline", "table"):
        page.goto(f"{board.url}{BOARD}{view}/")
        seeing.live(page)
        page.keyboard.press("j")
        examined.look(page, view)
        page.goto(f"{board.url}{BOARD}{view}/?step=2")
        examined.look(page, f"{view} and drawer")
        page.goto(f"{board.url}{BOARD}{view}/?q=bank")
        examined.look(page, f"{view}, filtered")
        page.goto(f"{board.url}/plans/search.synonyms/{view}/")
        examined.look(page, f"{view} of an empty plan")


def the_past(board: Board, page: Page, examined: Examined) -> None:
    """Look back: at every view of an older revision, at restoring it, and at what changed since."""
    for view in ("", "track/", "timeline/", "table/", "steps/2/"):
        page.goto(f"{board.url}{BOARD}{view}?rev=9")
        expect(page.locator("#replay")).to_contain_text("You are looking at rev 9")
        examined.look(page, f"rev 9, {view or 'board'}")
    page.get_by_text("Restore…").click()
    examined.look(page, "restore")
    for revisions in ("from=9&to=1", "from=0&to=12"):
        page.goto(f"{board.url}{BOARD}compare/?{revisions}")
        examined.look(page, f"compare {revisions}")
    page.goto(f"{board.url}{BOARD}?rev=99999")
    examined.look(page, "no such revision")


def show(page: Page, column: str) -> None:
    """Choose a column where only one fits."""
    link = page.locator(f'.mobile-columns a[href="#col-{column}"]')
    if link.is_visible():
        link.click()


def the_drawer(board: Board, page: Page, examined: Examined) -> None:
    for number in (2, 1):
        page.goto(f"{board.url}{BOARD}?step={number}")
        examined.look(page, f"drawer {number}")
    for verb in ("owner", "edit", "move", "comment"):
        page.goto(f"{board.url}{BOARD}?step=2")
        seeing.open_form(page, verb)
        examined.look(page, f"drawer, {verb}")
    page.goto(f"{board.url}{BOARD}steps/2/")
    examined.look(page, "step page")


def the_conflict(board: Board, page: Page, examined: Examined) -> None:
    page.goto(f"{board.url}{BOARD}?step=7")
    seeing.live(page)
    revision = str(board.step(PLAN, 7)["revision"])
    seeing.open_form(page, "edit").get_by_label("Title").fill("Mine")
    board.ask("step", "edit", PLAN, "7", "--title", "Theirs", "--revision", revision, session=AGENT)
    expect(page.locator("#title-7")).to_contain_text("Theirs")
    seeing.drawer(page).get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    examined.look(page, "conflict")
    page.get_by_role("dialog").get_by_role("radio", name="Write a third").check()
    examined.look(page, "conflict, a third version")
    page.get_by_role("button", name="Keep editing").click()
    examined.look(page, "not saved")


def the_plan_as_a_whole(board: Board, page: Page, examined: Examined) -> None:
    for path in ("actions", "delete", "duplicate", "paste", "share", "print"):
        page.goto(f"{board.url}{BOARD}{path}/")
        examined.look(page, f"plan, {path}")
    page.goto(f"{board.url}{BOARD}share/")
    page.get_by_role("button", name="Make a link").click()
    address = page.locator(".new-link code").first.inner_text()
    examined.look(page, "a new link")
    page.goto(address)
    examined.look(page, "shared")
    page.goto(f"{board.url}/share/nothing/")
    examined.look(page, "shared, gone")
    page.goto(f"{board.url}/import/")
    examined.look(page, "import")
    page.get_by_role("textbox", name="Text", exact=True).fill('{"steps": [\n  {"title": 7}\n]}')
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#import-error")).to_be_visible()
    examined.look(page, "import, refused")
    page.get_by_role("textbox", name="Text", exact=True).fill("# Survey\n- [x] Read\n- Write")
    page.get_by_role("button", name="Check again").click()
    expect(page.locator("#preview-head")).to_be_visible()
    examined.look(page, "import, preview")


def the_sessions(board: Board, page: Page, examined: Examined) -> None:
    for number in range(6):
        say(board, number)
    last = time.time() - 26 * 60
    os.utime(board.root / FOLDER / file_name("session-2"), (last, last))
    page.goto(f"{board.url}/sessions/")
    expect(page.locator(".is-stale").first).to_be_visible()
    examined.look(page, "sessions")
    page.locator(".is-stale [data-hand-over]").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    examined.look(page, "hand over")
    page.get_by_role("dialog").locator("label", has_text="Unclaimed").click()
    page.get_by_role("dialog").get_by_role("button", name="Hand over").click()
    expect(page.get_by_role("dialog")).to_contain_text("handed over")
    examined.look(page, "handed over")
    page.keyboard.press("Escape")
    page.goto(f"{board.url}/sessions/session-6/")
    examined.look(page, "one session")
    page.goto(f"{board.url}/activity/")
    examined.look(page, "activity")
    page.locator(".choices > summary").last.click()
    examined.look(page, "activity, choosing a plan")
    page.keyboard.press("Escape")
    page.locator(".activity-folded > summary").first.click()
    examined.look(page, "activity, unfolded")
    page.goto(f"{board.url}/activity/?q=nothing-like-it")
    examined.look(page, "nothing happened that matches")


def the_finding(board: Board, page: Page, examined: Examined) -> None:
    page.goto(f"{board.url}/search/?q=write")
    examined.look(page, "what was found")
    page.goto(f"{board.url}/settings/")
    examined.look(page, "settings")
    page.goto(f"{board.url}/settings/people/")
    page.get_by_text("Change role").first.click()
    examined.look(page, "people")
    the_tokens(board, page, examined)
    page.goto(board.url + BOARD)
    seeing.live(page)
    show(page, "ask")
    seeing.card(page, 2).focus()
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
    examined.look(page, "palette")
    page.keyboard.type("write")
    expect(page.locator("#palette [data-found] [role=option]").first).to_be_visible()
    examined.look(page, "palette, found")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.get_by_role("button", name="Change keys").click()
    examined.look(page, "keys, being changed")


def the_tokens(board: Board, page: Page, examined: Examined) -> None:
    page.goto(f"{board.url}/settings/tokens/")
    page.locator("#session").fill("laptop-*")
    page.locator("#plans").fill("a/b")
    page.get_by_role("radio", name="Some verbs only").check()
    page.get_by_role("button", name="Make the token").click()
    expect(page.locator("#plans-error")).to_be_visible()
    examined.look(page, "tokens, refused")
    page.locator("#plans").fill("payments.*")
    page.get_by_role("checkbox", name="claim").check()
    page.get_by_role("button", name="Make the token").click()
    page.get_by_text("Revoke…").first.click()
    examined.look(page, "tokens, a new one")
    page.get_by_role("button", name="Revoke token").first.click()
    expect(page.get_by_role("heading", name="Token 1")).to_have_count(0)
    page.get_by_text("Revoked tokens").click()
    examined.look(page, "tokens, one revoked")


def the_notices(board: Board, page: Page, examined: Examined) -> None:
    page.goto(f"{board.url}/notices/")
    expect(page.locator("[data-notices-said]")).not_to_contain_text("Looking")
    examined.look(page, "notices")
    page.locator("#url").fill("http://0.0.0.0/")
    page.get_by_role("button", name="Add webhook").click()
    expect(page.locator("#url-error")).to_be_visible()
    examined.look(page, "webhook, refused")
    page.locator("#url").fill("http://127.0.0.1:9/")
    page.get_by_role("button", name="Add webhook").click()
    expect(page.locator("#secret-title")).to_be_visible()
    examined.look(page, "webhook, its secret")
    page.get_by_role("button", name="Send a test").click()
    expect(page.locator("#log")).to_contain_text("Next try at")
    page.locator(".webhook-more > summary").click()
    examined.look(page, "webhook, its log")
    page.goto(f"{board.url}/notices/")
    examined.look(page, "webhooks")


def the_refusals(board: Board, page: Page, examined: Examined) -> None:
    page.goto(f"{board.url}/plans/no.such.plan/")
    examined.look(page, "no such plan")
    page.goto(f"{board.url}/no/such/page/")
    examined.look(page, "404")
    path = board.root / PLAN / "plan.json"
    path.write_text("<<<<<<< ours")
    page.goto(board.url + BOARD)
    expect(page.locator(".banner-error")).to_be_visible()
    examined.look(page, "unreadable")
    page.context.clear_cookies()
    page.goto(f"{board.url}/login/")
    examined.look(page, "login")
    page.locator("#code").fill("0000-0000")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#code-error")).to_be_visible()
    examined.look(page, "login, refused")
    the_own_password(board, page, examined)


def the_own_password(board: Board, page: Page, examined: Examined) -> None:
    """Come in by a password and mistype it where it is changed."""
    password = "correct horse staple"
    assert board.run("user", "add", "ana", stdin=f"{password}\n").returncode == 0
    page.goto(f"{board.url}/login/?next=/settings/password/")
    page.locator("#name").fill("ana")
    page.locator("#password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    for field in ("#old-password", "#new-password", "#password-again"):
        page.locator(field).fill("a guess, a guess")
    page.get_by_role("button", name="Change password").click()
    expect(page.locator("#old-password-error")).to_be_visible()
    examined.look(page, "own password, refused")


def the_api(board: Board, page: Page, examined: Examined) -> None:
    page.goto(f"{board.url}/api/v1/docs")
    examined.look(page, "api")


PARTS: dict[str, tuple[bool, list[Callable[[Board, Page, Examined], None]]]] = {
    "queue": (True, [the_lists, the_needs]),
    "board": (True, [the_board, the_board_otherwise]),
    "views": (True, [the_views]),
    "past": (True, [the_past]),
    "steps": (True, [the_drawer, the_conflict, the_plan_as_a_whole]),
    "rest": (True, [the_sessions, the_finding, the_notices, the_api]),
    "refusals": (False, [the_refusals]),
}

"""Screens by part, and whether an agent goes on telling what it does meanwhile."""
