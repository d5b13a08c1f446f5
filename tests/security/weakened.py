"""Builds that lack one defence each, under which the tests about it must fail.

A test of a defence that was never seen red proves nothing. Each entry takes one defence away while the
program runs, and names the tests of tests/security/suite that turn red by it. So "seen red" is one
command::

    PLANBOARD_TEST_TORTURE=1 .venv/bin/pytest -m torture tests/security/test_seen_red.py

and one of them by hand::

    PLANBOARD_TEST_WEAKENED=any-host .venv/bin/pytest tests/security/suite

Where Django is a second wall behind the gate, the tests ask the gate alone: each wall is to stand by itself.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

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

if TYPE_CHECKING:
    from collections.abc import Callable

VARIABLE: Final = "PLANBOARD_TEST_WEAKENED"


@dataclass(frozen=True, kw_only=True)
class Weakening:
    """One defence taken away, and the tests that must notice."""

    name: str
    without: Callable[[Patch], None]
    red: tuple[str, ...]

    def apply(self, patch: Patch) -> None:
        """Take it away; ``patch`` is setattr, or pytest's, which puts it back."""
        self.without(patch)


_ORIGIN = "plans.security.origin"
_RATES = "plans.security.rates"
_TEXT = "plans.security.text"
_JSON = "plans.actions.strict_json"

