"""Other programs: what they wrote is adopted as they wrote it, and their lock is theirs."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from tests.torture.evidence import Refutation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.torture.evidence import Evidence
    from tests.torture.folding import Fields, Line
    from tests.torture.history import Call

ADOPTED = "An adoption holds what a peer wrote, and undoes nothing of ours"
LOCKED = "Nobody takes a peer's lock, or writes while it is held; ours never stands in the way"
LONGEST = 1.0
"""Seconds a lock of ours may outlive its process."""


def adoptions_say_what_a_peer_sent(evidence: Evidence) -> Iterator[Refutation]:
    """Refute an adoption of something that no peer ever sent: an edit of ours undone, or made up."""
    sent: defaultdict[str, set[str]] = defaultdict(set)
    for call in evidence.history.calls:
        if call.asked.doing == "merge":
            for title, status in call.asked.sent.items():
                sent[title].add(status)
    for line in evidence.journal.lines:
        if line.verb == "adopt":
            yield from _unsent(evidence, line, sent)


def _unsent(evidence: Evidence, line: Line, sent: dict[str, set[str]]) -> Iterator[Refutation]:
    for number, fields in line.set.items():
        before = evidence.steps_at[line.rev - 1].get(number)
        title = _title(fields, before.fields if before is not None else {})
        if fields is None:
            says = f"Revision {line.rev} adopted that “{title}” was removed, which no peer does"
        elif "status" in fields and _status(fields) not in sent.get(title, ()):
            says = f"Revision {line.rev} adopted “{title}” as {fields['status']}, which no peer sent"
        elif before is not None and "title" in fields:
            says = f"Revision {line.rev} adopted another title of step {number}, which no peer does"
        elif before is None and title not in sent:
            says = f"Revision {line.rev} adopted “{title}”, which no peer added"
        else:
            continue
        calls = (_last_of_ours(evidence, number, title, before=line.rev),)
        yield Refutation(ADOPTED, says, tuple(c for c in calls if c), lines=(line,))


def _title(fields: Fields | None, before: Fields) -> str:
    return str((fields or {}).get("title", before.get("title")))


def _status(fields: Fields) -> str:
    """Say it in a peer's words; what it finished without approval waits for a review."""
    return "completed" if fields["status"] == "in_review" else str(fields["status"])


def _last_of_ours(evidence: Evidence, number: int, title: str, *, before: int) -> Call | None:
    for rev in range(before - 1, 0, -1):
        line = evidence.line(rev)
        if line is not None and number in line.set and rev in evidence.writers:
            return evidence.writers[rev]
    return next((c for c in evidence.history.calls if c.asked.title == title and c.wrote is None), None)


def what_peers_wrote_is_there(evidence: Evidence) -> Iterator[Refutation]:
    """Refute a finished merge whose step is missing at the end, or has a status nobody gave it since."""
    final = {str(step.fields.get("title")): step for step in evidence.final_steps.values()}
    for title, (call, perhaps) in _last_merges(evidence.history.calls).items():
        step, sent = final.get(title), call.asked.sent[title]
        if step is None:
            says = f"{call.asked.who} wrote “{title}”; it is gone"
        elif title.startswith("theirs") and _status({"status": step.status}) not in {sent, *perhaps}:
            says = f"{call.asked.who} wrote “{title}” as {sent}; it is {step.status}"
        else:
            continue
        yield Refutation(ADOPTED, says, calls=(call,))


def _last_merges(calls: Iterable[Call]) -> dict[str, tuple[Call, set[str]]]:
    """Give by title the last finished merge, and what was sent since without an answer.

    That may have happened or not: the power was lost, say, just behind a peer's write.
    """
    found: dict[str, tuple[Call, set[str]]] = {}
    for call in calls:
        is_done = call.answered is not None and call.answered.outcome == "done"
        for title, status in call.asked.sent.items() if call.asked.doing == "merge" else ():
            if is_done:
                found[title] = (call, set())
            elif title in found and call.answered is None:
                found[title][1].add(status)
    return found


def locks_are_respected(evidence: Evidence) -> Iterator[Refutation]:
    """Refute what a peer noticed while it held its lock."""
    says = {
        "robbed": "lost its lock while it held it",
        "overwritten": "found plan.json rewritten while it held its lock",
    }
    for event in evidence.history.events:
        if event.what in says:
            told = f"{event.who} {says[event.what]}: {event.note}"
            near = [call for call in evidence.writers.values() if event.at - 0.5 < call.ended <= event.at]
            yield Refutation(LOCKED, told, calls=tuple(near[-3:]), events=(event,))


def no_dead_lock_stands_in_the_way(evidence: Evidence) -> Iterator[Refutation]:
    """Refute a lock that outlived its process of ours by a second while another of ours called."""
    for event in evidence.history.events:
        if event.what != "stood" or event.lasted <= LONGEST:
            continue
        since = event.at - event.lasted
        met = [call for call in evidence.history.calls if since < call.began and call.ended < event.at]
        met = [call for call in met if call.asked.mark]
        if met:
            told = f"A lock left by a dead process of ours stood for {event.lasted:.1f} s: {event.note}"
            yield Refutation(LOCKED, told, calls=tuple(met[:2]), events=(event,))
