"""Defences taken away, one a function; which tests must notice stands in weakened.py."""

# ruff: noqa: ANN401, PLC0415
# What is patched has no common type, and is imported only by the weakening that is asked for.

from __future__ import annotations

import asyncio
import importlib
import json
import os
from collections.abc import Callable
from typing import Any, Final

type Patch = Callable[[Any, str, Any], None]
"""setattr, or pytest's, which puts it back."""


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


def any_port(patch: Patch) -> None:
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


def any_origin(patch: Patch) -> None:
    from plans.security import origin
    from plans.security.refusals import NoOrigin

    def check(visit: Any, _: Any) -> None:
        if visit.needs_an_origin and len(visit.origin) != 1:
            raise NoOrigin

    patch(origin, "_check_origin", check)


def sockets_without_origin(patch: Patch) -> None:
    from plans.security.origin import SAFE_METHODS, Visit

    def needs(visit: Any) -> bool:
        return visit.has_cookie and visit.method not in SAFE_METHODS and not visit.is_form

    patch(Visit, "needs_an_origin", property(needs))


def changes_without_origin(patch: Patch) -> None:
    from plans.security.origin import Visit

    patch(Visit, "needs_an_origin", property(lambda visit: visit.has_cookie and visit.is_socket))


def any_site(patch: Patch) -> None:
    from plans.security.origin import Visit

    patch(Visit, "follows_a_link", property(lambda _: True))


def cookies_everywhere(patch: Patch) -> None:
    from plans.security import gate, origin

    def kept(path: str, headers: Any) -> Any:
        return headers if origin.is_token_door(path) else origin.credentials_for(path, headers)

    patch(gate, "credentials_for", kept)


def tokens_everywhere(patch: Patch) -> None:
    from plans.security import gate, origin

    def kept(path: str, headers: Any) -> Any:
        return origin.credentials_for(path, headers) if origin.is_token_door(path) else headers

    patch(gate, "credentials_for", kept)


def doors_for_ever(patch: Patch) -> None:
    from django.db.models import Q

    from plans.people import tokens, webhooks

    for module in (tokens, webhooks):
        patch(module, "stands", Q)


def patient_body(patch: Patch) -> None:
    patch(asyncio, "timeout", _for_ever(asyncio.timeout))


def _for_ever(real: Any) -> Any:
    return lambda seconds: real(None if seconds < 1 else seconds)


def unbounded_body(patch: Patch) -> None:
    from plans.security import limits

    real = limits.read_body

    async def read(receive: Any, _: Any) -> bytes | None:
        return await real(receive, limits.Limits(body_bytes=1 << 40))

    patch(importlib.import_module("plans.security.gate"), "read_body", read)


def compressed_bodies(patch: Patch) -> None:
    from plans.security import gate, limits

    def check(headers: Any, limit: Any) -> None:
        limits.check_announced([pair for pair in headers if pair[0] != b"content-encoding"], limit)

    patch(gate, "check_announced", check)


def compressed_frames(patch: Patch) -> None:
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


def old_servers(patch: Patch) -> None:
    module = importlib.import_module("tests.security.suite.test_limits")
    patch(module, "version", lambda _: "4.1.2")


def unescaped_pages(patch: Patch) -> None:
    from django.template import engines

    patch(engines["django"].engine, "autoescape", None)  # type: ignore[attr-defined]


def unclean_markdown(patch: Patch) -> None:
    from plans.security import markdown

    class Trusting:
        def clean(self, html: str) -> str:
            return html

    patch(markdown, "_CLEANER", Trusting())
    patch(markdown._PARSER, "validateLink", lambda _: True)


def open_forms(patch: Patch) -> None:
    from django.middleware.csrf import CsrfViewMiddleware

    patch(CsrfViewMiddleware, "process_view", nothing)


def bare_titles(patch: Patch) -> None:
    from plans.domain import limits

    patch(limits, "_one_line", lambda text, _: " ".join(text.split()) or "…")


def code_for_ever(patch: Patch) -> None:
    from pathlib import Path

    patch(Path, "unlink", nothing)


def anybody_decides(patch: Patch) -> None:
    from plans.domain.verbs import deciding

    patch(deciding, "_asked", lambda plan, number, **_: plan.step(number))
    patch(importlib.import_module("plans.store.changing"), "signed", lambda line, *_, **__: line)


def tokens_that_decide(patch: Patch) -> None:
    from plans.security import tokens

    patch(tokens, "_OF_PEOPLE", frozenset())
    patch(tokens, "VERBS", (*tokens.VERBS, "approve"))


def titles_in_a_shell(patch: Patch) -> None:
    import subprocess

    from plans.domain.limits import check_title
    from plans.domain.verbs import shaping

    def hook(title: str) -> str:
        subprocess.run(f"echo {title}", shell=True, check=False, capture_output=True)  # noqa: S602
        return check_title(title)

    patch(shaping, "check_title", hook)


def open_key(patch: Patch) -> None:
    real = os.open
    patch(os, "open", lambda path, flags, mode=0o600, **named: real(path, flags, mode | 0o044, **named))


def cookie_for_scripts(patch: Patch) -> None:
    from django.conf import settings

    patch(settings, "SESSION_COOKIE_HTTPONLY", None)


def looking_decides(patch: Patch) -> None:
    """Let a link do what a form does."""
    from django.core.handlers.wsgi import WSGIRequest

    real = WSGIRequest.__init__

    def begin(request: Any, environ: Any) -> None:
        real(request, environ)
        request.method = "POST"

    patch(WSGIRequest, "__init__", begin)
    patch(WSGIRequest, "POST", property(lambda request: request.GET))


def any_depth(patch: Patch) -> None:
    from plans.actions import strict_json

    patch(strict_json, "DEPTH", 10**9)
    patch(json, "loads", lambda *_, **__: [])


def any_number(patch: Patch) -> None:
    from plans.actions import strict_json

    patch(strict_json, "_no_number", float)
    patch(strict_json, "_finite", float)
    patch(strict_json, "_check", nothing)


def written_in_place(patch: Patch) -> None:
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
