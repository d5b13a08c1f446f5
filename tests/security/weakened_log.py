"""Builds without what the audit log and a person's own password rest on; see weakened.py."""

# ruff: noqa: ANN401, PLC0415
# What is patched has no common type, and is imported only by the weakening that is asked for.

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from tests.security.weakening import Weakening, weak
from tests.security.without import Patch, nothing, opened_without, replaced

_LOG = "plans.security.audit"
_READING = "plans.security.audit_reading"
_OWN = "plans.security.own_password"
LOG: Final = "security/test_audit.py"
LINES: Final = "security/test_audit_lines.py"
NOTED: Final = "web/test_not_noted.py"
PASSWORD: Final = "web/test_own_password.py"
PLACES: Final = (LOG, NOTED, PASSWORD)
"""Files of which every test has a build, too."""


def lines_by_hand(patch: Patch) -> None:
    """Write what came as it came."""
    from plans.security import audit

    class Raw:
        dumps = staticmethod(lambda entry, **_: str(entry).replace("'", '"'))

    patch(audit, "json", Raw)


def lines_that_fail_nobody(patch: Patch) -> None:
    """Take a line for written that was not, or not whole."""
    from plans.security import audit

    def write(descriptor: int, line: bytes) -> None:
        with suppress(OSError):
            os.write(descriptor, line)

    patch(audit, "_write", write)


def links_uncounted(patch: Patch) -> None:
    """Take a line for kept that stands in a file which was dropped."""
    from plans.security import audit

    real = audit._appended

    def appended(*given: Any) -> bool:
        real(*given)
        return True

    patch(audit, "_appended", appended)


def put_aside_or_fail(patch: Patch) -> None:
    """Let who finds the file held by another one fail."""
    from plans.security import audit

    def put(home: Path, _: int) -> None:
        raise OSError(11, "somebody else is at it", str(home))

    patch(audit, "_put_aside", put)


def aside_unseen(patch: Patch) -> None:
    """Put the file aside without looking how large it is by now."""
    from plans.security import audit

    def put(home: Path, _: int) -> None:
        number = len(audit.put_aside(home)) + 1
        (home / audit.FILE).rename(home / f"audit-{number:06}.jsonl")

    patch(audit, "_put_aside", put)


def any_home(patch: Patch) -> None:
    """Make folders for everybody."""
    real = Path.mkdir
    patch(Path, "mkdir", lambda path, mode=0o777, **named: real(path, mode | 0o755, **named))


def trusting_reader(patch: Patch) -> None:
    """Believe that every line is an event."""
    from plans.security import audit_reading

    patch(audit_reading, "_read", json.loads)


def one_file(patch: Patch) -> None:
    """Want the file to be there."""
    from plans.security import audit_reading

    patch(audit_reading, "_opened", lambda path, files: files.enter_context(path.open()))


def only_who_did_it(patch: Patch) -> None:
    from plans.security import audit_reading

    patch(audit_reading, "_is_by", lambda entry, who: entry["who"] == who)


def log_that_may_fail(patch: Patch) -> None:
    """Let in and give rights whether it was noted or not."""
    from plans.security.audit import NotNoted, note
    from plans.web import auditing

    def tried(*given: Any, **named: Any) -> None:
        with suppress(NotNoted):
            note(*given, **named)

    patch(auditing, "note", tried)


def log_that_stops_all(patch: Patch) -> None:
    """Refuse what takes away, and decisions, where they cannot be noted."""
    from plans.web import acting, auditing
    from plans.web.views import entry, people, tokens

    for module in (auditing, people, tokens, entry):
        patch(module, "audit_anyway", auditing.audit)
    patch(acting, "audit_decision", auditing.audit_decision)


def decisions_by_name(patch: Patch) -> None:
    """Note as decisions what is called so."""
    from plans.web import acting

    patch(acting, "_note_decision", nothing)


def selected_unnoted(patch: Patch) -> None:
    from plans.web.views import bulk

    patch(bulk, "audit_decisions", nothing)


def strangers_in_the_log(patch: Patch) -> None:
    from plans.security.rates import Rates

    patch(Rates, "count", nothing)


def guesses_uncounted(patch: Patch) -> None:
    """Compare the old password here, and not as at the door."""
    from plans.security import own_password
    from plans.security.login import PasswordRefused

    def proven(_: Any, name: str, password: str, **__: Any) -> Any:
        from django.contrib.auth.models import User

        user = User.objects.get(username=name)
        if not user.check_password(password):
            raise PasswordRefused
        return user

    patch(own_password, "proven", proven)


def old_unasked(patch: Patch) -> None:
    """Let whoever sits at an open page choose the password."""
    from plans.security import own_password

    def proven(_: Any, name: str, *__: Any, **___: Any) -> Any:
        from django.contrib.auth.models import User

        return User.objects.get(username=name)

    patch(own_password, "proven", proven)


def password_kept(patch: Patch) -> None:
    """Say that it was changed."""
    from django.contrib.auth.models import User

    from plans.security import own_password

    patch(own_password, "change_password", lambda name, _: User.objects.get(username=name))


def sessions_go_on(patch: Patch) -> None:
    """End no session, and take the hash away by which Django ends them."""
    from django.contrib.auth.base_user import AbstractBaseUser

    from plans.security import accounts

    patch(accounts, "end_sessions", nothing)
    patch(AbstractBaseUser, "get_session_auth_hash", lambda _: "of any password")


def strangers_are_somebody(patch: Patch) -> None:
    from django.contrib.auth.models import AnonymousUser

    patch(AnonymousUser, "is_authenticated", 1)


def _log(name: str, without: Any, *red: str) -> Weakening:
    return weak(name, without, *red, place=LOG)


def _lines(name: str, without: Any, *red: str) -> Weakening:
    return weak(name, without, *red, place=LINES)


def _noted(name: str, without: Any, *red: str) -> Weakening:
    return weak(name, without, *red, place=NOTED)


def _password(name: str, without: Any, *red: str) -> Weakening:
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
