"""Builds without what the audit log and a person's own password rest on; see weakened.py."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from tests.security.weakening import Weakening, weak
from tests.security.without import nothing, opened_without, replaced
from tests.security.without_log import (
    any_home,
    aside_unseen,
    decisions_by_name,
    guesses_uncounted,
    lines_by_hand,
    lines_that_fail_nobody,
    links_uncounted,
    log_that_may_fail,
    log_that_stops_all,
    old_unasked,
    one_file,
    only_who_did_it,
    password_kept,
    put_aside_or_fail,
    selected_unnoted,
    sessions_go_on,
    strangers_are_somebody,
    strangers_in_the_log,
    trusting_reader,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.security.without import Patch

_LOG = "plans.security.audit"
_READING = "plans.security.audit_reading"
_OWN = "plans.security.own_password"
LOG: Final = "security/test_audit.py"
LINES: Final = "security/test_audit_lines.py"
NOTED: Final = "web/test_not_noted.py"
PASSWORD: Final = "web/test_own_password.py"
PLACES: Final = (LOG, NOTED, PASSWORD)
"""Files of which every test has a build, too."""


def _log(name: str, without: Callable[[Patch], None], *red: str) -> Weakening:
    return weak(name, without, *red, place=LOG)


def _lines(name: str, without: Callable[[Patch], None], *red: str) -> Weakening:
    return weak(name, without, *red, place=LINES)


def _noted(name: str, without: Callable[[Patch], None], *red: str) -> Weakening:
    return weak(name, without, *red, place=NOTED)


def _password(name: str, without: Callable[[Patch], None], *red: str) -> Weakening:
    return weak(name, without, *red, place=PASSWORD)


OF_THE_LOG: Final = (
    _log(
        "log-of-everybody",
        replaced(f"{_READING}:_is_by", lambda *_: True),
        "test_events_are_kept_in_their_order_and_found_by_time_and_person",
    ),
    _log("log-by-hand", lines_by_hand, "test_nothing_in_an_event_looks_like_another_one"),
    _log("log-of-any-length", replaced(f"{_LOG}:_LONGEST", 10**6), "test_a_long_value_is_cut"),
    _log("log-for-everybody", replaced(f"{_LOG}:_MODE", 0o644), "test_only_its_owner_reads_it"),
    _log("log-follows-links", opened_without(os.O_NOFOLLOW), "test_a_link_in_its_place_is_not_followed"),
    _log(
        "log-not-appended",
        opened_without(os.O_APPEND),
        "test_writers_at_once_lose_nothing",
        "test_processes_that_put_it_aside_at_once_lose_no_line",
    ),
    _log("log-believed", trusting_reader, "test_a_torn_line_is_told_as_such_and_hides_no_other"),
    _log("log-of-one-file", one_file, "test_a_board_where_nothing_happened_has_no_events"),
    _log(
        "log-that-grows",
        replaced(f"{_LOG}:_put_aside", nothing),
        "test_a_grown_file_is_put_aside_and_all_are_read_in_their_order",
    ),
    _log(
        "log-of-all-time",
        replaced(f"{_LOG}:KEPT", 1_000),
        "test_the_oldest_of_those_put_aside_goes_and_the_newest_stay",
    ),
    _log("log-held", put_aside_or_fail, "test_where_it_cannot_be_put_aside_it_grows_on"),
    _log("log-aside-unseen", aside_unseen, "test_it_is_put_aside_once_where_two_find_it_grown"),
    _log(
        "log-not-flushed",
        replaced(f"{_LOG}:_flush_folder", nothing),
        "test_a_line_is_on_disk_before_it_counts_as_noted",
    ),
    _log(
        "log-in-dropped-files",
        links_uncounted,
        "test_a_line_written_into_a_file_that_was_dropped_meanwhile_is_written_again",
    ),
    _log(
        "log-read-twice",
        replaced("os.path:sameopenfile", lambda *_: False),
        "test_a_file_put_aside_while_it_is_read_is_read_once",
    ),
    _log(
        "log-that-fails-nobody",
        lines_that_fail_nobody,
        "test_half_a_line_is_not_noted_and_spoils_no_other",
        "test_on_a_full_disk_nothing_is_noted_until_there_is_room",
    ),
    _lines(
        "log-of-words",
        replaced(f"{_LOG}:_short", str),
        "test_values_are_kept_up_to_their_bound_and_as_what_they_are",
    ),
    _lines("log-in-any-home", any_home, "test_a_home_that_is_not_there_yet_is_made_for_its_owner"),
    _lines(
        "log-of-anything",
        trusting_reader,
        "test_what_is_no_event_is_shown_as_it_stands_and_is_nobodys",
        "test_only_plain_facts_of_an_event_are_told",
    ),
    _lines("log-of-doers", only_who_did_it, "test_what_was_done_to_somebody_is_theirs_too"),
    _noted(
        "log-that-may-fail",
        log_that_may_fail,
        "test_nobody_signs_in_until_it_can_be_noted",
        "test_nobody_gets_more_until_it_can_be_noted",
        "test_a_password_of_ones_own_stays_and_so_does_the_session",
        "test_a_webhook_that_cannot_be_noted_stays_as_it_was_typed",
    ),
    _noted(
        "log-that-stops-all",
        log_that_stops_all,
        "test_rights_are_taken_away_all_the_same",
        "test_a_decision_stands_in_its_plans_journal",
    ),
    _noted("log-without-selected", selected_unnoted, "test_every_decision_of_many_at_once_is_noted"),
    _noted(
        "log-without-decisions",
        decisions_by_name,
        "test_whatever_verb_opens_what_waits_for_a_person_is_noted",
    ),
    _noted("log-of-strangers", strangers_in_the_log, "test_strangers_do_not_push_others_out_of_the_log"),
)
OF_PASSWORDS: Final = (
    _password("password-kept", password_kept, "test_the_new_password_lets_in_and_the_old_one_does_not"),
    _password(
        "sessions-go-on",
        sessions_go_on,
        "test_every_other_session_ends_and_so_does_a_copy_of_this_ones_cookie",
    ),
    _password(
        "guesses-uncounted",
        guesses_uncounted,
        "test_who_does_not_know_the_old_one_guesses_no_faster_than_at_the_door",
    ),
    _password(
        "old-password-unasked",
        old_unasked,
        "test_what_is_wrong_stands_at_its_field_and_nothing_typed_comes_back",
    ),
    _password(
        "passwords-for-all",
        replaced(f"{_OWN}:comes_by_password", lambda _: True),
        "test_who_has_none_is_told_so_and_gets_none_here",
    ),
    _password(
        "strangers-are-somebody",
        strangers_are_somebody,
        "test_a_stranger_is_sent_to_sign_in_and_sees_nothing_that_was_typed",
    ),
)
