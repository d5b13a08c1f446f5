import pytest
from msgspec.structs import replace

from plans.domain.mention import as_called, mention_of
from plans.domain.step import Comment, Step

STEP = Step(number=1, title="Check")


def said(*comments: tuple[str, str]) -> Step:
    made = tuple(Comment(at=at, by=by, text=text) for at, (by, text) in enumerate(comments, 1))
    return replace(STEP, comments=made)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@people which one?", ("people",)),
        ("Ask @Ana, please.", ("ana",)),
        ("@ana and @ben.k: look", ("ana", "ben.k")),
        ("(@ana)", ("ana",)),
        ("done for @ana.", ("ana",)),
        ("@JÜRGEN", ("jürgen",)),
        ("@Ju\u0308rgen: look", ("jürgen",)),
        ("@Strauß or @STRAUSS", ("strauss",)),
        ("@\U0001f101 or @ana", ("ana",)),
    ],
)
def test_a_session_calls_people_by_name_or_all_of_them(text: str, names: tuple[str, ...]) -> None:
    found = mention_of(said(("session:abc", text)))
    assert found
    assert found.names == names


@pytest.mark.parametrize(
    "text", ["", "nobody", "write to me@host.example", "a @ b", "npm i x/@types", "@@ana"]
)
def test_other_uses_of_the_sign_call_nobody(text: str) -> None:
    assert mention_of(said(("session:abc", text))) is None


def test_a_persons_comment_answers_all_that_came_before() -> None:
    asked = ("session:abc", "@people which one?")
    assert mention_of(said(asked, ("person:ana", "The first."))) is None
    assert mention_of(said(asked, ("session:def", "I do not know."))) is not None
    assert mention_of(said(("person:ana", "@people look"))) is None
    assert mention_of(said(("person:ana", "So."), asked)) is not None


def test_calls_that_wait_together_are_one_with_the_newest_text_and_the_oldest_time() -> None:
    found = mention_of(said(("session:abc", "@ana?"), ("session:abc", "hm"), ("session:abc", "@ben?")))
    assert found
    assert (found.comment.text, found.since, found.names) == ("@ben?", 1, ("ben", "ana"))
    assert found.calls("Ana")
    assert found.calls("ＡＮＡ")
    assert not found.calls("cy")
    assert (found.called("Ana"), found.called("ben"), found.called("cy")) == (1, 3, 0)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada", "ada"),
        ("JÜRGEN", "jürgen"),
        ("Jürgen", "Ju\u0308rgen"),
        ("ΣΟΦΟΣ", "σοφος"),
        ("İda", "i\u0307da"),
        ("①", "1"),
    ],
)
def test_names_that_one_call_means_are_spelt_alike(one: str, other: str) -> None:
    assert as_called(one) == as_called(other) == as_called(as_called(one))


def test_other_names_are_others() -> None:
    assert len({as_called(name) for name in ("jürgen", "jurgen", "jörgen", "juergen")}) == 4
