"""What a person handed out: links that show one plan, or its badge, to anyone who has them, until a day.

The token is 256 random bits and stands nowhere: kept is its SHA-256, so reading the database opens nothing.
A link is bound to the plan's epoch: another plan that takes the name is not shown by it.
"""

from __future__ import annotations

import hashlib
import secrets
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Final

from django.db import models

if TYPE_CHECKING:
    from django.contrib.auth.models import User

DAY: Final = 24 * 60 * 60 * 1000
LIFETIMES: Final = {"day": DAY, "week": 7 * DAY, "month": 30 * DAY}
"""How long a link may work, ms."""
MOST: Final = 20
"""Links that work at a time, of one plan."""
_TOKEN_BYTES: Final = 32
_TOKEN_LETTERS: Final = 43
_NAMESPACE_LENGTH: Final = 300
_DIGEST_LENGTH: Final = 64
_KIND_LENGTH: Final = 8


class Kind(StrEnum):
    """What a link shows. A badge stands in public places, so its token must not open the board."""

    BOARD = "board"
    BADGE = "badge"


class Share(models.Model):
    """One link that was handed out. Times are ms."""

    made_by = models.ForeignKey("auth.User", models.CASCADE, related_name="shares")
    made_at = models.BigIntegerField()
    until = models.BigIntegerField()
    namespace = models.CharField(max_length=_NAMESPACE_LENGTH)
    epoch = models.TextField()
    kind = models.CharField(max_length=_KIND_LENGTH)
    digest = models.CharField(max_length=_DIGEST_LENGTH, unique=True)
    """SHA-256 of the token, in hex."""

    class Meta:
        app_label = "plans"
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["namespace"], name="share_of_plan")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(kind__in=sorted(kind.value for kind in Kind)), name="share_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.namespace}"


def hand_out(user: User, *, namespace: str, epoch: str, kind: Kind, until: int, now: int) -> str | None:
    """Make a link and give its token, which cannot be had again; None where there are too many already."""
    Share.objects.filter(until__lte=now).delete()
    if len(handed_out(namespace, epoch, now=now)) >= MOST:
        return None
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    Share.objects.create(
        made_by=user,
        made_at=now,
        until=until,
        namespace=namespace,
        epoch=epoch,
        kind=kind,
        digest=_digest(token),
    )
    return token


def handed_out(namespace: str, epoch: str, *, now: int) -> list[Share]:
    """List the links of a plan that work, the newest first."""
    found = Share.objects.filter(namespace=namespace, epoch=epoch, until__gt=now)
    return list(found.select_related("made_by").order_by("-made_at", "-pk"))


def find(token: str, kind: Kind, *, now: int) -> Share | None:
    """Find the link of a token, while it works and while whoever made it may still come in.

    The database compares digests, of which nobody who guesses can choose the letters; what it found is
    compared once more in constant time.
    """
    if len(token) != _TOKEN_LETTERS:
        return None
    digest = _digest(token)
    share = Share.objects.select_related("made_by").filter(digest=digest, kind=kind).first()
    if share is None or not secrets.compare_digest(share.digest, digest):
        return None
    return share if now < share.until and share.made_by.is_active else None


def take_back(namespace: str, number: int) -> bool:
    """End a link of a plan; False where there is none of this number."""
    ended, _ = Share.objects.filter(namespace=namespace, pk=number).delete()
    return ended > 0


def _digest(token: str) -> str:
    return hashlib.sha256(b"planboard share " + token.encode("utf-8", "replace")).hexdigest()
