"""The tokens that were given to agents: what each may do, when it was used last, and whether it still works.

A token is 256 random bits and stands nowhere: kept is its SHA-256, so reading the database lets nobody in.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, ClassVar, Final

from django.db import models

from plans.people.doors import rests, stands

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import User

MARK: Final = "pbt_"
"""What every token begins with, so that a scanner for leaked secrets can know it."""
USE_NOTED_EVERY: Final = 60_000
"""A write for every request would queue behind the worker's; ms."""
PATTERN_LENGTH: Final = 200
_TOKEN_BYTES: Final = 32
_DIGEST_LENGTH: Final = 64
_LETTERS: Final = 47


class AgentToken(models.Model):
    """One token. Times are ms; ``session`` and ``plans`` are patterns."""

    made_at = models.BigIntegerField()
    made_by = models.ForeignKey("auth.User", models.CASCADE, related_name="tokens", null=True)
    """It rests while this is no admin who may come in (see doors); None: made at the terminal."""
    session = models.CharField(max_length=PATTERN_LENGTH)
    plans = models.TextField()
    """Patterns of namespaces with spaces between."""
    verbs = models.TextField()
    """Words with spaces between."""
    digest = models.CharField(max_length=_DIGEST_LENGTH, unique=True)
    """SHA-256 of the token, in hex."""
    used_at = models.BigIntegerField(null=True)
    used_by = models.TextField(default="")
    """The session that used it last, "" where it only read."""
    revoked_at = models.BigIntegerField(null=True)

    class Meta:
        app_label = "plans"
        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        return f"token {self.pk} of {self.session}"


def issue(
    *, session: str, plans: Iterable[str], verbs: Iterable[str], now: int, by: User | None = None
) -> tuple[AgentToken, str]:
    """Make a token, at the terminal or ``by`` an admin; gives what is kept of it, and the token itself.

    The token cannot be had again.
    """
    token = MARK + secrets.token_urlsafe(_TOKEN_BYTES)
    kept = AgentToken.objects.create(
        made_at=now,
        made_by=by,
        session=session,
        plans=" ".join(plans),
        verbs=" ".join(verbs),
        digest=_digest(token),
    )
    return kept, token


def find(token: str) -> AgentToken | None:
    """Find a token that works.

    The database compares digests, of which nobody who guesses can choose the letters; what it found is
    compared once more in constant time.
    """
    if len(token) != _LETTERS:
        return None
    digest = _digest(token)
    found = AgentToken.objects.filter(stands(), digest=digest, revoked_at=None).first()
    return found if found is not None and secrets.compare_digest(found.digest, digest) else None


def maker_of_resting(token: str) -> str:
    """Name the person whose token this is that rests with them; "" where it is none."""
    resting = AgentToken.objects.filter(digest=_digest(token), revoked_at=None).exclude(stands())
    name: str | None = resting.values_list("made_by__username", flat=True).first()
    return name or ""


def note_use(found: AgentToken, *, by: str, now: int) -> None:
    """Keep when a token was used last and by which session, to the minute."""
    if found.used_at is None or now - found.used_at >= USE_NOTED_EVERY or (by and by != found.used_by):
        AgentToken.objects.filter(pk=found.pk).update(used_at=now, used_by=by or found.used_by)


def tokens(*, revoked: bool = False) -> list[AgentToken]:
    """List the tokens with their makers, the oldest first; those that were revoked only if asked for."""
    found = AgentToken.objects.select_related("made_by").annotate(rests=rests())
    return list(found if revoked else found.filter(revoked_at=None))


def take(number: int, *, by: User | None) -> bool:
    """Let a token that was not revoked be another admin's, or nobody's in particular; False where none is."""
    return AgentToken.objects.filter(pk=number, revoked_at=None).update(made_by=by) > 0


def revoke(number: int, *, now: int) -> bool:
    """End a token for good, one that rests, too; False where there is none of this number."""
    return AgentToken.objects.filter(pk=number, revoked_at=None).update(revoked_at=now) > 0


def _digest(token: str) -> str:
    return hashlib.sha256(b"planboard token " + token.encode("utf-8", "replace")).hexdigest()
