"""Links: made by who may change a plan, opened by anyone, until they end. Nothing else shows through."""

import re
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client
from msgspec.structs import replace
from pytest_django.fixtures import Settings

from plans.actions.planning import create_plan, delete_plan
from plans.people import shares
from plans.people.shares import Kind, Share
from plans.security.login import local_person
from plans.security.roles import Role, give_role
from plans.wiring import now_ms
from tests.web.cast import ADA, LedgerBoard

ADDRESS = re.compile(r"http://testserver(/(?:share|badge)/[\w-]{43}(?:/|\.svg))")


def made(board: LedgerBoard, kind: str = "board", lifetime: str = "day") -> str:
    answer = board.post("share/", kind=kind, lifetime=lifetime)
    assert answer.status_code == 303
    found: set[str] = set(ADDRESS.findall(board.get("share/").content.decode()))
    (address,) = found
    return address


def opened(address: str) -> HttpResponse:
    """Open a link as somebody whom the board has never seen."""
    return Client().get(address)  # type: ignore[return-value]


def test_a_link_opens_one_plan_without_signing_in(board: LedgerBoard) -> None:
    create_plan(board.desk, "secret.plan", by=ADA)
    answer = opened(made(board))
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "Write the event table" in shown
    assert f"rev {board.plan().revision}" in shown
    assert "Partition by month" not in shown, "notes are not shown"
    for absent in ("secret.plan", "<form", "<button", "<input", "csrf", 'href="/plans/'):
        assert absent not in shown


def test_a_shared_page_is_kept_by_nobody(board: LedgerBoard) -> None:
    answer = opened(made(board))
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer["X-Robots-Tag"]
    policy = answer["Content-Security-Policy"]
    assert "form-action 'none'" in policy
    assert "connect-src 'none'" in policy
    assert "default-src 'none'" in policy
    assert not answer.cookies


def test_only_a_fingerprint_of_the_token_is_kept(board: LedgerBoard) -> None:
    token = made(board).split("/")[2]
    (share,) = Share.objects.all()
    assert token not in str(share.__dict__)
    assert len(share.digest) == 64
    assert token not in board.get("share/").content.decode()


def test_a_new_link_is_shown_once_and_reloading_makes_no_second_one(board: LedgerBoard) -> None:
    answer = board.post("share/", kind="board")
    kept = answer.cookies["planboard_new_link"]
    assert (kept["httponly"], kept["samesite"]) == (True, "Strict")
    assert kept["path"] == answer["Location"] == f"/plans/{board.namespace}/share/"
    assert ADDRESS.search(board.get("share/").content.decode())
    assert not ADDRESS.search(board.get("share/").content.decode())
    assert Share.objects.count() == 1


@pytest.mark.parametrize("kind", ["board", "badge"])
def test_a_link_of_a_board_behind_https_says_so(board: LedgerBoard, settings: Settings, kind: str) -> None:
    """Red where the request says how it came: TLS ends at the proxy, and a token would be read on the way."""
    settings.PLANBOARD = replace(settings.PLANBOARD, public_origin="https://testserver")
    assert board.post("share/", kind=kind).status_code == 303
    page = board.get("share/").content.decode()
    assert re.search(r"https://testserver/(share|badge)/[\w-]{43}", page)
    assert "http://testserver" not in page


@pytest.mark.parametrize(("lifetime", "days"), [("day", 1), ("week", 7), ("month", 30), ("ever", 7)])
def test_a_link_ends_when_it_was_said_to(board: LedgerBoard, lifetime: str, days: int) -> None:
    made(board, lifetime=lifetime)
    (share,) = Share.objects.all()
    assert share.until - share.made_at == days * 24 * 3600 * 1000


def test_every_link_that_does_not_work_is_answered_alike(board: LedgerBoard) -> None:
    address = made(board)
    unknown = opened("/share/" + "A" * 43 + "/")
    Share.objects.update(until=now_ms())
    ended = opened(address)
    short = opened("/share/x/")
    wrong_door = opened(address.replace("/share/", "/badge/").rstrip("/") + ".svg")
    assert {unknown.status_code, ended.status_code, short.status_code, wrong_door.status_code} == {404}
    assert unknown.content == ended.content == short.content


