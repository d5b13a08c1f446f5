"""Each revision has exactly one writer, who made it from the one before; what was acknowledged is there."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from tests.torture.evidence import Refutation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.torture.evidence import Evidence
    from tests.torture.folding import Fields, Line
    from tests.torture.history import Call

ONE_WRITER = "Each revision has one writer, who made it from the one before"
WHOLE = "The journal is whole"
KEPT = "An acknowledged edit is in the journal"


def the_journal_is_whole(evidence: Evidence) -> Iterator[Refutation]:
    """Refute a journal with a line that is not what was written, or out of its place."""
    if evidence.journal.fault:
        last = evidence.journal.lines[-2:]
        yield Refutation(WHOLE, f"The journal: {evidence.journal.fault}", lines=last)


def no_edit_makes_two_revisions(evidence: Evidence) -> Iterator[Refutation]:
    """Refute two lines of one call."""
    seen: dict[str, Line] = {}
    for line in evidence.journal.lines:
        first = seen.setdefault(line.note, line) if line.note else line
        if first is not line:
            call = evidence.by_mark.get(line.note)
            says = f"One edit made revision {first.rev} and revision {line.rev}"
            yield Refutation(ONE_WRITER, says, calls=(call,) if call else (), lines=(first, line))


def no_revision_has_two_writers(evidence: Evidence) -> Iterator[Refutation]:
    """Refute two calls that were told they made the same revision."""
    told: defaultdict[int, list[Call]] = defaultdict(list)
    for call in evidence.history.calls:
        if call.wrote is not None and call.answered is not None and not call.answered.repeated:
            told[call.wrote].append(call)
    for rev, calls in told.items():
        if len(calls) > 1:
            says = f"{len(calls)} calls were told that they made revision {rev}"
            yield Refutation(ONE_WRITER, says, calls=tuple(calls), lines=evidence.lines(rev))


def acknowledged_edits_are_kept(evidence: Evidence) -> Iterator[Refutation]:
    """Refute an acknowledged revision that the journal lacks, or has as somebody else's."""
    for rev, call in evidence.writers.items():
        line = evidence.line(rev)
        if line is None:
            says = f"{call.asked.who} was told that it made revision {rev}; there is no such revision"
            yield Refutation(KEPT, says, calls=(call,), lines=evidence.lines(rev - 1))
        elif not _is_of(line, call):
            says = f"{call.asked.who} was told that it made revision {rev}; the journal has another's there"
            yield Refutation(KEPT, says, calls=(call,), lines=(line,))


def each_revision_is_made_from_the_one_before(evidence: Evidence) -> Iterator[Refutation]:
    """Refute an edit that ran on another revision than its own less one."""
    for rev, call in evidence.writers.items():
        base = call.answered.base if call.answered is not None else None
        if base is not None and base != rev - 1:
            says = f"Revision {rev} of {call.asked.who} was made from revision {base}"
            yield Refutation(ONE_WRITER, says, calls=(call,), lines=evidence.lines(base + 1, rev))


def nobody_else_writes(evidence: Evidence) -> Iterator[Refutation]:
    """Refute a revision that no call asked for; adoptions have a law of their own."""
    for line in evidence.journal.lines:
        if line.verb != "adopt" and line.note and line.note not in evidence.by_mark:
            says = f"Nobody asked for revision {line.rev}"
            yield Refutation(ONE_WRITER, says, lines=(line,))


def what_was_asked_was_written(evidence: Evidence) -> Iterator[Refutation]:
    """Refute a revision whose line says something else than its call sent."""
    for rev, call in evidence.writers.items():
        line = evidence.line(rev)
        if line is None or not call.asked.sent:
            continue
        values = [fields for fields in line.set.values() if fields is not None]
        if not any(_say(fields, call.asked.sent) for fields in values):
            says = f"Revision {rev} does not say what {call.asked.who} sent: {call.asked.sent}"
            yield Refutation(KEPT, says, calls=(call,), lines=(line,))


def _is_of(line: Line, call: Call) -> bool:
    asked = call.asked
    if asked.mark and asked.door == "files":
        return line.note == asked.mark
    return (not asked.by or line.by == asked.by) and line.verb in (asked.doing, "next")


def _say(fields: Fields, sent: dict[str, str]) -> bool:
    """Tell whether a step's new values are what was sent; a decision's are inside of one."""
    decision = fields.get("decision")
    inside = decision if isinstance(decision, dict) else {}
    return all(value in (fields.get(name), inside.get(name)) for name, value in sent.items())
