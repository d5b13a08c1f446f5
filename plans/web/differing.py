"""Two revisions of a plan beside each other: steps that came, went or moved, and every field that changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from plans.domain.order import moves
from plans.domain.step import Comment, Progress, Step
from plans.security.text import clean_text
from plans.web.addresses import at_revision, board_url, drawer_url
from plans.web.authors import AuthorView, author_view
from plans.web.fields import LABELS, plan_values, step_values, text_of
from plans.web.plurals import counted
from plans.web.titles import step_title
from plans.web.words import Span, Spans, compare

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from plans.domain.plan import Plan
    from plans.domain.revision import Line

_AS_IT_WENT = {"active_form": "Activity", "progress": "Sub-steps", "comments": "Comments"}
"""What a worker says as it goes is compared last."""
_LABELS = {**LABELS, **_AS_IT_WENT}
_AROUND = 160
"""Letters of unchanged text that are kept on each side of a change."""


class FieldView(msgspec.Struct, frozen=True, kw_only=True):
    """One field in both revisions; what the other one lacks is marked."""

    label: str
    was: Spans
    now: Spans


class StepDifference(msgspec.Struct, frozen=True, kw_only=True):
    """A step that is not in both revisions what it was."""

    number: int
    title: str
    sort: str
    """``added``, ``removed`` or ``changed``."""
    said: str
    fields: tuple[FieldView, ...]
    authors: tuple[AuthorView, ...]
    """Who changed it in between, the last one first."""
    href: str
    """The step in the revision that has it, the later one if both have."""


class DifferenceView(msgspec.Struct, frozen=True, kw_only=True):
    """What the page sees."""

    namespace: str
    board_url: str
    before: int
    after: int
    before_at: int
    after_at: int
    newest: int
    plan: tuple[FieldView, ...]
    steps: tuple[StepDifference, ...]
    said: str
    swapped_url: str
    before_url: str
    after_url: str

    @property
    def is_same(self) -> bool:
        """Tell that nothing differs."""
        return not (self.plan or self.steps)


def difference(before: Plan, after: Plan, *, lines: Sequence[Line], newest: int, url: str) -> DifferenceView:
    """Compare two revisions, in either order; ``lines`` are those in between, ``url`` is the page's own."""
    steps = tuple(_steps(before, after, lines))
    return DifferenceView(
        namespace=after.namespace,
        board_url=board_url(after.namespace),
        before=before.revision,
        after=after.revision,
        before_at=before.updated_at,
        after_at=after.updated_at,
        newest=newest,
        plan=tuple(field_views(plan_values(before), plan_values(after), LABELS)),
        steps=steps,
        said=_summary(steps),
        swapped_url=f"{url}?from={after.revision}&to={before.revision}",
        before_url=_there(before, board_url(after.namespace), newest),
        after_url=_there(after, board_url(after.namespace), newest),
    )


def _there(plan: Plan, url: str, newest: int) -> str:
    """Address a revision; before the first there is nothing to see."""
    if plan.revision in {0, newest}:
        return url if plan.revision else ""
    return at_revision(url, plan.revision)


def _steps(before: Plan, after: Plan, lines: Sequence[Line]) -> Iterable[StepDifference]:
    by, moved = _authors(lines), _moved(before, after)
    for step in after.steps:
        if not before.has_step(step.number):
            yield _one(after, step, "added", _told(after, step), by)
        elif fields := _changes(before, after, step.number, moved=step.number in moved):
            yield _one(after, step, "changed", fields, by)
    for step in before.steps:
        if not after.has_step(step.number):
            yield _one(before, step, "removed", (), by)


def _told(plan: Plan, step: Step) -> Iterable[FieldView]:
    """Give what a new step says besides its title."""
    blank = Step(number=step.number, title=step.title)
    now = _values(plan, step.number)
    was = _values(replace(plan, steps=(blank,)), step.number) | {"order": now["order"]}
    return field_views(was, now, _LABELS)


