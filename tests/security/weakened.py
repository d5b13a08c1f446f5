"""Builds that lack one defence each, under which the tests about it must fail.

A test of a defence that was never seen red proves nothing. Each entry takes one defence away while the
program runs, and names the tests of tests/security/suite that turn red by it. So "seen red" is one
command::

    PLANBOARD_TEST_TORTURE=1 .venv/bin/pytest -m torture tests/security/test_seen_red.py

and one of them by hand::

    PLANBOARD_TEST_WEAKENED=any-host .venv/bin/pytest tests/security/suite

Where Django is a second wall behind the gate, the tests ask the gate alone: each wall is to stand by itself.
"""

# ruff: noqa: ANN401, PLC0415
# What is patched has no common type, and is imported only by the weakening that is asked for.

from __future__ import annotations

import asyncio
import importlib
import json
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

VARIABLE: Final = "PLANBOARD_TEST_WEAKENED"

type Patch = Callable[[Any, str, Any], None]


@dataclass(frozen=True, kw_only=True)
class Weakening:
    """One defence taken away, and the tests that must notice."""

    name: str
    without: Callable[[Patch], None]
    red: tuple[str, ...]

    def apply(self, patch: Patch) -> None:
        """Take it away; ``patch`` is setattr, or pytest's, which puts it back."""
        self.without(patch)


def replaced(place: str, value: object) -> Callable[[Patch], None]:
    """Put something else in the place of ``module:name`` or ``module:Class.name``."""

    def weaken(patch: Patch) -> None:
        module, _, path = place.partition(":")
        *owners, name = path.split(".")
        owner: Any = importlib.import_module(module)
        for part in owners:
            owner = getattr(owner, part)
        patch(owner, name, value)

    return weaken


def nothing(*_: object, **__: object) -> None:
    """Check nothing."""


def opened_without(flag: int) -> Callable[[Patch], None]:
    """Open every file without a flag."""

    def weaken(patch: Patch) -> None:
        real = os.open
        patch(os, "open", lambda path, flags, *more, **named: real(path, flags & ~flag, *more, **named))

    return weaken


def _any_port(patch: Patch) -> None:
    """Compare hosts, as Channels' own validator does."""
    from urllib.parse import urlsplit

    from plans.security import origin
    from plans.security.refusals import ForeignOrigin, NoOrigin

    def check(visit: Any, door: Any) -> None:
        ours = {urlsplit(known).hostname for known in door.origins}
        if any(urlsplit(sent).hostname not in ours for sent in visit.origin):
            raise ForeignOrigin(visit.origin[0])
        if visit.needs_an_origin and len(visit.origin) != 1:
            raise NoOrigin

    patch(origin, "_check_origin", check)


def _any_origin(patch: Patch) -> None:
    from plans.security import origin
    from plans.security.refusals import NoOrigin

    def check(visit: Any, _: Any) -> None:
        if visit.needs_an_origin and len(visit.origin) != 1:
            raise NoOrigin

    patch(origin, "_check_origin", check)


def _sockets_without_origin(patch: Patch) -> None:
    from plans.security.origin import SAFE_METHODS, Visit

    def needs(visit: Any) -> bool:
        return visit.has_cookie and visit.method not in SAFE_METHODS and not visit.is_form

    patch(Visit, "needs_an_origin", property(needs))


def _changes_without_origin(patch: Patch) -> None:
    from plans.security.origin import Visit

    patch(Visit, "needs_an_origin", property(lambda visit: visit.has_cookie and visit.is_socket))


def _any_site(patch: Patch) -> None:
    from plans.security.origin import Visit

    patch(Visit, "follows_a_link", property(lambda _: True))


def _cookies_everywhere(patch: Patch) -> None:
    from plans.security import gate, origin

    def kept(path: str, headers: Any) -> Any:
        return headers if origin.is_token_door(path) else origin.credentials_for(path, headers)

    patch(gate, "credentials_for", kept)


def _tokens_everywhere(patch: Patch) -> None:
    from plans.security import gate, origin

    def kept(path: str, headers: Any) -> Any:
        return origin.credentials_for(path, headers) if origin.is_token_door(path) else headers

    patch(gate, "credentials_for", kept)


def _patient_body(patch: Patch) -> None:
    patch(asyncio, "timeout", _for_ever(asyncio.timeout))


def _for_ever(real: Any) -> Any:
    return lambda seconds: real(None if seconds < 1 else seconds)


def _unbounded_body(patch: Patch) -> None:
    from plans.security import limits

    real = limits.read_body

    async def read(receive: Any, _: Any) -> bytes | None:
        return await real(receive, limits.Limits(body_bytes=1 << 40))

    patch(importlib.import_module("plans.security.gate"), "read_body", read)


