"""The files after everything is quiet, and just after each loss of power."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.torture.evidence import Refutation
from tests.torture.folding import in_file, marks, read_journal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.torture.evidence import Evidence
    from tests.torture.history import Files

SAME = "In the end journal, plan.json, snapshot and mirror say the same"
AFTER_POWER = "After a loss of power the files are whole"
ANSWERED = "Every call is answered or refused"


def every_call_is_answered_or_refused(evidence: Evidence) -> Iterator[Refutation]:
    """Refute an error that is no refusal."""
    for call in evidence.history.calls:
        if call.answered is not None and call.answered.outcome == "broke":
            says = f"{call.asked.who} was told: {call.answered.why.strip().splitlines()[-1]}"
            yield Refutation(ANSWERED, says, calls=(call,))


def plan_json_says_what_the_journal_says(evidence: Evidence) -> Iterator[Refutation]:
    """Refute a plan.json that peers would read otherwise than we do."""
    says = _unlike(evidence, evidence.history.final.plan)
    if says:
        yield Refutation(SAME, says, lines=evidence.journal.lines[-2:])


def _unlike(evidence: Evidence, data: bytes | None) -> str:
    if data is None:
        return "plan.json is gone"
    try:
        found = {step["step"]: step["status"] for step in json.loads(data)["steps"]}
    except (ValueError, KeyError, TypeError) as error:
        return f"plan.json cannot be read: {error}"
    wanted = in_file(evidence.final_steps)
    for title in sorted(wanted.keys() | found.keys()):
        if wanted.get(title) != found.get(title):
            ours, theirs = wanted.get(title, "not there"), found.get(title, "not there")
            return f"“{title}” is {theirs} in plan.json; by the journal it is {ours}"
    return ""


def the_mirror_follows(evidence: Evidence) -> Iterator[Refutation]:
    """Refute a mirror that shows something else than the files, after everything is quiet."""
    mirror = evidence.history.final.mirror
    if mirror is None:
        return
    wanted = marks((step.number, step.fields) for step in evidence.final_steps.values())
    if wanted != mirror:
        other = sorted({number for number, _ in set(wanted) ^ set(mirror)})
        yield Refutation(SAME, f"The mirror shows steps {other} as they are not")


def snapshots_know_no_more_than_the_journal(evidence: Evidence) -> Iterator[Refutation]:
    """Refute a snapshot of a revision that the journal lost, or never had."""
    for files in (*evidence.history.cuts, evidence.history.final):
        journal = read_journal(files.journal)
        rev = _snapshot_revision(files)
        if rev > len(journal.lines):
            says = f"The snapshot is of revision {rev}; the journal ends at {len(journal.lines)}"
            yield Refutation(AFTER_POWER, says, lines=journal.lines[-1:])


def _snapshot_revision(files: Files) -> int:
    if files.snapshot is None:
        return 0
    revision: int = json.loads(files.snapshot.rpartition(b"\n")[0])["plan"].get("revision", 0)
    return revision


def files_are_whole_after_a_loss_of_power(evidence: Evidence) -> Iterator[Refutation]:
    """Refute a journal or plan.json that a loss of power took or tore."""
    cuts = [event for event in evidence.history.events if event.what == "cut"]
    for event, files in zip(cuts, evidence.history.cuts, strict=False):
        fault = read_journal(files.journal).fault or _torn(files.plan)
        if fault:
            yield Refutation(AFTER_POWER, f"After a loss of power: {fault}", events=(event,))


def _torn(plan: bytes | None) -> str:
    if plan is None:
        return "plan.json is gone"
    try:
        json.loads(plan)
    except ValueError:
        return f"plan.json is torn ({len(plan)} bytes are left)"
    return ""
