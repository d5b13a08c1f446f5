"""Builds that lack one defence each, under which the tests about it must fail.

A test of a defence that was never seen red proves nothing. Each entry takes one defence away while the
program runs, and names the tests that turn red by it: those of tests/security/suite, of the audit log and of
people's own passwords. So "seen red" is one command::

    PLANBOARD_TEST_TORTURE=1 .venv/bin/pytest -m torture tests/security/test_seen_red.py

and one of them by hand::

    PLANBOARD_TEST_WEAKENED=any-host .venv/bin/pytest tests/security/suite
    PLANBOARD_TEST_WEAKENED=log-not-appended .venv/bin/pytest tests/security/test_audit.py

Where Django is a second wall behind the gate, the tests ask the gate alone: each wall is to stand by itself.
"""

from __future__ import annotations

import logging
import os
from typing import Final

from tests.security.weakened_log import OF_PASSWORDS, OF_THE_LOG
from tests.security.weakening import weak
from tests.security.without import (
    NEVER,
    Patch,
    any_depth,
    any_number,
    any_origin,
    any_port,
    any_site,
    anybody_decides,
    bare_titles,
    changes_without_origin,
    code_for_ever,
    compressed_bodies,
    compressed_frames,
    cookie_for_scripts,
    cookies_everywhere,
    doors_for_ever,
    looking_decides,
    nothing,
    old_servers,
    open_forms,
    open_key,
    opened_without,
    patient_body,
    replaced,
    sockets_without_origin,
    titles_in_a_shell,
    tokens_everywhere,
    tokens_that_decide,
    unbounded_body,
    unclean_markdown,
    unescaped_pages,
    written_in_place,
)

VARIABLE: Final = "PLANBOARD_TEST_WEAKENED"


def apply_named(patch: Patch) -> None:
    """Take away the one defence that the variable names, if any."""
    name = os.environ.get(VARIABLE)
    if name in BY_NAME:
        BY_NAME[name].apply(patch)


_ORIGIN = "plans.security.origin"
_RATES = "plans.security.rates"
_TEXT = "plans.security.text"
_JSON = "plans.actions.strict_json"