def _changes(before: Plan, after: Plan, number: int, *, moved: bool) -> tuple[FieldView, ...]:
    was, now = _values(before, number), _values(after, number)
    if not moved:  # its neighbour changed, not its place
        was["order"] = now["order"]
    return tuple(field_views(was, now, _LABELS))


def _moved(before: Plan, after: Plan) -> set[int]:
    """Name the fewest steps whose moving explains the other order."""
    old = [step.number for step in before.steps if after.has_step(step.number)]
    new = [step.number for step in after.steps if before.has_step(step.number)]
    return {number for number, _ in moves(old, new)}


def _authors(lines: Sequence[Line]) -> dict[int, dict[str, None]]:
    """List who touched each step, the last one first."""
    found: dict[int, dict[str, None]] = {}
    for line in reversed(lines):
        for number in line.touches():
            found.setdefault(number, {}).setdefault(line.by)
    return found


def _one(  # noqa: PLR0917 - a step, and how it differs
    plan: Plan, step: Step, sort: str, fields: Iterable[FieldView], by: Mapping[int, Iterable[str]]
) -> StepDifference:
    shown = tuple(fields)
    return StepDifference(
        number=step.number,
        title=step_title(step.title),
        sort=sort,
        said=_sort_said(sort, shown),
        fields=shown,
        authors=tuple(author_view(name) for name in by.get(step.number, ())),
        href=at_revision(drawer_url(plan.namespace, step.number), plan.revision),
    )


def _sort_said(sort: str, fields: Sequence[FieldView]) -> str:
    if sort != "changed":
        return sort.capitalize()
    labels = [field.label.lower() for field in fields]
    return f"{', '.join(labels)} changed".capitalize()


def _values(plan: Plan, number: int) -> dict[str, object]:
    step = plan.step(number)
    return step_values(plan, number) | {name: getattr(step, name) for name in _AS_IT_WENT}


def field_views(
    was: Mapping[str, object], now: Mapping[str, object], labels: Mapping[str, str]
) -> Iterable[FieldView]:
    """Give the fields that differ, in the order of their labels."""
    for name, label in labels.items():
        if name not in now or was[name] == now[name]:
            continue
        old, new = clean_text(_text(name, was[name])), clean_text(_text(name, now[name]))
        if old != new:
            left, right = compare(old, new)
            yield FieldView(label=label, was=_shortened(left), now=_shortened(right))


def _text(name: str, value: object) -> str:
    match value:
        case Progress(done=done, total=total):
            return f"{done} of {total}"
        case tuple() if name == "comments":
            said = [each for each in value if isinstance(each, Comment)]
            return "\n".join(f"{author_view(each.by).name}: {each.text}" for each in said)
        case None if name in _AS_IT_WENT:
            return ""
        case _:
            return text_of(name, value)


def _shortened(spans: Spans) -> Spans:
    """Leave out what is the same in both, but for what stands around a change."""
    if not any(span.changed for span in spans):
        return tuple(Span(_cut(span.text, is_first=False, is_last=True), changed=False) for span in spans)
    last = len(spans) - 1
    return tuple(
        span if span.changed else Span(_cut(span.text, is_first=at == 0, is_last=at == last), changed=False)
        for at, span in enumerate(spans)
    )


def _cut(text: str, *, is_first: bool, is_last: bool) -> str:
    if len(text) <= 2 * _AROUND + 40:
        return text
    start = "" if is_first else text[:_AROUND]
    end = "" if is_last else text[-_AROUND:]
    return f"{start} … {end}"


def _summary(steps: Sequence[StepDifference]) -> str:
    counts = {sort: sum(step.sort == sort for step in steps) for sort in ("changed", "added", "removed")}
    said = [f"{counted(count, 'step')} {sort}" for sort, count in counts.items() if count]
    return ", ".join(said) or "No step differs"
