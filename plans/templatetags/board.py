"""The few marks that stand all over the pages: icons and times."""

from __future__ import annotations

import secrets
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from django import template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from plans.web.plates import OwnerView, owner_view
from plans.web.times import iso

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.template import Context

register = template.Library()
_DAY = slice(10)
_CLOCK = slice(11, 16)
_SECOND = slice(11, 19)


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, classes: str = "icon") -> SafeString:
    """Draw a symbol of icons.svg; it says nothing to those who listen."""
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        classes,
        static("plans/icons.svg"),
        name,
    )


@register.simple_tag
def once() -> SafeString:
    """Give a form a key of its own, so that sending it twice does what it does once."""
    return format_html('<input type="hidden" name="key" value="{}">', secrets.token_urlsafe(9))


@register.simple_tag(takes_context=True)
def entered(context: Context, verbs: str, name: str, *, stored: object) -> object:
    """Give what a form's field holds: where a form of these verbs comes back, what was typed."""
    typed = context.get("typed") if context.get("opened") in verbs.split() else None
    return typed.get(name, stored) if typed else stored


@lru_cache(maxsize=16)
def block(look: str) -> SafeString:
    """Draw one block of a track."""
    return format_html('<i class="track-block block-{}"></i>', look)


@register.simple_tag
def track_blocks(looks: Sequence[str]) -> SafeString:
    """Draw a stretch of a track: it goes with every change, and a loop in the template takes far longer."""
    drawn = SafeString()
    for look in looks:
        drawn += block(look)  # safe stays safe only by adding
    return drawn


@register.simple_tag
@lru_cache(maxsize=8192)
def age(iso: str, before: str = "", *, classes: str = "", after: str = "") -> SafeString | str:
    """Say how long ago a time was; scripts keep it true, without them the time itself stands there."""
    if not iso:
        return ""
    return format_html(
        '<time class="{}" datetime="{}" data-age data-before="{}" data-after="{}">{}{}</time>',
        classes,
        iso,
        before,
        after,
        before,
        f"{datetime.fromisoformat(iso):%-d %b %H:%M} UTC",
    )


@register.simple_tag
def age_of(at: int, before: str = "") -> SafeString | str:
    """Say how long ago a time in ms was, like ``age``."""
    return age(iso(at), before) if at else ""


@register.simple_tag
@lru_cache(maxsize=64)
def mark(look: str, size: str = "") -> SafeString:
    """Draw the mark of a status: one shape each, so that colour is not needed."""
    return icon(f"mark-{look}", " ".join(filter(None, ("mark", f"mark-{look}", size))))


@register.simple_tag
def plate(owner: OwnerView) -> SafeString:
    """Draw a session's plate; its name must stand beside it."""
    return icon(owner.plate, f"plate {owner.hue}")


@register.simple_tag
def plate_of(session: str) -> SafeString:
    """Draw the plate of a session that is known by its id only."""
    return plate(owner_view(session))


@register.simple_tag
@lru_cache(maxsize=4096)
def owner(owner: OwnerView | None, classes: str = "", *, is_silent: bool = False) -> SafeString:
    """Show who has a step; the same few stand on hundreds of cards, so each is drawn once.

    Silent where the same is said in words beside it.
    """
    context = {"owner": owner, "class": classes, "is_silent": is_silent}
    return render_to_string("plans/_owner.html", context)


@register.simple_tag
def codes(text: str) -> SafeString:
    """Show what stands between back-ticks, a command as a rule, as code."""
    parts = enumerate(text.split("`"))
    return format_html_join(
        "", "{}", ((format_html("<code>{}</code>", part) if at % 2 else part,) for at, part in parts)
    )


@register.simple_tag
def second(iso: str) -> SafeString | str:
    """Say the time of day to the second; where days are told apart, scripts put it into the viewer's zone."""
    return format_html('<time data-time="{}">{}</time>', iso, iso[_SECOND]) if iso else ""


@register.simple_tag
def clock(iso: str) -> SafeString | str:
    """Say the time of day, and of which day if not of this one; scripts put it into the viewer's zone."""
    if not iso:
        return ""
    is_today = iso[_DAY] == f"{timezone.now():%Y-%m-%d}"
    said = iso[_CLOCK] if is_today else f"{datetime.fromisoformat(iso):%-d %b, %H:%M}"
    return format_html('<time datetime="{}">{}</time>', iso, said)