ALL: Final = (
    weak("any-host", replaced(f"{_ORIGIN}:_check_host", nothing), "test_dns_rebinding_reaches_no_door"),
    weak(
        "any-origin",
        any_origin,
        "test_a_page_of_another_site_changes_nothing",
        "test_a_page_at_another_port_of_this_machine_is_a_stranger",
        "test_a_page_of_another_site_opens_no_socket",
    ),
    weak(
        "any-port",
        any_port,
        "test_a_page_at_another_port_of_this_machine_is_a_stranger",
        "test_a_page_of_another_site_opens_no_socket",
    ),
    weak(
        "sockets-without-origin",
        sockets_without_origin,
        "test_a_socket_with_a_cookie_says_where_it_comes_from",
    ),
    weak(
        "changes-without-origin",
        changes_without_origin,
        "test_a_change_with_a_cookie_says_where_it_comes_from",
    ),
    weak("any-site", any_site, "test_another_sites_page_embeds_and_fetches_nothing"),
    weak("cookies-for-agents", cookies_everywhere, "test_a_cookie_is_worth_nothing_at_the_doors_of_agents"),
    weak("tokens-for-pages", tokens_everywhere, "test_a_token_is_worth_nothing_on_pages"),
    weak(
        "two-sessions", replaced("plans.security.gate:check_single", nothing), "test_who_speaks_is_said_once"
    ),
    weak(
        "no-headers",
        replaced("plans.security.headers:SECURITY_HEADERS", ()),
        "test_every_answer_says_what_a_page_may_not_do",
    ),
    weak("any-size", unbounded_body, "test_a_body_over_one_mib_is_refused_whatever_it_announces"),
    weak("compressed-bodies", compressed_bodies, "test_a_compressed_body_is_refused"),
    weak("any-time", patient_body, "test_a_body_that_never_comes_is_refused_in_time"),
    weak(
        "any-message",
        replaced("plans.security.limits:GuardedSocket._fits", lambda *_: True),
        "test_a_socket_message_over_16_kib_is_not_heard",
    ),
    weak("old-servers", old_servers, "test_the_server_is_one_whose_sockets_have_bounds"),
    weak("compressed-frames", compressed_frames, "test_frames_are_never_compressed"),
    weak(
        "any-number-of-sockets",
        replaced("plans.web.crowd:Crowd.enter", lambda *_: True),
        "test_one_person_keeps_twenty_sockets_and_all_together_two_hundred",
    ),
    weak(
        "any-number-of-writes",
        replaced(f"{_RATES}:Rates.count", nothing),
        "test_the_61st_write_of_a_minute_is_told_when_to_come_again",
    ),
    weak(
        "any-number-of-attempts",
        replaced("plans.security.login_attempts:LoginAttempts.count", nothing),
        "test_the_11th_wrong_code_of_a_minute_has_to_wait",
    ),
    weak("codes-for-ever", code_for_ever, "test_a_login_code_works_once"),
    weak(
        "any-name",
        replaced("plans.store.paths:check_namespace", lambda name: name),
        "test_no_name_leads_out_of_the_root",
    ),
    weak(
        "follow-links",
        opened_without(os.O_NOFOLLOW),
        "test_a_plan_that_is_a_link_is_not_followed",
        "test_a_namespace_that_is_a_link_out_of_the_root_is_not_followed",
    ),
    weak(
        "wait-for-pipes",
        opened_without(os.O_NONBLOCK),
        "test_a_pipe_in_a_plans_place_hangs_nobody",
        "test_a_device_or_socket_in_a_plans_place_is_refused",
    ),
    weak(
        "any-kind-of-file",
        replaced("stat:S_ISREG", lambda _: True),
        "test_a_pipe_in_a_plans_place_hangs_nobody",
        "test_a_device_or_socket_in_a_plans_place_is_refused",
    ),
    weak(
        "write-through-links",
        replaced("plans.store.paths:Folder._refuse_shared", nothing),
        "test_nothing_is_written_through_a_hard_link",
    ),
    weak(
        "write-in-place",
        written_in_place,
        "test_a_plan_that_is_a_hard_link_is_replaced_and_never_written_through",
    ),
    weak("unescaped-pages", unescaped_pages, "test_no_markup_of_an_agent_reaches_a_page"),
    weak("trusted-markdown", unclean_markdown, "test_no_markdown_of_an_agent_acts"),
    weak("hidden-text", replaced(f"{_TEXT}:_HIDDEN", NEVER), "test_what_hides_is_shown"),
    weak("terminal-text", replaced(f"{_TEXT}:_plain", lambda text: text), "test_no_text_steers_a_terminal"),
    weak(
        "raw-log",
        replaced("plans_site.log_lines:LineFormatter.format", logging.Formatter.format),
        "test_no_text_forges_a_line_of_the_log",
    ),
    weak("any-title", bare_titles, "test_a_title_is_one_line_without_controls"),
    weak("last-key-wins", replaced(f"{_JSON}:_unique", dict), "test_a_key_that_stands_twice_is_refused"),
    weak("any-depth", any_depth, "test_deep_json_is_refused"),
    weak("any-number", any_number, "test_a_number_that_programs_read_differently_is_refused"),
    weak("half-characters", replaced(f"{_JSON}:_whole", nothing), "test_half_a_character_is_refused"),
    weak(
        "stale-approvals",
        replaced("plans.domain.expected:check_expected", nothing),
        "test_an_approval_is_of_the_text_that_was_seen",
    ),
    weak("anybody-decides", anybody_decides, "test_no_session_decides_its_own_request"),
    weak(
        "tokens-that-decide", tokens_that_decide, "test_no_token_is_for_deciding_and_no_door_of_agents_has_it"
    ),
    weak(
        "no-roles", replaced("plans.security.person:_check", nothing), "test_who_only_looks_changes_nothing"
    ),
    weak("doors-for-ever", doors_for_ever, "test_who_is_shut_out_leaves_no_program_inside"),
    weak("open-forms", open_forms, "test_a_form_without_its_token_changes_nothing"),
    weak(
        "anywhere-next",
        replaced("plans.web.views.entry:safe_next", lambda place: place),
        "test_signing_in_leads_nowhere_else",
    ),
    weak("links-that-act", looking_decides, "test_looking_changes_nothing"),
    weak("titles-in-a-shell", titles_in_a_shell, "test_a_step_is_no_way_to_run_a_command"),
    weak("open-key", open_key, "test_secrets_are_where_no_agent_inherits_them"),
    weak("cookie-for-scripts", cookie_for_scripts, "test_a_session_of_a_person_is_kept_from_scripts"),
    *OF_THE_LOG,
    *OF_PASSWORDS,
)
BY_NAME: Final = {weakening.name: weakening for weakening in ALL}
