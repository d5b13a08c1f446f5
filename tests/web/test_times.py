"""Times as pages carry them: those that files hold, and that no other reader may stumble over."""

from __future__ import annotations

from datetime import UTC, datetime
from unittest import mock

from django.utils import timezone
from django.utils.html import strip_tags

from plans.domain.numbers import LATEST
from plans.templatetags.board import clock
from plans.web.times import iso


def test_a_time_is_written_in_utc_and_none_as_nothing() -> None:
    assert iso(1_790_000_000_999) == "2026-09-21T14:13:20+00:00"
    assert iso(0) == ""


def test_a_time_behind_the_year_9999_is_written_as_its_end() -> None:
    """Red where it is taken as it is: the page of a plan with such a time ends with an error."""
    assert iso(LATEST) == "9999-12-31T23:59:59+00:00"


def test_a_time_of_another_day_says_of_which() -> None:
    with mock.patch.object(timezone, "now", return_value=datetime(2026, 9, 22, 1, tzinfo=UTC)):
        assert strip_tags(clock("2026-09-22T00:59:59+00:00")) == "00:59"
        assert strip_tags(clock("2026-09-21T14:13:20+00:00")) == "21 Sep, 14:13"
    assert clock("") == ""
