"""What a fetched board is known by: plan and revision, and everything without a revision that it shows."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from plans.security.roles import rights_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plans.domain.picture import Picture
    from plans.security.person import BoardRequest
    from plans.web.framing import FrameView
    from plans.web.roll import RollView
    from plans.web.seen_plans import SeenPlan


def board_etag(request: BoardRequest, picture: Picture) -> str:
    """Name the board as this request asks for it: ``"<history>-<revision>-<the rest>"``."""
    lives = sorted((life.session, life.liveness) for life in picture.lives.values())
    rest = (
        lives,
        picture.problem,
        picture.warnings,
        picture.writable,
        picture.document,
        request.GET.get("q", ""),
        request.GET.get("more", ""),
        request.GET.get("group", ""),
        request.user.pk,
        rights_of(request.user),
    )
    return f'"{picture.history}-{picture.plan.revision}-{_digest(rest)}"'


def lists_etag(request: BoardRequest, rows: list[SeenPlan], *, counts: Mapping[str, int]) -> str:
    """Name the lists of plans as this request asks for them; ``counts`` stand beside the screens' names."""
    words = [request.GET.get(name, "") for name in ("q", "show", "sort", "current", "screen")]
    asked = (*words, request.user.pk)
    return f'"{_digest((rows, asked, counts))}"'


def view_etag(request: BoardRequest, frame: FrameView, shown: object) -> str:
    """Name what a view shows in its frame."""
    return f'"{frame.epoch}-{frame.revision}-{_digest((frame, shown, request.user.pk))}"'


def sessions_etag(request: BoardRequest, roll: RollView) -> str:
    """Name the list of sessions as it is shown now."""
    return f'"{_digest((roll, request.user.pk, rights_of(request.user)))}"'


def _digest(shown: object) -> str:
    return sha256(msgspec.json.encode(shown)).hexdigest()[:16]
