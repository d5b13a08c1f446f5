"""What stands around every view of a plan but its board: header, banner, filter, and what keeps it live."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from plans.web import digits
from plans.web.filtering import parsed
from plans.web.heads import BannerView, HeadView, banner_view, head_view

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plans.domain.picture import Picture


class FrameView(msgspec.Struct, frozen=True, kw_only=True):
    """The plan as its page needs it, whatever is drawn of it."""

    namespace: str
    epoch: str
    revision: int
    steps: str
    """Every step's revision, ``1:4,2:7``: what the page's checksum is made of."""
    can: str
    is_read_only: bool
    head: HeadView
    banner: BannerView
    is_empty: bool
    is_past: bool
    """An older revision that somebody looks at."""
    query: str
    told: str
    """What the filter does not know."""


def frame_view(picture: Picture, *, can: Iterable[str] = (), query: str = "") -> FrameView:
    """Build the frame; ``query`` is what the filter holds."""
    plan = picture.plan
    return FrameView(
        namespace=plan.namespace,
        epoch=picture.history,
        revision=plan.revision,
        steps=",".join(f"{step.number}:{step.revision}" for step in plan.steps),
        can=" ".join(can) if picture.writable else "",
        is_read_only=not picture.writable,
        head=head_view(picture),
        banner=banner_view(picture),
        is_empty=not plan.steps,
        is_past=picture.is_past,
        query=query,
        told=parsed(query).told,
    )


def number_of(text: str) -> int:
    """Read a step's number from an address; 0 where it is none."""
    return digits.number_in(text, digits.STEP) or 0


def numbers_of(text: str) -> tuple[int, ...]:
    """Read ``4,17`` from an address; whatever is no number is left out."""
    return tuple(sorted({number for part in text.split(",")[:100] if (number := number_of(part))}))
