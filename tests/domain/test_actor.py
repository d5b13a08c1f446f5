"""Who does something, and how it is written down."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.domain.actor import FILE, SESSION_ID_BYTES, Actor, person, session
from plans.domain.errors import WrongInput

PRINTABLE = st.characters(exclude_categories=["Cc", "Cs"])


@given(st.text(PRINTABLE, min_size=1, max_size=50))
def test_who_is_written_is_read_back(name: str) -> None:
    for actor in (session(name), person(name), FILE):
        assert Actor.parse(str(actor)) == actor


@given(st.text())
def test_anything_in_a_file_names_somebody(text: str) -> None:
    assert Actor.parse(text).kind in ("session", "person", "file")


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        ("session:host:4242:abc", Actor("session", "host:4242:abc")),
        ("person:ana", Actor("person", "ana")),
        ("file", FILE),
        ("session:", FILE),
        ("person:", FILE),
        ("person", FILE),
        ("robot:abc", FILE),
        ("", FILE),
    ],
)
def test_only_sessions_and_people_with_a_name_are_somebody(text: str, actor: Actor) -> None:
    assert Actor.parse(text) == actor


def test_each_kind_knows_what_it_is() -> None:
    kinds = [(actor.is_session, actor.is_person) for actor in (session("a"), person("a"), FILE)]
    assert kinds == [(True, False), (False, True), (False, False)]


@pytest.mark.parametrize("name", ["a", "ü" * (SESSION_ID_BYTES // 2), "x" * SESSION_ID_BYTES, "a b", "日本"])
def test_a_session_id_is_up_to_200_printable_bytes(name: str) -> None:
    assert session(name).name == name


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "is empty"),
        ("a\nb", "contains control characters"),
        ("a\x7f", "contains control characters"),
        ("a\x9b2J", "contains control characters"),
        ("a\ud800", "contains control characters"),
        ("x" * (SESSION_ID_BYTES + 1), "is longer than 200 bytes"),
        ("ü" * (SESSION_ID_BYTES // 2 + 1), "is longer than 200 bytes"),
    ],
)
def test_any_other_session_id_is_refused_with_advice(name: str, message: str) -> None:
    with pytest.raises(WrongInput, match=message) as refused:
        session(name)
    assert refused.value.advice != WrongInput.advice
