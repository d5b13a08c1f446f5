"""Pages that have one thing to say: nothing there, not allowed, broken, unreadable, empty."""

from pathlib import Path

from django.test import Client, RequestFactory

from plans.domain.problem import Problem
from plans.security.login import local_person
from plans.web.excerpts import lines_around
from plans.web.sampling import PLAYER, Player
from plans.web.views.broken import broken
from tests.web.cast import LedgerBoard


def test_a_plan_that_is_not_there_is_told_to_a_person(board: LedgerBoard) -> None:
    answer = board.client.get("/plans/no.such/")
    shown = answer.content.decode()
    assert answer.status_code == 404
    assert "There is no such plan" in shown
    assert "planboard plan list" not in shown
    assert "Look in Activity" in shown


def test_a_step_that_is_not_there_is_told_in_the_same_words_to_scripts(board: LedgerBoard) -> None:
    for answer in (board.get("steps/99/"), board.htmx("steps/99/cancel/", revision=1)):
        assert answer.status_code == 404
        assert "There is no step 99 in this plan" in answer.content.decode()
        assert "planboard step list" not in answer.content.decode()


def test_who_may_not_is_told_as_whom_they_came(board: LedgerBoard, eve: Client) -> None:
    shown = eve.get(f"/plans/{board.namespace}/delete/").content.decode()
    assert "Signed in as eve." in shown
    assert "Use another account" in shown


def test_who_may_not_is_told_in_a_sentence_where_a_form_asked(board: LedgerBoard, eve: Client) -> None:
    url = f"/plans/{board.namespace}/steps/2/comment/"
    answer = eve.post(url, {"note": "Hello"}, headers={"HX-Request": "true"})
    assert answer.status_code == 403
    assert b"may not change plans named payments.ledger: that takes the role operator" in answer.content
    assert b"<html" not in answer.content


def test_a_form_that_is_too_old_is_told_in_a_sentence_or_on_a_page(board: LedgerBoard) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(local_person("ada"))
    url = f"/plans/{board.namespace}/steps/2/comment/"
    page = strict.post(url, {"note": "Hello"})
    part = strict.post(url, {"note": "Hello"}, headers={"HX-Request": "true"})
    assert (page.status_code, part.status_code) == (403, 403)
    for answer in (page, part):
        assert b"This form is too old to be sent" in answer.content
    assert b"<html" in page.content
    assert b"<html" not in part.content


def test_a_broken_page_names_the_request_that_the_log_has(caplog: object) -> None:
    answer = broken(RequestFactory().get("/plans/x/?q=1"))
    shown = answer.content.decode()
    assert answer.status_code == 500
    number = shown.partition("request ")[2][:10]
    assert number in caplog.text  # type: ignore[attr-defined]
    assert 'href="/plans/x/?q=1"' in shown
    assert "Try again</a>" not in broken(RequestFactory().post("/plans/x/")).content.decode()


def test_what_breaks_behind_a_form_is_told_in_a_sentence() -> None:
    answer = broken(RequestFactory().post("/plans/x/", headers={"HX-Request": "true"}))
    assert answer.status_code == 500
    assert b"The board failed at request" in answer.content
    assert b"<html" not in answer.content


def test_an_unreadable_file_is_shown_around_its_fault() -> None:
    problem = Problem(
        kind="unreadable",
        message="no",
        line=3,
        column=5,
        excerpt="ab  cd e",
        before=("one", "two"),
        after=("x",),
    )
    lines = lines_around(problem)
    assert [line.number for line in lines] == [1, 2, 3, 4]
    assert (lines[2].before, lines[2].mark, lines[2].after, lines[2].is_bad) == ("ab  ", "cd", " e", True)
    assert lines_around(Problem(kind="missing", message="gone")) == ()


def test_a_place_in_the_middle_of_a_long_line_is_shown() -> None:
    problem = Problem(
        kind="unreadable", message="no", line=1, column=151, excerpt="a" * 150 + " " * 40 + "b" * 10
    )
    (line,) = lines_around(problem)
    assert line.mark == ""
    assert len(line.before) == 80


def test_an_empty_plan_offers_a_list_and_a_line(board: LedgerBoard) -> None:
    board.client.post("/plans/", {"namespace": "fresh", "title": "Fresh"})
    shown = board.client.get("/plans/fresh/").content.decode()
    assert 'href="/plans/fresh/paste/"' in shown
    assert "planboard step add fresh" in shown
    assert "0 steps" in shown


def test_the_sample_is_opened_and_moves_by_itself(board: LedgerBoard) -> None:
    try:
        answer = board.client.post("/sample/")
        assert (answer.status_code, answer["Location"]) == (303, "/plans/sample.photos/")
        assert PLAYER.is_playing
        assert board.client.post("/sample/").status_code == 303
    finally:
        PLAYER.stop()
    assert Path(board.desk.store.root, "sample.photos", "plan.json").exists()


def test_a_player_ends_by_itself_where_there_is_nothing_to_play(board: LedgerBoard) -> None:
    player = Player(pace=0.001)
    player.start(board.desk)
    player.stop()
    assert not player.is_playing
