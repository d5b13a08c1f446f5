"""A page of what happened: gathered from the mirror until it is full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.domain.happening import Happening
from plans.mirror import activity as events
from plans.mirror.activity import Place, Shown, Wanted
from plans.web.activity import LineView, days_view, has_words, lines_view
from plans.web.authors import authors_called
from plans.web.history_rows import fields_saying
from plans.web.titles import says_untitled

if TYPE_CHECKING:
    from plans.domain.rights import Sight
    from plans.mirror.activity import Happened
    from plans.web.activity import Titles
    from plans.web.activity_page import Filters

PAGE = 60
"""Lines of one page; a folded line is one."""
MOST_WORDS = 8
"""Words that are looked for; each is asked of every event, and of a thousand no database would hear."""
BATCHES = (PAGE, 4 * PAGE, 16 * PAGE)
"""Events that are looked at for a page: more where words leave few, or where many fold into one."""


def older_lines(
    sight: Sight, filters: Filters, *, before: Place | None, most: int = PAGE
) -> dict[str, object]:
    """Fill ``plans/activity/_older.html``."""
    found, ended = _lines(wanted(sight, filters), before=before, most=most)
    last = found[0][-1].place if found[0] else None
    lines = found[1]
    return {
        "days": days_view(lines),
        "older": "" if ended or last is None else filters.url(before=str(last)),
        "filters": filters,
    }


def wanted(sight: Sight, filters: Filters) -> Wanted:
    """Say to the mirror what a list was narrowed to."""
    words = tuple(filters.q.split()[:MOST_WORDS])
    return Wanted(
        sight=sight,
        plan=filters.plan,
        group=filters.group,
        who=filters.who,
        sort=Happening(filters.kind) if filters.kind else None,
        since=int(filters.since or 0),
        words=words,
        shown={word: Shown(fields_saying(word), authors_called(word), says_untitled(word)) for word in words},
    )


def worded(happened: list[Happened], words: tuple[str, ...]) -> tuple[LineView, ...]:
    """Build the lines of some events; only those that show every word."""
    return tuple(line for line in lines_view(happened, _titles(happened)) if has_words(line, words))


def _lines(
    what: Wanted, *, before: Place | None, most: int
) -> tuple[tuple[list[Happened], tuple[LineView, ...]], bool]:
    """Gather a page: the events that were looked at, the lines they make, and whether there are no more."""
    happened: list[Happened] = []
    lines: tuple[LineView, ...] = ()
    for batch in BATCHES:
        fresh = events.older(what, before=happened[-1].place if happened else before, limit=batch)
        happened += fresh
        lines = worded(happened, what.words)
        if len(fresh) < batch:
            return (happened, lines), True
        if len(lines) >= most // 2:
            break
    return (happened, lines), False


def _titles(happened: list[Happened]) -> Titles:
    return events.titles(
        {(event.namespace, event.line.step) for event in happened if event.line.step is not None}
    )
