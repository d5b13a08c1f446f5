"""Revisions as rows of a history, and as sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from plans.domain import history
from plans.security.text import clean_line, clean_text
from plans.web.authors import AuthorView, author_view
from plans.web.fields import LABELS, text_of
from plans.web.times import iso

if TYPE_CHECKING:
    from plans.domain.revision import Line

_SAID = ("title", "status", "owner", "needs", "phase", "review", "risk", "critical", "order", "kind")
"""Fields whose old and new values a history row spells out; of the others it names what changed."""
_MOST_NAMES = 3
_LONGEST_NAME = 40
_SILENT = frozenset({"assigned_by", "worker", "attempts", "stamp_by", "stamp_at", "created_by", "created_at"})
_OTHER_LABELS = {"active_form": "Activity", "progress": "Progress", "comments": "Comments"}
_SPOKEN = {
    "owner": "unclaimed, to nobody",
    "needs": "nothing, step",
    "order": "after step, first",
    "critical": "yes, no",
    "progress": "of sub-steps",
    "extra": "and more",
}
"""What is said of a field's values besides what they are, in small letters."""


class EventView(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the history."""

    revision: int
    at: str
    author: AuthorView
    deed: str
    changes: tuple[str, ...]
    note: str

    @property
    def before(self) -> int:
        """Name the revision it was made from."""
        return self.revision - 1


def event_view(line: Line, number: int | None) -> EventView:
    """Say one revision as a row of a history."""
    changed = [] if _is_first(line, number) else history.changes(line, number)
    note = line.note or _said_with(line, number)
    return EventView(
        revision=line.rev,
        at=iso(line.at),
        author=author_view(line.by),
        deed=clean_line(history.deed(line)),
        changes=tuple(
            text for change in changed if change.field not in _SILENT and (text := _change(change))
        ),
        note=clean_text(note),
    )


def fields_saying(word: str) -> tuple[str, ...]:
    """Name the fields of which a change may be said in this word: ``place`` of ``order``."""
    folded = word.casefold()
    labels = {**LABELS, **_OTHER_LABELS}
    return tuple(
        name
        for name, label in labels.items()
        if folded in f"{label}: {_SPOKEN.get(name, '')} → changed".casefold()
    )


def _is_first(line: Line, number: int | None) -> bool:
    """Tell whether a revision made what it is about: it changed nothing then."""
    if number is None:
        return line.verb == "create"
    return str(number) in line.set and line.was.get(str(number)) is None


def told(line: Line) -> str:
    """Say in a sentence what a revision did."""
    return clean_line(f"{author_view(line.by).name} {history.deed(line)}")


def _change(change: history.Change) -> str:
    if change.field in _SAID:
        was, now = text_of(change.field, change.was), text_of(change.field, change.now)
        return clean_line(f"{LABELS[change.field]}: {was} → {now}") if change.was is not None else ""
    if change.field == "active_form" and isinstance(change.now, str):
        return clean_line(change.now)
    if change.field == "progress" and isinstance(change.now, dict):
        return f"{change.now.get('done')} of {change.now.get('total')} sub-steps"
    if change.field == "extra":
        return _values_changed(change)
    label = LABELS.get(change.field) or _OTHER_LABELS.get(change.field, "")
    return f"{label} changed" if label and change.field not in {"request", "decision", "flag"} else ""


def _values_changed(change: history.Change) -> str:
    """Name the values of its own that a step got, lost or has otherwise."""
    was, now = (side if isinstance(side, dict) else {} for side in (change.was, change.now))
    names = [name for name in was | now if (name in was, was.get(name)) != (name in now, now.get(name))]
    shown, left = ", ".join(name[:_LONGEST_NAME] for name in names[:_MOST_NAMES]), len(names) - _MOST_NAMES
    return clean_line(f"{shown} and {left} more changed" if left > 0 else f"{shown} changed")


def _said_with(line: Line, number: int | None) -> str:
    """Give what was asked or decided in a revision."""
    values = line.set.get(str(number)) or {}
    for name, key in (("decision", "note"), ("request", "text"), ("reason", "")):
        found = values.get(name)
        text = found.get(key, "") if isinstance(found, dict) else found
        if isinstance(text, str) and text:
            return text
    return ""
