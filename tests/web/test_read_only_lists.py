"""A list that another program keeps and we only show: marked so, without verbs, and refused by the server."""

from pathlib import Path

import pytest
from django.test import Client
from msgspec.structs import replace
from pytest_django.fixtures import Settings

from plans.django_wiring import desk as desk_of
from plans.sync.copying import Copier
from plans.sync.decide import Errand
from tests.sources.projects import make_project

PLAN = "taskmaster.shop"


@pytest.fixture
def shop(tmp_path: Path, settings: Settings, db: None) -> Path:  # noqa: ARG001 - rows need a database
    """A project with tasks, copied into the mirror."""
    (tmp_path / "root").mkdir(mode=0o700)
    project = make_project(tmp_path / "shop")
    settings.PLANBOARD = replace(
        settings.PLANBOARD,
        root_folder=str(tmp_path / "root"),
        home_folder=str(tmp_path / "home"),
        sources=(f"taskmaster={project}/.taskmaster",),
    )
    copier = Copier(desk_of().store)
    copier.write(copier.look(Errand(PLAN), patient=True))
    return project / ".taskmaster/tasks/tasks.json"


@pytest.mark.usefixtures("shop")
def test_its_board_says_that_it_is_read_only_and_offers_no_verb(ada: Client) -> None:
    page = ada.get(f"/plans/{PLAN}/").content.decode()
    assert '<span class="chip">Read only</span>' in page
    assert "Task Master keeps this list" in page
    assert 'data-can=""' in page
    assert 'class="board is-read-only"' in page


@pytest.mark.usefixtures("shop")
def test_its_steps_offer_no_verb(ada: Client) -> None:
    page = ada.get(f"/plans/{PLAN}/steps/2/").content.decode()
    assert "Service" in page
    assert f"/plans/{PLAN}/steps/2/complete/" not in page
    assert f"/plans/{PLAN}/steps/2/edit/" not in page


def test_the_server_refuses_with_a_sentence(ada: Client, shop: Path) -> None:
    before = shop.read_bytes()
    answer = ada.post(f"/plans/{PLAN}/steps/2/complete/", {"revision": "1"})
    assert answer.status_code == 403
    assert "Task Master keeps this list; it is only shown here" in answer.content.decode()
    assert ada.post(f"/plans/{PLAN}/steps/", {"title": "Mine"}).status_code == 403
    assert shop.read_bytes() == before
