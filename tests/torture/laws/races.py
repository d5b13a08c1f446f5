"""Of those that race for one thing one wins: expected revisions, claims, keys, decisions."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from tests.torture.evidence import Refutation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.torture.evidence import Evidence
    from tests.torture.folding import Line
    from tests.torture.history import Call

ONE_WINNER = "At most one edit wins per expected revision, and only a stale one is refused as stale"
EXCLUSIVE = "A claimed step is nobody else's"
ONCE = "A key makes one revision, however often it is sent"
DECIDED = "A decision that is read is one that was made, for the text as the person saw it"


def stale_edits_are_refused(evidence: Evidence) -> Iterator[Refutation]:
    """Refute an accepted edit of a step that changed after its expected revision."""
    for rev, call in evidence.writers.items():
        expected, step = call.asked.expected, call.asked.step
        if expected is None or step is None or not call.asked.guarded:
            continue
        between = _touching(evidence, step, after=expected, before=rev)
        if between:
            says = (
                f"{call.asked.who} changed step {step} from revision {expected} on; {between.rev} was there"
            )
            other = evidence.writers.get(between.rev)
            calls = (other, call) if other is not None else (call,)
            yield Refutation(ONE_WINNER, says, calls=calls, lines=(between, *evidence.lines(rev)))


def only_stale_edits_are_refused_as_stale(evidence: Evidence) -> Iterator[Refutation]:
    """Refute a refusal as stale where nobody can have touched the step in between."""
    last = len(evidence.journal.lines) + 1
    for call in evidence.history.calls:
        asked, answered = call.asked, call.answered
        if answered is None or answered.code != "stale_revision" or asked.step is None:
            continue
        if not _touching(evidence, asked.step, after=asked.expected or 0, before=last):
            says = f"{asked.who} was refused as stale, but nobody changed step {asked.step} meanwhile"
            yield Refutation(ONE_WINNER, says, calls=(call,))


def _touching(evidence: Evidence, step: int, *, after: int, before: int) -> Line | None:
    lines = evidence.journal.lines[after : before - 1]
    return next((line for line in lines if line.touches(step)), None) if lines else None


def claims_are_exclusive(evidence: Evidence) -> Iterator[Refutation]:
    """Refute a claim of a step that somebody else was working on."""
    for line in evidence.journal.lines:
        if line.verb not in ("claim", "next"):
            continue
        for number, fields in line.set.items():
            before = evidence.steps_at[line.rev - 1].get(number)
            owner = before.fields.get("owner") if before is not None else None
            if before is None or fields is None or owner in (None, fields.get("owner", owner)):
                continue
            says = f"Revision {line.rev} gave step {number} to {fields['owner']}; it was {owner}'s"
            first = _claim_of(evidence, number, before=line.rev)
            calls = (evidence.writers.get(one.rev) for one in (*first, line))
            yield Refutation(EXCLUSIVE, says, tuple(c for c in calls if c), lines=(*first, line))


def _claim_of(evidence: Evidence, number: int, *, before: int) -> tuple[Line, ...]:
    lines = reversed(evidence.journal.lines[: before - 1])
    return next(((line,) for line in lines if line.verb in ("claim", "next") and number in line.set), ())


def a_key_makes_one_revision(evidence: Evidence) -> Iterator[Refutation]:
    """Refute a key that was answered with two revisions."""
    told: defaultdict[tuple[str, str], list[Call]] = defaultdict(list)
    for call in evidence.history.calls:
        if call.asked.key and call.wrote is not None:
            told[call.asked.by, call.asked.key].append(call)
    for (_, key), calls in told.items():
        revs = sorted({call.wrote for call in calls if call.wrote is not None})
        if len(revs) > 1:
            says = f"The key {key} was answered with revisions {', '.join(map(str, revs))}"
            yield Refutation(ONCE, says, calls=tuple(calls), lines=evidence.lines(*revs))


def decisions_are_read_as_made(evidence: Evidence) -> Iterator[Refutation]:
    """Refute a decision that an agent read and no person made."""
    made: defaultdict[tuple[int | None, str, str], list[Call]] = defaultdict(list)
    for call in evidence.history.calls:
        if call.asked.doing in ("approve", "reject"):
            made[call.asked.step, call.asked.sent["verdict"], call.asked.by].append(call)
    for call in evidence.history.calls:
        read = call.answered.decision if call.answered is not None else None
        if read is None:
            continue
        verdict, by, note = read
        found = [one for one in made[call.asked.step, verdict, by] if one.asked.sent.get("note", "") == note]
        if not any(one.began < call.ended for one in found):
            says = f"{call.asked.who} read that {by} {verdict} step {call.asked.step} ({note!r}); nobody did"
            yield Refutation(DECIDED, says, calls=(*_others(evidence, call.asked.step), call))


def _others(evidence: Evidence, step: int | None) -> tuple[Call, ...]:
    found = [call for call in evidence.writers.values() if call.asked.step == step]
    return tuple(call for call in found if call.asked.doing in ("approve", "reject"))[-2:]
