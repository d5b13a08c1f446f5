"""A page of a staged board, in a browser that this run shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from plans.domain.plan import Plan
from plans.domain.step import Status
from tests.acceptance.seeing import UNHURRIED
from tests.browser.seeing import state
from tests.browser.stage import NAMESPACE, Stage
from tests.browser.steps import AT, step
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

expect.set_options(timeout=PATIENCE * 1000)
STEPS = (
    step(1, Status.COMPLETED),
    step(2, Status.IN_PROGRESS),
    step(3, Status.IN_PROGRESS),
    step(4, Status.BLOCKED),
    step(5),
    step(6),
    step(7, needs=(5,)),
)


@pytest.fixture
def stage() -> Iterator[Stage]:
    """Show seven steps: 1 done, 2 and 3 in progress, 4 asks, 5 and 6 ready, 7 waits on 5."""
    plan = Plan(
        namespace=NAMESPACE,
        title="Ledger to event store",
        epoch="one",
        revision=10,
        created_at=AT,
        created_by="session:session-abc",
        updated_at=AT,
        updated_by="session:session-abc",
        steps=STEPS,
    )
    with Stage(plan) as staged:
        yield staged


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open an empty tab; an error on its console or a refusal of its policy fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(PATIENCE * 1000)
    context.add_init_script(UNHURRIED)
    errors: list[str] = []
    tab = context.new_page()
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.on("console", lambda said: errors.append(said.text) if "Content Security" in said.text else None)
    yield tab
    context.close()
    assert errors == []


@pytest.fixture
def board(stage: Stage, page: Page) -> Page:
    """Open the board and wait until it is live."""
    page.goto(stage.board)
    state(page, "live")
    page.mouse.move(0, 0)
    return page
