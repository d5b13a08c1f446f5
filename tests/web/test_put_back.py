"""Files were put back from a copy: no page, picture or list goes on with what was lost."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from plans.actions.shaping import edit_step
from plans.mirror import needing, reading
from plans.people.shares import Kind, hand_out
from plans.security.login import local_person
from plans.security.roles import sight_of
from plans.web.list_tracks import tracks
from tests.web.cast import ADA

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.web.cast import LedgerBoard


@pytest.fixture
def put_back(board: LedgerBoard, tmp_path: Path) -> Callable[[], None]:
    """Give what puts the plan's folder back as it is now, and copies it as the worker does then."""
    folder = Path(board.desk.store.root) / board.namespace
    shutil.copytree(folder, tmp_path / "copy")

    def again() -> None:
        shutil.rmtree(folder)
        shutil.copytree(tmp_path / "copy", folder)
        board.copy_whole()

    return again


def history(page: str) -> str:
    return str(re.findall(r'data-epoch="([^"]+)"', page)[0])


@pytest.mark.parametrize(("path", "fragment"), [("", "board"), ("table/", "table"), ("track/", "track")])
def test_the_same_revision_of_another_copy_is_fetched_again(
    board: LedgerBoard, path: str, fragment: str
) -> None:
    """Red where a page is known by epoch and revision: it is told that it has the plan already."""
    first = board.get(path, fragment=fragment)
    board.copy_whole()
    again = board.get(path, {"If-None-Match": first["ETag"]}, fragment=fragment)
    assert again.status_code == 200
    assert history(again.content.decode()) == reading.versions([board.namespace])[board.namespace][0]


def test_a_page_of_an_older_revision_follows_the_same_copy(board: LedgerBoard) -> None:
    page = board.get("", rev=2).content.decode()
    bar = re.findall(r'<section[^>]*id="replay"[^>]*>', page)[0]
    assert history(bar) == reading.versions([board.namespace])[board.namespace][0]


def test_a_badge_a_track_and_a_queue_are_drawn_again(board: LedgerBoard) -> None:
    plan, ada = board.plan(), local_person("ada")
    token = hand_out(ada, namespace=plan.namespace, epoch=plan.epoch, kind=Kind.BADGE, until=2**52, now=1)
    badge = Client().get(f"/badge/{token}.svg")
    track = tracks(reading.plan_rows(sight_of(ada)))[plan.namespace]
    queue = needing.state(sight_of(ada), now=1)
    board.copy_whole()
    assert Client().get(f"/badge/{token}.svg", headers={"If-None-Match": badge["ETag"]}).status_code == 200
    assert tracks(reading.plan_rows(sight_of(ada)))[plan.namespace] is not track
    assert needing.state(sight_of(ada), now=1) != queue


def test_a_form_of_what_was_lost_is_refused_with_what_was_typed(
    board: LedgerBoard, put_back: Callable[[], None]
) -> None:
    edit_step(board.desk, board.namespace, 2, by=ADA, expected=board.revision(2), title="Lost")
    lost = board.revision(2)
    put_back()
    answer = board.post("steps/2/edit/", revision=lost, title="Typed on top", notes="", needs="", key="k")
    assert answer.status_code == 409
    assert "Typed on top" in answer.content.decode()
    assert board.step(2).title == "Write the event table"


def test_whoever_saved_what_was_lost_sees_what_the_files_say(
    board: LedgerBoard, put_back: Callable[[], None]
) -> None:
    board.post("steps/2/edit/", revision=board.revision(2), title="Lost", notes="", needs="", key="k")
    put_back()
    page = board.get().content.decode()
    assert "Lost" not in page
    assert history(page) == reading.versions([board.namespace])[board.namespace][0]
