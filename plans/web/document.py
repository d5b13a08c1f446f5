"""The text of a plan that another program keeps as one document, as its board shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from django.utils.safestring import SafeString

from plans.django_wiring import desk
from plans.domain.errors import PlanError
from plans.security.markdown import notes_html
from plans.web.addresses import plan_verb_url

if TYPE_CHECKING:
    from plans.domain.picture import Picture

MOST: Final = 256 * 1024
"""Characters of a document that a page shows; docker-agent's may have ten million bytes."""


class DocumentView(msgspec.Struct, frozen=True, kw_only=True):
    """A document beside the steps that are its checkboxes."""

    keeper: str
    """The program that keeps it."""
    html: SafeString
    """Empty for a document without a word."""
    size: int
    """Its characters."""
    is_cut: bool
    status: str
    """Its status in its own words; empty where it has none."""
    status_url: str
    """Where the status is changed; empty for a list that is only shown."""


def document_view(picture: Picture) -> DocumentView | None:
    """Read a plan's document; None for a plan that is none, and for a text that cannot be read now."""
    if not picture.document:
        return None
    store, plan = desk().store, picture.plan
    try:
        text, source = store.read(plan.namespace).document, store.source_of(plan.namespace)
    except PlanError:
        return None
    if text is None or source is None:
        return None
    return DocumentView(
        keeper=source.form.label,
        html=notes_html(text[:MOST]) if text.strip() else SafeString(),
        size=len(text),
        is_cut=len(text) > MOST,
        status=plan.status,
        status_url=plan_verb_url(plan.namespace, "actions") if picture.writable else "",
    )
