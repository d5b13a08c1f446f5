"""A stale edit beside what was saved meanwhile: what clashes, what still fits, what one press saves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from plans.web.fields import LABELS, WRITTEN, entry_of, plan_values, same, step_values, text_of
from plans.web.words import Spans, compare, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plans.domain.expected import StaleRevision
    from plans.domain.plan import Plan
    from plans.web.fields import Values

CHOOSE = "choose_"
THIRD = "third_"

_CLOSED_WORDS = frozenset({"status", "review", "risk", "critical"})


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One field in both versions."""

    name: str
    label: str
    seen: Spans
    """What the person had on the screen, marked where it was changed since; empty when not known."""
    theirs: Spans
    yours: Spans | None
    """None: you did not change it."""
    clash: bool
    """Both changed it, differently: a person chooses."""
    their_change: bool
    written: bool
    """Whether a third version can be written."""
    your_entry: str = ""
    """Your value as a form field holds it."""


class Conflict(msgspec.Struct, frozen=True, kw_only=True):
    """What the conflict dialog shows and what its buttons send."""

    number: int
    """The step; 0: the plan's own fields."""
    title: str
    verb: str
    """What was asked for: ``edit``, ``approve`` …"""
    by: str
    at: int
    """Who saved last, and when (ms)."""
    seen: int
    actual: int
    saves_as: int
    rows: tuple[Row, ...]
    typed: tuple[tuple[str, str], ...]
    """What the person sent, (form field, text), to be sent again as it is."""
    refused: str = ""
    """Why it cannot be done any more; empty: it can be saved on top."""

    @property
    def clashes(self) -> tuple[Row, ...]:
        """Fields that both changed; where there are none, one press saves."""
        return tuple(row for row in self.rows if row.clash)

    @property
    def yours(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.yours is not None)

    @property
    def can_save(self) -> bool:
        return not self.refused

    @property
    def merged(self) -> str:
        """Say in one sentence what changed and that yours still fits."""
        changed = [row for row in self.rows if row.their_change]
        if self.refused or self.clashes or not changed:
            return ""
        said = _listed([_change_said(row) for row in changed])
        return f"{said[:1].upper()}{said[1:]}; {self._still_fits}"

    @property
    def settled(self) -> str:
        """Name the fields nobody has to choose for: ``Owner and notes: theirs``."""
        names = [row.label for row in self.rows if row.their_change and not row.clash]
        return f"{_listed(_lowered(names))}: theirs" if names else ""

    @property
    def _still_fits(self) -> str:
        names = [row.label.lower() for row in self.yours]
        if not names:
            return f"you can still {self.verb} it."
        return f"your {_listed(names)} still {'fits' if len(names) == 1 else 'fit'}."


def conflict(  # noqa: PLR0913 - two versions, what was sent, and why it was refused
    stale: StaleRevision,
    *,
    base: Plan | None,
    now: Plan,
    number: int,
    verb: str,
    yours: Values,
    typed: tuple[tuple[str, str], ...],
    refused: str = "",
) -> Conflict:
    """Compare what the person started from, what is saved now and what the person changed.

    Without a base (an impossible revision) every field that differs counts as changed by both.
    """
    subject = now.step(number) if number else now
    seen = _seen(base, number)
    return Conflict(
        number=number,
        title=subject.title,
        verb=verb,
        by=stale.by or subject.updated_by,
        at=stale.at or subject.updated_at,
        seen=stale.expected,
        actual=stale.actual,
        saves_as=now.revision + 1,
        rows=_rows(seen, _values(now, number), yours),
        typed=typed,
        refused=refused,
    )


def own_changes(proposed: Values, base: Plan | None, number: int) -> Values:
    """Keep what the person changed of a form that shows all fields; the rest came back as it was shown.

    To send it again would take back what others saved in those fields.
    """
    seen = _seen(base, number)
    if seen is None:
        return proposed
    return {name: value for name, value in proposed.items() if not same(name, value, seen[name])}


def settled(fields: Mapping[str, str]) -> dict[str, str]:
    """Apply the choices of the dialog to what it sent: theirs is left out, a third version replaces yours."""
    chosen = {name.removeprefix(CHOOSE): value for name, value in fields.items() if name.startswith(CHOOSE)}
    kept = {name: value for name, value in fields.items() if not name.startswith((CHOOSE, THIRD))}
    for name, choice in chosen.items():
        if choice == "theirs":
            kept.pop(name, None)
        elif choice == "third":
            kept[name] = fields.get(f"{THIRD}{name}", kept.get(name, ""))
    return kept


def _seen(base: Plan | None, number: int) -> Values | None:
    if base is None or (number and not base.has_step(number)):
        return None
    return _values(base, number)


def _values(plan: Plan, number: int) -> Values:
    return step_values(plan, number) if number else plan_values(plan)


def _rows(seen: Values | None, current: Values, yours: Values) -> tuple[Row, ...]:
    names = [name for name in LABELS if name in current]
    rows = (_row(name, seen=seen, current=current, yours=yours) for name in names)
    return tuple(row for row in rows if row is not None)


def _row(name: str, *, seen: Values | None, current: Values, yours: Values) -> Row | None:
    theirs = current[name]
    mine = yours.get(name, theirs)
    their_change = seen[name] != theirs if seen is not None else not same(name, mine, theirs)
    my_change = name in yours and not same(name, mine, theirs)
    if not their_change and not my_change:
        return None
    seen_spans, since = _since(name, seen, theirs)
    their_spans, my_spans = compare(text_of(name, theirs), text_of(name, mine))
    return Row(
        name=name,
        label=LABELS[name],
        seen=seen_spans,
        theirs=their_spans if my_change else since,
        yours=my_spans if my_change else None,
        clash=their_change and my_change,
        their_change=their_change,
        written=name in WRITTEN,
        your_entry=entry_of(name, mine),
    )


def _since(name: str, seen: Values | None, theirs: object) -> tuple[Spans, Spans]:
    if seen is None:
        return (), plain(text_of(name, theirs))
    return compare(text_of(name, seen[name]), text_of(name, theirs))


def _change_said(row: Row) -> str:
    text = "".join(span.text for span in row.theirs)
    if row.name == "owner":
        return f"owner changed to {text}"
    if row.name in _CLOSED_WORDS:
        return f"{row.label.lower()} changed to {text.lower()}"
    return f"{row.label.lower()} changed"


def _lowered(names: list[str]) -> list[str]:
    return [name if not index else name.lower() for index, name in enumerate(names)]


def _listed(names: list[str]) -> str:
    if len(names) < 2:  # noqa: PLR2004 - one name is no list
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
