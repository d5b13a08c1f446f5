"""What the files of a plan say that the mirror does not have."""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from plans.domain.errors import Busy, PlanError, PlanNotFound
from plans.domain.plan import Plan
from plans.domain.problem import Problem
from plans.mirror.documents import storable
from plans.mirror.rows import Known, News, is_same_history

if TYPE_CHECKING:
    from plans.domain.revision import Line
    from plans.store.orders import Changed, Reading
    from plans.store.plan_store import PlanStore

_TRIES = 3


class Looked(NamedTuple):
    """News, and what of the mirror they build on: None when the plan must be written whole."""

    known: Known | None
    news: News


def look(store: PlanStore, namespace: str, known: Known | None, *, core: bool) -> Looked:
    """Read a plan and its new revisions as of one moment; a peer's change becomes a revision first.

    ``core`` says that plan.json itself was touched. Raises PlanNotFound, Busy; everything else that is wrong
    with the files is in the news.
    """
    try:
        adopted = store.adopt(namespace) if core else None
        if adopted is not None and known is not None and _follows(known, adopted):
            if known.picture.document:
                return _look(store, namespace, known)  # its text may have changed along
            news = _next(adopted)
            return Looked(known, news._replace(writable=store.is_writable(namespace)))
        return _look(store, namespace, known)
    except (PlanNotFound, Busy):
        raise
    except PlanError as refused:
        return _refused(store, namespace, known, refused=refused)


def settle(store: PlanStore, namespace: str) -> None:
    """Finish what a dead writer left; whatever stands in the way is what a look says, too."""
    with suppress(PlanError):
        store.adopt(namespace)
        store.settle(namespace)  # what was adopted need not be on disk before it is shown, but soon


def _follows(known: Known, adopted: Changed) -> bool:
    """Tell whether a peer's change is all that is new."""
    line, mirrored = adopted.line, known.picture.plan
    return (
        line is not None
        and adopted.plan.epoch == mirrored.epoch
        and line.rev == adopted.plan.revision == mirrored.revision + 1
    )


def _next(adopted: Changed) -> News:
    """Give the news of one adopted change: a file that could be taken in has no problem."""
    lines = [storable(line) for line in (adopted.line,) if line]
    return News(adopted.plan, lines, warnings=adopted.warnings)


def _look(store: PlanStore, namespace: str, known: Known | None) -> Looked:
    for _ in range(_TRIES):
        reading = store.look(namespace)
        if not reading.adopted and reading.problem is None:
            store.adopt(namespace)
            continue
        plan = reading.plan
        since = known.picture.plan.revision if known and is_same_history(known, plan) else 0
        lines = [storable(line) for line in store.lines(namespace, after=max(since - 1, 0))]
        if since and not (lines and known and _is_last(lines[0], known.picture.plan)):
            known = None
            continue
        fresh = lines[1:] if since else lines
        if plan.revision == (fresh[-1].rev if fresh else since):
            return Looked(known if since else None, _news(reading, fresh))
    message = f"{namespace} changes faster than it can be read"
    raise Busy(message)


def _is_last(line: Line, mirrored: Plan) -> bool:
    """Tell whether the mirror ends with this line.

    A power cut can take the end of a journal that was not acknowledged yet, and others get its numbers.
    """
    return (line.rev, line.at, line.by) == (mirrored.revision, mirrored.updated_at, mirrored.updated_by)


def _news(reading: Reading, lines: list[Line]) -> News:
    if reading.problem is not None:
        return News(reading.plan, lines, problem=reading.problem, warnings=reading.warnings, writable=False)
    return News(
        reading.plan,
        lines,
        warnings=reading.warnings,
        writable=reading.writable,
        document=_version(reading.document),
    )


def _version(document: str | None) -> str:
    """Name what a document says; "" where the plan is none."""
    return "" if document is None else sha256(document.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _refused(store: PlanStore, namespace: str, known: Known | None, *, refused: PlanError) -> Looked:
    """Say what is wrong as reading says it; else keep showing the last good version with the refusal."""
    with suppress(PlanError):
        looked = _look(store, namespace, known)
        if looked.news.problem:
            return looked
    plan = known.picture.plan if known else Plan(namespace=namespace, epoch="")
    problem = Problem(kind=refused.code, message=f"{refused.message}. {refused.advice}")
    return Looked(known, News(plan, problem=problem, writable=False))
