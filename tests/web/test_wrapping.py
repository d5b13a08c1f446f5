from hypothesis import given
from hypothesis import strategies as st

from plans.web.wrapping import wrapped


def test_a_line_ends_between_words() -> None:
    assert wrapped("Turn on dual-write in production", width=11.6, lines=2) == (
        "Turn on dual-write in",
        "production",
    )


def test_what_does_not_fit_is_seen_to_go_on() -> None:
    found = wrapped("Backfill all the entries of five years in slices of ninety days", width=11.6, lines=2)
    assert len(found) == 2
    assert found[1].endswith("…")


def test_a_word_without_end_is_broken_anywhere() -> None:
    first, second = wrapped("x" * 500, width=11.6, lines=2)
    assert set(first) == {"x"}
    assert second.endswith("x…")


def test_wide_letters_take_the_room_they_need() -> None:
    (first, _) = wrapped("日本語のとても長いタイトルですがどこで切れますか", width=11.6, lines=2)
    assert len(first) == 11


@given(st.text(max_size=300), st.integers(1, 3))
def test_no_letter_is_lost_before_the_end(text: str, lines: int) -> None:
    found = wrapped(text, width=11.6, lines=lines)
    assert len(found) <= lines
    told = "".join("".join(found).split())
    wanted = "".join(text.split())
    assert told == wanted or (told.endswith("…") and wanted.startswith(told[:-1]))
