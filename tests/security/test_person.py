"""Signing in, going back where one came from, and what a role lets in."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from plans.domain.actor import Actor
from plans.security.login import local_person, sign_in_with_code
from plans.security.login_attempts import FAILURES, TooManyAttempts
from plans.security.login_codes import LoginCodeRefused, create_login_code
from plans.security.person import (
    BoardRequest,
    SignedOut,
    admin_required,
    operator_required,
    person,
    person_required,
    safe_next,
    sign_in_first,
)
from plans.security.roles import NotAllowed, Role, give_role, may, sight_of

type Counting = Callable[[int], AbstractContextManager[object]]

NOW = 1_800_000_000_000
HOST = {"HTTP_HOST": "testserver"}
pytestmark = pytest.mark.usefixtures("fresh_attempts")


def unnoted(_: User) -> None:
    """Ask for no line in the audit log: it is another test's."""


def request_of(user: User | AnonymousUser) -> HttpRequest:
    request = RequestFactory().post("/login/")
    request.session = SessionStore()
    request.session["planted"] = "yes"
    request.session.save()
    request.user = user
    return request


def sign_in_as_ada(request: HttpRequest, code: str, *, home: Path) -> None:
    sign_in_with_code(request, code, home=home, name="ada", now=NOW, noting=unnoted, adding=unnoted)


def person_with(role: Role | None) -> User:
    user = User.objects.create_user(f"the {role}")
    if role:
        give_role(user, role)
    return user


@person_required
def look(request: BoardRequest, number: int) -> HttpResponse:
    return HttpResponse(f"{person(request)} {number}")


@operator_required
def edit(request: BoardRequest) -> HttpResponse:
    return HttpResponse(str(person(request)))


@admin_required
def manage(request: BoardRequest) -> HttpResponse:
    return HttpResponse(str(person(request)))


@pytest.mark.django_db
def test_the_code_signs_the_local_person_in_as_an_admin(tmp_path: Path) -> None:
    request = request_of(AnonymousUser())
    before = request.session.session_key
    sign_in_as_ada(request, create_login_code(tmp_path, now=NOW), home=tmp_path)
    assert request.user.get_username() == "ada"
    assert may(User.objects.get(), Role.ADMIN)
    assert not User.objects.get().has_usable_password()
    assert request.session.session_key != before


@pytest.mark.django_db
def test_the_second_login_is_the_same_person_with_the_role_it_has_now() -> None:
    give_role(local_person("ada"), Role.VIEWER)
    assert not may(local_person("ada"), Role.OPERATOR)
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_wrong_codes_are_counted_and_then_even_a_right_one_waits(tmp_path: Path) -> None:
    request = request_of(AnonymousUser())
    for _ in range(FAILURES):
        with pytest.raises(LoginCodeRefused):
            sign_in_as_ada(request, "wrong", home=tmp_path)
    with pytest.raises(TooManyAttempts):
        sign_in_as_ada(request, create_login_code(tmp_path, now=NOW), home=tmp_path)
    assert not User.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (None, []),
        (Role.VIEWER, ["look"]),
        (Role.OPERATOR, ["look", "edit"]),
        (Role.ADMIN, ["look", "edit", "manage"]),
    ],
)
def test_each_role_includes_the_ones_before_it(role: Role | None, allowed: list[str]) -> None:
    request = request_of(person_with(role))
    came_in = []
    for name, view in {"look": lambda r: look(r, 7), "edit": edit, "manage": manage}.items():
        try:
            view(request)
        except PermissionDenied as refused:
            assert "role" in str(refused)  # noqa: PT017 - both outcomes are claims
        else:
            came_in.append(name)
    assert came_in == allowed


@pytest.mark.django_db
def test_a_person_who_was_switched_off_may_nothing() -> None:
    user = person_with(Role.ADMIN)
    user.is_active = False
    assert not may(user, Role.VIEWER)
    assert not may(AnonymousUser(), Role.VIEWER)


