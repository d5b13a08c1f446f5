"""A ledger that asks, in real files and real rows, and Ada signed in."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from msgspec.structs import replace
from pytest_django.fixtures import Settings

from plans.actions.desk import Desk
from plans.actions.planning import create_plan
from plans.actions.shaping import add_step
from plans.actions.working import block_step, claim_step
from plans.django_wiring import desk as desk_of
from plans.domain.step import RequestKind, Risk
from plans.mirror.applying import write
from plans.mirror.reading import known_plan
from plans.mirror.rows import News, paint
from plans.security.login import local_person
from plans.security.rates import Rates
from plans.security.roles import Role, give_role
from plans.web import auditing
from tests.security import weakened
from tests.web.cast import ABC, ADA, LEDGER, LedgerBoard
from tests.web.queue_page import RANKER, Ask
from tests.web.socket_scene import Open, opening

type Copy = Callable[[str], None]


@pytest.fixture(autouse=True)
def weakened_build(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away the one defence that PLANBOARD_TEST_WEAKENED names, if any."""
    weakened.apply_named(monkeypatch.setattr)


@pytest.fixture(autouse=True)
def fresh_counts(fresh_attempts: None, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    """Let no test use up what another one may try within a minute, and have noted."""
    monkeypatch.setattr(auditing, "REFUSED", Rates(limit=auditing.REFUSED.limit))


@pytest.fixture
def desk(tmp_path: Path, settings: Settings) -> Desk:
    """Work at a root of the test's own."""
    root = tmp_path / "root"
    root.mkdir(mode=0o700)
    settings.PLANBOARD = replace(
        settings.PLANBOARD, root_folder=str(root), home_folder=str(tmp_path / "home")
    )
    return desk_of()


@pytest.fixture
def copied(desk: Desk, db: None) -> Copy:  # noqa: ARG001 - rows need a database
    """Copy a plan into the mirror, as the worker does."""

    def copy(namespace: str) -> None:
        known = known_plan(namespace)
        lines = desk.store.lines(namespace, after=known.picture.plan.revision if known else 0)
        news = News(desk.store.read(namespace).plan, lines)
        write(known, paint(known, news), news)

    return copy


@pytest.fixture
def ada(db: None) -> Client:  # noqa: ARG001 - so does a person
    """Sign Ada in, in a browser without scripts."""
    client = Client()
    client.force_login(local_person("ada"))
    return client


@pytest.fixture
def eve(db: None) -> Client:  # noqa: ARG001
    """Sign Eve in, who may only look."""
    user = User.objects.create_user("eve")
    give_role(user, Role.VIEWER)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def ledger(desk: Desk, copied: Copy) -> str:
    """Make a plan: step 1 is worked on by session-abc and asks, 2 is free, 3 waits on 1."""
    create_plan(desk, LEDGER, by=ADA)
    add_step(desk, LEDGER, by=ADA, title="Delete orphaned holds")
    add_step(desk, LEDGER, by=ADA, title="Write the event table", notes="Partition by month.")
    add_step(desk, LEDGER, by=ADA, title="Read from events", needs=(1,))
    claim_step(desk, LEDGER, 1, by=ABC)
    block_step(desk, LEDGER, 1, by=ABC, kind=RequestKind.APPROVAL, text="Delete 41 rows?")
    copied(LEDGER)
    return LEDGER


@pytest.fixture
def board(desk: Desk, ledger: str, ada: Client) -> LedgerBoard:
    return LedgerBoard(ada, desk, ledger)


@pytest.fixture
def asks(board: LedgerBoard, copied: Copy) -> Ask:
    """Give what makes another plan whose steps ask."""

    def ask(*texts: str, kind: RequestKind = RequestKind.APPROVAL, risk: Risk = Risk.NORMAL) -> None:
        create_plan(board.desk, RANKER, by=ADA)
        for number, text in enumerate(texts, 1):
            add_step(board.desk, RANKER, by=ADA, title=f"Shard {number}", risk=risk)
            claim_step(board.desk, RANKER, number, by=ABC)
            block_step(board.desk, RANKER, number, by=ABC, kind=kind, text=text)
        copied(RANKER)

    return ask


@pytest.fixture
async def opened(board: LedgerBoard) -> AsyncIterator[Open]:
    """Open sockets as Ada's browser does."""
    async with opening(board) as open_socket:
        yield open_socket
