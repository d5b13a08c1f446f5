import pytest
from django.test import RequestFactory

from plans.domain.errors import WrongInput
from plans.web.asking import expected_revision
from plans.web.forms import typed


@pytest.mark.parametrize("said", ["482", '"482"', 'W/"482"', " 482 "])
def test_if_match_is_taken_quoted_or_bare(said: str) -> None:
    assert expected_revision(RequestFactory().post("/", headers={"If-Match": said})) == 482


def test_the_revision_of_the_form_wins() -> None:
    request = RequestFactory().post("/", {"revision": "481"}, headers={"If-Match": "482"})

    assert expected_revision(request) == 481


def test_no_revision_is_none_and_so_is_any() -> None:
    assert expected_revision(RequestFactory().post("/")) is None
    assert expected_revision(RequestFactory().post("/", headers={"If-Match": "*"})) is None


@pytest.mark.parametrize("said", ["x", "-1", "1.0", "٣", "1" * 19, "1\n2"])
def test_a_revision_that_is_no_number_is_refused(said: str) -> None:
    with pytest.raises(WrongInput):
        expected_revision(RequestFactory().post("/", {"revision": said}))


def test_what_was_typed_leaves_out_what_the_form_carries_by_itself() -> None:
    sent = {"csrfmiddlewaretoken": "t", "revision": "4", "key": "k", "title": "A", "note": ""}

    assert typed(sent) == (("title", "A"), ("note", ""))