ALL: Final = (
    Weakening(
        name="any-host",
        without=replaced(f"{_ORIGIN}:_check_host", nothing),
        red=("test_dns_rebinding_reaches_no_door",),
    ),
    Weakening(
        name="any-origin",
        without=any_origin,
        red=(
            "test_a_page_of_another_site_changes_nothing",
            "test_a_page_at_another_port_of_this_machine_is_a_stranger",
            "test_a_page_of_another_site_opens_no_socket",
        ),
    ),
    Weakening(
        name="any-port",
        without=any_port,
        red=(
            "test_a_page_at_another_port_of_this_machine_is_a_stranger",
            "test_a_page_of_another_site_opens_no_socket",
        ),
    ),
    Weakening(
        name="sockets-without-origin",
        without=sockets_without_origin,
        red=("test_a_socket_with_a_cookie_says_where_it_comes_from",),
    ),
    Weakening(
        name="changes-without-origin",
        without=changes_without_origin,
        red=("test_a_change_with_a_cookie_says_where_it_comes_from",),
    ),
    Weakening(
        name="any-site",
        without=any_site,
        red=("test_another_sites_page_embeds_and_fetches_nothing",),
    ),
    Weakening(
        name="cookies-for-agents",
        without=cookies_everywhere,
        red=("test_a_cookie_is_worth_nothing_at_the_doors_of_agents",),
    ),
    Weakening(
        name="tokens-for-pages",
        without=tokens_everywhere,
        red=("test_a_token_is_worth_nothing_on_pages",),
    ),
    Weakening(
        name="two-sessions",
        without=replaced("plans.security.gate:check_single", nothing),
        red=("test_who_speaks_is_said_once",),
    ),
    Weakening(
        name="no-headers",
        without=replaced("plans.security.headers:SECURITY_HEADERS", ()),
        red=("test_every_answer_says_what_a_page_may_not_do",),
    ),
    Weakening(
        name="any-size",
        without=unbounded_body,
        red=("test_a_body_over_one_mib_is_refused_whatever_it_announces",),
    ),
    Weakening(
        name="compressed-bodies",
        without=compressed_bodies,
        red=("test_a_compressed_body_is_refused",),
    ),
    Weakening(
        name="any-time",
        without=patient_body,
        red=("test_a_body_that_never_comes_is_refused_in_time",),
    ),
    Weakening(
        name="any-message",
        without=replaced("plans.security.limits:GuardedSocket._fits", lambda *_: True),
        red=("test_a_socket_message_over_16_kib_is_not_heard",),
    ),
    Weakening(
        name="old-servers",
        without=old_servers,
        red=("test_the_server_is_one_whose_sockets_have_bounds",),
    ),
    Weakening(
        name="compressed-frames",
        without=compressed_frames,
        red=("test_frames_are_never_compressed",),
    ),
    Weakening(
        name="any-number-of-sockets",
        without=replaced("plans.web.crowd:Crowd.enter", lambda *_: True),
        red=("test_one_person_keeps_twenty_sockets_and_all_together_two_hundred",),
    ),
    Weakening(
        name="any-number-of-writes",
        without=replaced(f"{_RATES}:Rates.count", nothing),
        red=("test_the_61st_write_of_a_minute_is_told_when_to_come_again",),
    ),
    Weakening(
        name="any-number-of-attempts",
        without=replaced("plans.security.login_attempts:LoginAttempts.check", nothing),
        red=("test_the_11th_wrong_code_of_a_minute_has_to_wait",),
    ),
    Weakening(name="codes-for-ever", without=code_for_ever, red=("test_a_login_code_works_once",)),
    Weakening(
        name="any-name",
        without=replaced("plans.store.paths:check_namespace", lambda name: name),
        red=("test_no_name_leads_out_of_the_root",),
    ),
    Weakening(
        name="follow-links",
        without=opened_without(os.O_NOFOLLOW),
        red=(
            "test_a_plan_that_is_a_link_is_not_followed",
            "test_a_namespace_that_is_a_link_out_of_the_root_is_not_followed",
        ),
    ),
    Weakening(
        name="wait-for-pipes",
        without=opened_without(os.O_NONBLOCK),
        red=(
            "test_a_pipe_in_a_plans_place_hangs_nobody",
            "test_a_device_or_socket_in_a_plans_place_is_refused",
        ),
    ),
    Weakening(
        name="any-kind-of-file",
        without=replaced("stat:S_ISREG", lambda _: True),
        red=(
            "test_a_pipe_in_a_plans_place_hangs_nobody",
            "test_a_device_or_socket_in_a_plans_place_is_refused",
        ),
    ),
    Weakening(
        name="write-through-links",
        without=replaced("plans.store.paths:Folder._refuse_shared", nothing),
        red=("test_nothing_is_written_through_a_hard_link",),
    ),
    Weakening(
        name="write-in-place",
        without=written_in_place,
        red=("test_a_plan_that_is_a_hard_link_is_replaced_and_never_written_through",),
    ),
    Weakening(
        name="unescaped-pages",
        without=unescaped_pages,
        red=("test_no_markup_of_an_agent_reaches_a_page",),
    ),
    Weakening(
        name="trusted-markdown",
        without=unclean_markdown,
        red=("test_no_markdown_of_an_agent_acts",),
    ),
    Weakening(
        name="hidden-text",
        without=replaced(f"{_TEXT}:_HIDDEN", NEVER),
        red=("test_what_hides_is_shown",),
    ),
    Weakening(
        name="terminal-text",
        without=replaced(f"{_TEXT}:_plain", lambda text: text),
        red=("test_no_text_steers_a_terminal",),
    ),
    Weakening(
        name="raw-log",
        without=replaced("plans_site.log_lines:LineFormatter.format", logging.Formatter.format),
        red=("test_no_text_forges_a_line_of_the_log",),
    ),
    Weakening(
        name="any-title",
        without=bare_titles,
        red=("test_a_title_is_one_line_without_controls",),
    ),
    Weakening(
        name="last-key-wins",
        without=replaced(f"{_JSON}:_unique", dict),
        red=("test_a_key_that_stands_twice_is_refused",),
    ),
    Weakening(
        name="any-depth",
        without=any_depth,
        red=("test_deep_json_is_refused",),
    ),
    Weakening(
        name="any-number",
        without=any_number,
        red=("test_a_number_that_programs_read_differently_is_refused",),
    ),
    Weakening(
        name="half-characters",
        without=replaced(f"{_JSON}:_whole", nothing),
        red=("test_half_a_character_is_refused",),
    ),
    Weakening(
        name="stale-approvals",
        without=replaced("plans.domain.expected:check_expected", nothing),
        red=("test_an_approval_is_of_the_text_that_was_seen",),
    ),
    Weakening(
        name="anybody-decides",
        without=anybody_decides,
        red=("test_no_session_decides_its_own_request",),
    ),
    Weakening(
        name="tokens-that-decide",
        without=tokens_that_decide,
        red=("test_no_token_is_for_deciding_and_no_door_of_agents_has_it",),
    ),
    Weakening(
        name="no-roles",
        without=replaced("plans.security.person:_check", nothing),
        red=("test_who_only_looks_changes_nothing",),
    ),
    Weakening(
        name="open-forms",
        without=open_forms,
        red=("test_a_form_without_its_token_changes_nothing",),
    ),
    Weakening(
        name="anywhere-next",
        without=replaced("plans.web.views.entry:safe_next", lambda place: place),
        red=("test_signing_in_leads_nowhere_else",),
    ),
    Weakening(name="links-that-act", without=looking_decides, red=("test_looking_changes_nothing",)),
    Weakening(
        name="titles-in-a-shell",
        without=titles_in_a_shell,
        red=("test_a_step_is_no_way_to_run_a_command",),
    ),
    Weakening(
        name="open-key",
        without=open_key,
        red=("test_secrets_are_where_no_agent_inherits_them",),
    ),
    Weakening(
        name="cookie-for-scripts",
        without=cookie_for_scripts,
        red=("test_a_session_of_a_person_is_kept_from_scripts",),
    ),
)
BY_NAME: Final = {weakening.name: weakening for weakening in ALL}
