"""A form that nobody sends: its page is gone where there are no scripts, what was typed in it is not."""

import pytest
from django.test import Client


@pytest.mark.django_db
def test_a_form_sent_after_the_session_ended_is_answered_with_what_was_typed() -> None:
    answer = Client().post(
        "/plans/payments.ledger/steps/1/edit/",
        {"title": "<b>Typed</b> long", "notes": " ", "revision": "4"},
        headers={"Referer": "http://testserver/plans/payments.ledger/?step=1"},
    )
    page = answer.content.decode()
    assert answer.status_code == 401
    assert "You are signed out" in page
    assert "&lt;b&gt;Typed&lt;/b&gt; long" in page
    assert page.count("<textarea") == 1
    assert 'href="/login/?next=%2Fplans%2Fpayments.ledger%2F%3Fstep%3D1"' in page


@pytest.mark.django_db
@pytest.mark.parametrize("where", ["http://[", "http://[::1]x/", "//[v1.x"])
def test_an_address_that_cannot_be_read_is_none(where: str) -> None:
    """Red where it is split without care: anybody could make the board fail, and its log grow."""
    for name in ("Referer", "HX-Current-URL"):
        answer = Client().post("/plans/payments.ledger/steps/1/edit/", {"title": "x"}, headers={name: where})
        assert answer.status_code == 401
        assert 'href="/login/?next=%2F"' in answer.content.decode()
