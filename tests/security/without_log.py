"""Defences of the audit log and of people's own passwords taken away, one a function; see weakened_log.py."""

# ruff: noqa: ANN401, PLC0415
# What is patched has no common type, and is imported only by the weakening that is asked for.

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.security.without import Patch, nothing


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
    from plans.web import auditing
    from plans.web.views import entry, people, tokens

    for module in (auditing, people, tokens, entry):
        patch(module, "audit_anyway", auditing.audit)


def decisions_by_name(patch: Patch) -> None:
    """Note as decisions what is called so."""
    from plans.web import acting

    patch(acting, "note_signed", nothing)


def selected_unnoted(patch: Patch) -> None:
    from plans.web.views import bulk

    patch(bulk, "note_signed", nothing)


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