def _compressed_bodies(patch: Patch) -> None:
    from plans.security import gate, limits

    def check(headers: Any, limit: Any) -> None:
        limits.check_announced([pair for pair in headers if pair[0] != b"content-encoding"], limit)

    patch(gate, "check_announced", check)


def _compressed_frames(patch: Patch) -> None:
    from autobahn.twisted.websocket import WebSocketServerFactory
    from autobahn.websocket.compress import (
        PerMessageDeflateOffer,
        PerMessageDeflateOfferAccept,
    )

    real = WebSocketServerFactory.setProtocolOptions

    def accept(offers: Any) -> Any:
        found = [offer for offer in offers if isinstance(offer, PerMessageDeflateOffer)]
        return PerMessageDeflateOfferAccept(found[0]) if found else None  # type: ignore[no-untyped-call]

    def options(factory: Any, **named: Any) -> None:
        real(factory, **named, perMessageCompressionAccept=accept)  # type: ignore[no-untyped-call]

    patch(WebSocketServerFactory, "setProtocolOptions", options)


def _old_servers(patch: Patch) -> None:
    module = importlib.import_module("tests.security.suite.test_limits")
    patch(module, "version", lambda _: "4.1.2")


def _unescaped_pages(patch: Patch) -> None:
    from django.template import engines

    patch(engines["django"].engine, "autoescape", None)  # type: ignore[attr-defined]


def _unclean_markdown(patch: Patch) -> None:
    from plans.security import markdown

    class Trusting:
        def clean(self, html: str) -> str:
            return html

    patch(markdown, "_CLEANER", Trusting())
    patch(markdown._PARSER, "validateLink", lambda _: True)


def _open_forms(patch: Patch) -> None:
    from django.middleware.csrf import CsrfViewMiddleware

    patch(CsrfViewMiddleware, "process_view", nothing)


def _bare_titles(patch: Patch) -> None:
    from plans.domain import limits

    patch(limits, "_one_line", lambda text, _: " ".join(text.split()) or "…")


def _code_for_ever(patch: Patch) -> None:
    from pathlib import Path

    patch(Path, "unlink", nothing)


def _anybody_decides(patch: Patch) -> None:
    from plans.domain.verbs import deciding

    patch(deciding, "_asked", lambda plan, number, **_: plan.step(number))


def _tokens_that_decide(patch: Patch) -> None:
    from plans.security import tokens

    patch(tokens, "_OF_PEOPLE", frozenset())
    patch(tokens, "VERBS", (*tokens.VERBS, "approve"))


def _titles_in_a_shell(patch: Patch) -> None:
    import subprocess

    from plans.domain.limits import check_title
    from plans.domain.verbs import shaping

    def hook(title: str) -> str:
        subprocess.run(f"echo {title}", shell=True, check=False, capture_output=True)  # noqa: S602
        return check_title(title)

    patch(shaping, "check_title", hook)


def _open_key(patch: Patch) -> None:
    real = os.open
    patch(os, "open", lambda path, flags, mode=0o600, **named: real(path, flags, mode | 0o044, **named))


def _cookie_for_scripts(patch: Patch) -> None:
    from django.conf import settings

    patch(settings, "SESSION_COOKIE_HTTPONLY", None)


def _looking_decides(patch: Patch) -> None:
    """Let a link do what a form does."""
    from django.core.handlers.wsgi import WSGIRequest
    from django.views.decorators.http import require_POST

    allowed: list[str] = require_POST.__closure__[0].cell_contents  # type: ignore[index]
    allowed.append("GET")
    patch(WSGIRequest, "POST", property(lambda request: request.GET))


def _any_depth(patch: Patch) -> None:
    from plans.actions import strict_json

    patch(strict_json, "DEPTH", 10**9)
    patch(json, "loads", lambda *_, **__: [])


def _any_number(patch: Patch) -> None:
    from plans.actions import strict_json

    patch(strict_json, "_no_number", float)
    patch(strict_json, "_finite", float)
    patch(strict_json, "_check", nothing)


def _written_in_place(patch: Patch) -> None:
    """Write plan.json where it stands, as a program without drafts does."""
    from plans.store import atomic_write

    def written(folder: Any, draft: str, name: str, **_: object) -> None:
        with open(draft, "rb", opener=_at(folder.fd)) as source:
            data = source.read()
        with open(name, "wb", opener=_at(folder.fd)) as target:
            target.write(data)
        os.unlink(draft, dir_fd=folder.fd)

    patch(atomic_write, "_rename", written)
    patch(atomic_write, "_as_renamed", lambda folder, name, _: folder.stat(name))


