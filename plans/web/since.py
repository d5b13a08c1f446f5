"""What changed in a request since a person last decided about its step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from plans.domain.standing import Column
from plans.mirror.deciding import last_decided
from plans.security.text import clean_text
from plans.web.authors import AuthorView, author_view
from plans.web.differing import FieldView, field_views
from plans.web.fields import LABELS
from plans.web.times import iso

if TYPE_CHECKING:
    from plans.domain.picture import Picture
    from plans.domain.revision import Line
    from plans.domain.step import Step

_SAID = {"approve": "approved", "reject": "rejected", "reply": "answered"}
_COMPARED = ("request", "title", "notes", "owner", "needs", "phase", "review", "risk", "critical", "extra")
_LABELS = {name: LABELS[name] for name in _COMPARED}


class SinceView(msgspec.Struct, frozen=True, kw_only=True):
    """The last decision, and what is not what it was then; no fields: all of it is."""

    said: str
    author: AuthorView
    at: str
    note: str
    fields: tuple[FieldView, ...]


def since_view(picture: Picture, number: int, *, newest: Line | None = None) -> SinceView | None:
    """Compare a step that asks with what was decided about it; None where it does not ask or never was."""
    step = picture.plan.step(number)
    asks = step.asks or (step.is_gate and picture.standings[number].column is Column.ASK)
    if picture.is_past or not asks:
        return None
    found = last_decided(picture.plan.namespace, step, newest=newest)
    if found is None:
        return None
    line, then = found
    return SinceView(
        said=_SAID[line.verb],
        author=author_view(line.by),
        at=iso(line.at),
        note=clean_text(then.decision.note) if then.decision else "",
        fields=tuple(field_views(_values(then), _values(step), _LABELS)),
    )


def _values(step: Step) -> dict[str, object]:
    return {name: getattr(step, name) for name in _COMPARED}
