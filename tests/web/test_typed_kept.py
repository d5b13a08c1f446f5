"""A form that is refused for rights or age: without scripts its page is gone, what was typed in it is not."""

from typing import cast

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client

from plans.security.login import local_person
from plans.security.roles import Role, give_role
from tests.web.cast import LEDGER, LedgerBoard

TYPED = "Ten minutes of <thinking>"
ON_PAGE = "Ten minutes of &lt;thinking&gt;"


@pytest.fixture
def oda(db: None) -> Client:  # noqa: ARG001
    """Sign Oda in, who may change the payments' plans."""
    user = User.objects.create_user("oda")
    give_role(user, Role.OPERATOR, "payments.*")
    client = Client()
    client.force_login(user)
    return client


def sent(client: Client, path: str, **fields: str) -> HttpResponse:
    return cast("HttpResponse", client.post(path, fields))


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/import/", {"text": f"# Plan\n\n- {TYPED}\n", "create": "1"}),
        ("/plans/", {"title": TYPED, "draft": "on"}),
        (f"/plans/{LEDGER}/duplicate/", {"title": TYPED}),
    ],
)
def test_a_name_outside_ones_patterns_is_told_beside_the_name(
    board: LedgerBoard, oda: Client, path: str, fields: dict[str, str]
) -> None:
    """Red where the page of those who may not is shown: the form and its text are lost."""
    answer = sent(oda, path, namespace="payment.new", **fields)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "You may not change plans named payment.new: that takes the role operator" in page
    assert "Choose a name that you may use" in page
    assert 'value="payment.new" aria-invalid="true"' in page.replace(" required", "")
    assert ON_PAGE in page
    assert ('name="draft" checked' in page) == ("draft" in fields)
    assert not board.desk.store.exists("payment.new")


def test_rights_taken_meanwhile_take_no_text(board: LedgerBoard, oda: Client) -> None:
    give_role(User.objects.get(username="oda"), Role.VIEWER)
    url = f"/plans/{LEDGER}/steps/1/reject/"
    answer = sent(oda, url, revision=str(board.revision(1)), note=TYPED, empty=" ")
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "What you typed is kept" in page
    assert ON_PAGE in page
    assert page.count("<textarea") == 1
    assert "Use another account" in page
    assert "What you typed" not in oda.get(f"/plans/{LEDGER}/delete/").content.decode()


def test_a_form_of_another_session_takes_no_text(board: LedgerBoard) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(local_person("ada"))
    old = strict.get(f"/plans/{LEDGER}/steps/1/").context["csrf_token"]
    strict.cookies[settings.CSRF_COOKIE_NAME] = _get_new_csrf_string()  # as signing in again does
    fields = {"csrfmiddlewaretoken": str(old), "note": TYPED, "password": "secret"}
    answer = sent(strict, f"/plans/{LEDGER}/steps/1/reject/", **fields)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "This form is too old to be sent" in page
    assert ON_PAGE in page
    assert "secret" not in page
    assert str(old) not in page
    assert board.step(1).asks