def _at(folder: int) -> Callable[[str, int], int]:
    return lambda path, flags: os.open(path, flags, dir_fd=folder)


NEVER: Final = r"(?!x)x"

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
        without=_any_origin,
        red=(
            "test_a_page_of_another_site_changes_nothing",
            "test_a_page_at_another_port_of_this_machine_is_a_stranger",
            "test_a_page_of_another_site_opens_no_socket",
        ),
    ),
    Weakening(
        name="any-port",
        without=_any_port,
        red=(
            "test_a_page_at_another_port_of_this_machine_is_a_stranger",
            "test_a_page_of_another_site_opens_no_socket",
        ),
    ),
    Weakening(
        name="sockets-without-origin",
        without=_sockets_without_origin,
        red=("test_a_socket_with_a_cookie_says_where_it_comes_from",),
    ),
    Weakening(
        name="changes-without-origin",
        without=_changes_without_origin,
        red=("test_a_change_with_a_cookie_says_where_it_comes_from",),
    ),
    Weakening(
        name="any-site",
        without=_any_site,
        red=("test_another_sites_page_embeds_and_fetches_nothing",),
    ),
    Weakening(
        name="cookies-for-agents",
        without=_cookies_everywhere,
        red=("test_a_cookie_is_worth_nothing_at_the_doors_of_agents",),
    ),
    Weakening(
        name="tokens-for-pages",
        without=_tokens_everywhere,
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
        without=_unbounded_body,
        red=("test_a_body_over_one_mib_is_refused_whatever_it_announces",),
    ),
    Weakening(
        name="compressed-bodies",
        without=_compressed_bodies,
        red=("test_a_compressed_body_is_refused",),
    ),
    Weakening(
        name="any-time",
        without=_patient_body,
        red=("test_a_body_that_never_comes_is_refused_in_time",),
    ),
    Weakening(
        name="any-message",
        without=replaced("plans.security.limits:GuardedSocket._fits", lambda *_: True),
        red=("test_a_socket_message_over_16_kib_is_not_heard",),
    ),
    Weakening(
        name="old-servers",
        without=_old_servers,
        red=("test_the_server_is_one_whose_sockets_have_bounds",),
    ),
    Weakening(
        name="compressed-frames",
        without=_compressed_frames,
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
    Weakening(name="codes-for-ever", without=_code_for_ever, red=("test_a_login_code_works_once",)),
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
        without=_written_in_place,
        red=("test_a_plan_that_is_a_hard_link_is_replaced_and_never_written_through",),
    ),
    Weakening(
        name="unescaped-pages",
        without=_unescaped_pages,
        red=("test_no_markup_of_an_agent_reaches_a_page",),
    ),
    Weakening(
        name="trusted-markdown",
        without=_unclean_markdown,
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
        without=_bare_titles,
        red=("test_a_title_is_one_line_without_controls",),
    ),
    Weakening(
        name="last-key-wins",
        without=replaced(f"{_JSON}:_unique", dict),
        red=("test_a_key_that_stands_twice_is_refused",),
    ),
    Weakening(
        name="any-depth",
        without=_any_depth,
        red=("test_deep_json_is_refused",),
    ),
    Weakening(
        name="any-number",
        without=_any_number,
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
        without=_anybody_decides,
        red=("test_no_session_decides_its_own_request",),
    ),
    Weakening(
        name="tokens-that-decide",
        without=_tokens_that_decide,
        red=("test_no_token_is_for_deciding_and_no_door_of_agents_has_it",),
    ),
    Weakening(
        name="no-roles",
        without=replaced("plans.security.person:may", lambda *_: True),
        red=("test_who_only_looks_changes_nothing",),
    ),
    Weakening(
        name="open-forms",
        without=_open_forms,
        red=("test_a_form_without_its_token_changes_nothing",),
    ),
    Weakening(
        name="anywhere-next",
        without=replaced("plans.web.views.entry:safe_next", lambda place: place),
        red=("test_signing_in_leads_nowhere_else",),
    ),
    Weakening(name="links-that-act", without=_looking_decides, red=("test_looking_changes_nothing",)),
    Weakening(
        name="titles-in-a-shell",
        without=_titles_in_a_shell,
        red=("test_a_step_is_no_way_to_run_a_command",),
    ),
    Weakening(
        name="open-key",
        without=_open_key,
        red=("test_secrets_are_where_no_agent_inherits_them",),
    ),
    Weakening(
        name="cookie-for-scripts",
        without=_cookie_for_scripts,
        red=("test_a_session_of_a_person_is_kept_from_scripts",),
    ),
)
BY_NAME: Final = {weakening.name: weakening for weakening in ALL}
