"""A plan that docker-agent keeps as one document: its text stands on its board, safe, and as it is now."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from msgspec.structs import replace
from pytest_django.fixtures import Settings

from plans.django_wiring import desk as desk_of
from plans.mirror import reading
from plans.sync.copying import Copier, Found
from plans.sync.decide import Errand
from plans.web.document import MOST

PLAN = "docker.notes"
PAGE = f"/plans/{PLAN}/"

type Write = Callable[..., Found]


@pytest.fixture
def write(tmp_path: Path, settings: Settings, db: None) -> Write:  # noqa: ARG001 - rows need a database
    """Write the document as docker-agent would, and let the worker copy it."""
    (tmp_path / "root").mkdir(mode=0o700)
    (tmp_path / "documents").mkdir()
    settings.PLANBOARD = replace(
        settings.PLANBOARD,
        root_folder=str(tmp_path / "root"),
        home_folder=str(tmp_path / "home"),
        sources=(f"docker={tmp_path}/documents",),
    )
    copier = Copier(desk_of().store)
    revisions = iter(range(1, 100))

    def write(content: str, status: str = "") -> Found:
        value = {"name": "notes", "content": content, "status": status, "revision": next(revisions)}
        (tmp_path / "documents" / "notes.json").write_text(json.dumps(value))
        found = copier.look(Errand(PLAN, core=True), patient=True)
        copier.write(found)
        return found

    return write


def page(client: Client, query: str = "") -> str:
    return client.get(PAGE + query).content.decode()


def test_a_document_without_boxes_is_shown_with_its_status(ada: Client, write: Write) -> None:
    write("# Release\n\nFirst we **wait**.\n\n* then we go", "Waiting for QA")
    shown = page(ada)
    assert '<details class="plan-document" open>' in shown
    assert "First we <strong>wait</strong>." in shown
    assert "Status: <b>Waiting for QA</b>" in shown
    assert f'href="{PAGE}actions/"' in shown


def test_what_stands_around_the_boxes_is_one_press_away(ada: Client, write: Write) -> None:
    write("Why we do it.\n\n- [ ] build\n")
    shown = page(ada)
    assert '<details class="plan-document">' in shown
    assert "Why we do it." in shown
    assert 'id="step-1"' in shown


def test_its_text_is_hostile(ada: Client, write: Write) -> None:
    write("<script>alert(1)</script> [here](javascript:alert(1)) a\u202eb <img src=x onerror=alert(1)>")
    shown = page(ada)
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
    assert 'href="javascript' not in shown
    assert "\u202e" not in shown


def test_a_change_of_the_text_alone_is_news_and_no_revision(ada: Client, write: Write) -> None:
    write("Before.\n\n- [ ] build\n")
    before = reading.picture(PLAN)
    etag = ada.get(f"{PAGE}?fragment=board").headers["ETag"]
    assert write("After.\n\n- [ ] build\n").is_news
    picture = reading.picture(PLAN)
    assert (picture.plan.revision, picture.document != before.document) == (before.plan.revision, True)
    again = ada.get(f"{PAGE}?fragment=board", headers={"If-None-Match": etag})
    assert "After." in again.content.decode()
    assert f'data-document="{picture.document}"' in again.content.decode()


def test_a_text_that_changed_along_with_a_box_is_shown_at_once(ada: Client, write: Write) -> None:
    write("Before.\n\n- [ ] build\n")
    write("After.\n\n- [x] build\n")
    assert "After." in page(ada)


def test_a_text_that_did_not_change_is_no_news(write: Write) -> None:
    write("As it is.\n")
    assert not write("As it is.\n").is_news


def test_an_older_revision_shows_no_text_of_now(ada: Client, write: Write) -> None:
    write("Before.\n\n- [ ] build\n")
    write("Now.\n\n- [x] build\n")
    assert "plan-document" not in page(ada, "?rev=1")


def test_a_very_long_document_is_cut_and_says_so(ada: Client, write: Write) -> None:
    write("word " * (MOST // 5 + 1))
    assert f"It has {(MOST // 5 + 1) * 5} characters; the rest is in its file." in page(ada)


def test_an_empty_document_says_that_it_is(ada: Client, write: Write) -> None:
    write("")
    assert "The document is empty." in page(ada)