@pytest.mark.django_db
def test_a_new_role_replaces_the_old_ones() -> None:
    user = person_with(Role.ADMIN)
    give_role(user, Role.OPERATOR, "payments.*", "search.index")
    again = User.objects.get(pk=user.pk)
    assert may(again, Role.OPERATOR, "payments.ledger")
    assert may(again, Role.OPERATOR, "search.index")
    assert not may(again, Role.VIEWER, "search.indexer")
    assert not may(again, Role.ADMIN)
    assert may(user, Role.OPERATOR, "payments.ledger")


@person_required
def of_plan(request: BoardRequest, namespace: str) -> HttpResponse:
    return HttpResponse(f"{person(request)} {namespace}")


@pytest.mark.django_db
@pytest.mark.parametrize("namespace", ["payments", "payment.ledger", "Payments.ledger", "x.payments.ledger"])
def test_a_role_for_a_pattern_lets_in_where_the_pattern_matches_and_nowhere_else(namespace: str) -> None:
    """Red where the guard leaves out the namespace: ``_check`` with ``may(user, role)`` alone."""
    user = person_with(None)
    give_role(user, Role.VIEWER, "payments.*")
    assert of_plan(request_of(user), namespace="payments.ledger").status_code == 200
    with pytest.raises(NotAllowed, match=f"may not see plans named {namespace}: that takes the role viewer"):
        of_plan(request_of(user), namespace=namespace)


@pytest.mark.django_db
def test_what_a_person_may_do_is_read_once_for_a_request(django_assert_num_queries: Counting) -> None:
    user = person_with(Role.OPERATOR)
    with django_assert_num_queries(1):
        assert all(may(user, role, "payments.ledger") for role in (Role.VIEWER, Role.OPERATOR))
        assert sight_of(user).is_everything


@pytest.mark.django_db
def test_an_action_is_written_down_under_the_persons_name() -> None:
    request = request_of(person_with(Role.VIEWER))
    assert look(request, 7).content == b"person:the viewer 7"  # type: ignore[attr-defined]
    assert person(request) == Actor("person", "the viewer")  # type: ignore[arg-type]


def test_a_stranger_is_sent_to_sign_in_and_back() -> None:
    request = RequestFactory().get("/plans/a.b/?q=x%26y")
    request.user = AnonymousUser()
    answer = look(request, 7)
    assert answer.status_code == 302
    assert answer["Location"] == "/login/?next=%2Fplans%2Fa.b%2F%3Fq%3Dx%2526y"


@pytest.mark.parametrize("header", [{"HTTP_HX_REQUEST": "true"}, {"HTTP_SEC_FETCH_MODE": "cors"}])
def test_a_script_is_told_401_and_stays_where_it_is(header: dict[str, str]) -> None:
    answer = sign_in_first(RequestFactory().get("/plans/", **header))  # type: ignore[arg-type]
    assert answer.status_code == 401
    assert "HX-Redirect" not in answer
    assert b"what you typed is kept" in answer.content


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://testserver/plans/a.b/", "%2Fplans%2Fa.b%2F"),
        ("http://testserver/plans/a.b/?step=1#x", "%2Fplans%2Fa.b%2F%3Fstep%3D1"),
        ("http://evil.example/plans/", "%2F"),
        ("http://testserver//evil.example", "%2F"),
        ("", "%2F"),
    ],
)
def test_after_a_post_one_comes_back_to_the_page_with_the_form(referer: str, back: str) -> None:
    request = RequestFactory().post(
        "/plans/a.b/steps/1/approve/", headers={"Referer": referer, "Host": "testserver"}
    )
    with pytest.raises(SignedOut) as out:
        sign_in_first(request)
    assert out.value.sign_in == f"/login/?next={back}"


@pytest.mark.parametrize("path", ["/", "/plans/", "/plans/a.b/?q=1#x", "/a//b"])
def test_a_path_of_this_board_is_a_way_back(path: str) -> None:
    assert safe_next(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "//",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "\x00/plans/",
        "http://evil.example",
        "https:evil.example",
        "http:///evil.example",
        "javascript:alert(1)",
        "evil.example",
        "plans/",
        " //evil.example",
        "",
        "/login/?next=/login/",
    ],
)
def test_anything_else_leads_to_the_first_page(path: str) -> None:
    assert safe_next(path) == "/"