def test_a_badges_token_does_not_open_the_board(board: LedgerBoard) -> None:
    address = made(board, kind="badge")
    assert opened(address).status_code == 200
    assert opened(address.replace("/badge/", "/share/").removesuffix(".svg") + "/").status_code == 404


def test_a_badge_is_a_small_picture_that_may_stand_elsewhere(board: LedgerBoard) -> None:
    answer = opened(made(board, kind="badge"))
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer["Cache-Control"] == "private, no-cache"
    assert "0 of 3 done" in answer.content.decode()
    assert b"<script" not in answer.content
    again = Client().get(answer.request["PATH_INFO"], headers={"If-None-Match": answer["ETag"]})  # type: ignore[attr-defined]
    assert again.status_code == 304


def test_a_hostile_title_stays_text_in_a_badge(board: LedgerBoard) -> None:
    address = made(board, kind="badge")
    from plans.mirror.models import Plan  # noqa: PLC0415

    Plan.objects.update(title='"><script>alert(1)</script>')
    assert "<script" not in opened(address).content.decode()


def test_a_link_is_taken_back(board: LedgerBoard) -> None:
    address = made(board)
    (share,) = Share.objects.all()
    assert board.post(f"share/{share.pk}/").status_code == 303
    assert opened(address).status_code == 404


def test_a_link_of_another_plan_is_not_taken_back_here(board: LedgerBoard) -> None:
    made(board)
    (share,) = Share.objects.all()
    create_plan(board.desk, "other", by=ADA)
    board.client.post(f"/plans/other/share/{share.pk}/")
    assert Share.objects.count() == 1


def test_another_plan_that_takes_the_name_is_not_shown(board: LedgerBoard, copied: object) -> None:
    address = made(board)
    delete_plan(board.desk, board.namespace, by=ADA, expected=board.plan().revision)
    create_plan(board.desk, board.namespace, by=ADA)
    from plans.mirror.models import Plan  # noqa: PLC0415

    Plan.objects.all().delete()
    copied(board.namespace)  # type: ignore[operator]
    assert opened(address).status_code == 404


def test_a_link_is_worth_what_its_maker_may_do(board: LedgerBoard) -> None:
    address = made(board)
    user = local_person("ada")
    give_role(user, Role.VIEWER)
    assert opened(address).status_code == 404
    give_role(user, Role.ADMIN)
    user.is_active = False
    user.save()
    assert opened(address).status_code == 404


def test_a_plan_has_only_so_many_links(board: LedgerBoard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "MOST", 1)
    made(board)
    answer = board.post("share/", kind="board")
    assert answer.status_code == 422
    assert "Take back one" in answer.content.decode()


def test_ended_links_are_swept(board: LedgerBoard) -> None:
    made(board)
    Share.objects.update(until=1)
    made(board)
    assert Share.objects.count() == 1


def test_nobody_who_may_not_change_a_plan_makes_a_link(board: LedgerBoard, eve: Client) -> None:
    assert eve.post(f"/plans/{board.namespace}/share/", {"kind": "board"}).status_code == 403
    assert Client().post(f"/plans/{board.namespace}/share/", {}).status_code == 401
    assert not Share.objects.exists()


def test_looking_has_no_effect(board: LedgerBoard) -> None:
    address = made(board)
    before = list(Share.objects.values())
    files = sorted(path.stat().st_mtime_ns for path in Path(board.desk.store.root).rglob("*"))
    opened(address)
    assert list(Share.objects.values()) == before
    assert sorted(path.stat().st_mtime_ns for path in Path(board.desk.store.root).rglob("*")) == files


def test_a_link_for_a_board_is_found_only_as_one(board: LedgerBoard) -> None:
    token = made(board).split("/")[2]
    assert shares.find(token, Kind.BOARD, now=now_ms()) is not None
    assert shares.find(token, Kind.BADGE, now=now_ms()) is None
    assert shares.find(token + "x", Kind.BOARD, now=now_ms()) is None
