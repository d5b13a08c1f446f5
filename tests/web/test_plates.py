"""A session's short id stands apart from its name, so that a narrow card cuts the name and never the id."""

import pytest

from plans.web.plates import owner_view


@pytest.mark.parametrize(
    ("session", "head", "short"),
    [
        ("ledger-smith-7f3a", "ledger-smith", "-7f3a"),
        ("build.41aa", "build", ".41aa"),
        ("0f9f7b2e-aaaa-bbbb-cccc-ddddeeee1234", "0f9f7b2e-aaaa-bbbb-cccc-ddddeeee", "1234"),
        ("a-very-long-name-without-any-id", "a-very-long-name-without-a", "ny-id"),
        ("translator", "translator", ""),
        ("synonym-tuner", "synonym-tuner", ""),
        ("worker-1", "worker-1", ""),
        ("7f3a", "7f3a", ""),
        ("", "", ""),
    ],
)
def test_the_end_of_a_name_that_tells_it_from_its_like_is_its_short_id(
    session: str, head: str, short: str
) -> None:
    view = owner_view(session)
    assert (view.head, view.short) == (head, short)
    assert view.name == head + short
