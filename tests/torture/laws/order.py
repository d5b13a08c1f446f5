"""Readings never go back, nor do answers: what was acknowledged before a call began, that call knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tests.torture.evidence import Refutation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.torture.evidence import Evidence
    from tests.torture.history import Call

NEVER_BACK = "Readings never go back"
SHOWN = "A reading shows the plan as it was at its revision"


def no_reader_goes_back(evidence: Evidence) -> Iterator[Refutation]:
    """Refute a reader that saw an older revision after a newer one."""
    last: dict[str, Call] = {}
    for call in evidence.history.calls:
        if call.read is None:
            continue
        before = last.get(call.asked.who)
        if before is not None and call.read < _told(before):
            says = f"{call.asked.who} read revision {before.read}, and then revision {call.read}"
            yield Refutation(NEVER_BACK, says, calls=(before, call))
        last[call.asked.who] = call


def calls_know_what_was_acknowledged(evidence: Evidence) -> Iterator[Refutation]:
    """Refute a reading or a revision that is older than what somebody knew before it began.

    A reading of the mirror is a copy that follows within two seconds; it has no part in this.
    """
    knowing = [c for c in evidence.history.calls if _known(c) is not None and c.asked.door != "mirror"]
    moments = [_Moment(call.began, _BEGINS, call) for call in knowing]
    moments += [_Moment(call.ended, _ENDS, call) for call in knowing]
    newest: Call | None = None
    floors: dict[int, Call | None] = {}
    for moment in sorted(moments, key=lambda one: one[:2]):
        if newest is not None and _is_lost(newest, moment.at, evidence):
            newest = _newest_kept(knowing, moment.at, evidence)
        if moment.sort == _BEGINS:
            floors[id(moment.call)] = newest
            continue
        floor = floors[id(moment.call)]
        if floor is not None and _is_older(moment.call, _told(floor)):
            yield _too_old(moment.call, floor, evidence)
        if newest is None or _told(moment.call) > _told(newest):
            newest = moment.call


_ENDS, _BEGINS = 0, 1


def _is_lost(call: Call, at: float, evidence: Evidence) -> bool:
    return not evidence.outlived(call) and any(call.began < cut <= at for cut, _ in evidence.losses)


def _newest_kept(calls: list[Call], at: float, evidence: Evidence) -> Call | None:
    kept = [call for call in calls if call.ended <= at and not _is_lost(call, at, evidence)]
    return max(kept, key=_told, default=None)


class _Moment(NamedTuple):
    at: float
    sort: int
    call: Call


def nobody_reads_the_future(evidence: Evidence) -> Iterator[Refutation]:
    """Refute a reading of a revision whose writer had not even asked when the reading ended."""
    for call in evidence.history.calls:
        line = evidence.line(call.read) if call.read is not None else None
        writer = evidence.by_mark.get(line.note) if line is not None and line.note else None
        if writer is None or line is None or not evidence.outlived(call):
            continue
        if writer.began > call.ended:
            says = f"{call.asked.who} read revision {line.rev} before anybody asked for it"
            yield Refutation(NEVER_BACK, says, calls=(call, writer), lines=(line,))


def readings_show_what_the_journal_says(evidence: Evidence) -> Iterator[Refutation]:
    """Refute a reading whose steps are not those of its revision."""
    for call in evidence.history.calls:
        answered, rev = call.answered, call.read
        if answered is None or rev is None or not answered.saw or not evidence.outlived(call):
            continue
        if rev >= len(evidence.steps_at):
            says = f"{call.asked.who} read revision {rev}, which the journal does not have"
            yield Refutation(SHOWN, says, calls=(call,))
            continue
        wanted = evidence.marks_at(rev)
        if wanted != answered.saw:
            other = sorted({number for number, _ in set(wanted) ^ set(answered.saw)})
            says = f"{call.asked.who} read revision {rev} with steps {other} as they were not"
            yield Refutation(SHOWN, says, calls=(call,), lines=evidence.lines(rev - 1, rev))


def _known(call: Call) -> int | None:
    """Say which revision a caller knew of when its call ended."""
    return call.read if call.read is not None else call.wrote


def _told(call: Call) -> int:
    return _known(call) or 0


def _is_older(call: Call, before: int) -> bool:
    known = _known(call)
    if known is None:
        return False
    repeated = call.answered is not None and call.answered.repeated
    return not repeated and (known <= before if call.wrote is not None else known < before)


def _too_old(call: Call, floor: Call, evidence: Evidence) -> Refutation:
    verb = "made" if call.wrote is not None else "read"
    says = (
        f"{call.asked.who} {verb} revision {_known(call)}, though {_known(floor)} was known before it asked"
    )
    return Refutation(
        NEVER_BACK, says, calls=(floor, call), lines=evidence.lines(_known(call), _known(floor))
    )
