"""Proves or refutes a history, and prints what refutes it: ``python -m tests.torture.checker FOLDER``.

The general question (is there any order that explains what everybody saw?) is costly to answer. Here it need
not be asked: the journal gives every write its place. What is left are laws that each go through the calls
once. A law yields all that breaks it; the first of each is printed with what one has to know to believe it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tests.torture.evidence import Evidence
from tests.torture.laws import files, order, peers, races, revisions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tests.torture.evidence import Refutation
    from tests.torture.folding import Line
    from tests.torture.history import Call, Event, History

type Law = Callable[[Evidence], Iterator[Refutation]]

LAWS: tuple[Law, ...] = (
    revisions.the_journal_is_whole,
    revisions.no_edit_makes_two_revisions,
    revisions.no_revision_has_two_writers,
    revisions.acknowledged_edits_are_kept,
    revisions.each_revision_is_made_from_the_one_before,
    revisions.nobody_else_writes,
    revisions.what_was_asked_was_written,
    races.stale_edits_are_refused,
    races.only_stale_edits_are_refused_as_stale,
    races.claims_are_exclusive,
    races.a_key_makes_one_revision,
    races.decisions_are_read_as_made,
    peers.adoptions_say_what_a_peer_sent,
    peers.what_peers_wrote_is_there,
    peers.locks_are_respected,
    peers.no_dead_lock_stands_in_the_way,
    order.no_reader_goes_back,
    order.calls_know_what_was_acknowledged,
    order.nobody_reads_the_future,
    order.readings_show_what_the_journal_says,
    files.every_call_is_answered_or_refused,
    files.plan_json_says_what_the_journal_says,
    files.snapshots_know_no_more_than_the_journal,
    files.files_are_whole_after_a_loss_of_power,
    files.the_mirror_follows,
)


def check(history: History) -> list[Refutation]:
    """Give all that refutes a history; nothing where every law holds."""
    evidence = Evidence(history)
    return [found for law in LAWS for found in law(evidence)]


def report(found: Iterable[Refutation]) -> str:
    """Tell the first refutation of each law in full, and how many there are."""
    counts = Counter(one.law for one in found)
    first: dict[str, Refutation] = {}
    for one in found:
        first.setdefault(one.law, one)
    return "\n\n".join(f"{excerpt(one)}\n({counts[law]} of these)" for law, one in first.items())


def excerpt(found: Refutation) -> str:
    """Tell the part of the history that breaks a law, in the order in which it happened."""
    moments: list[tuple[float, str]] = []
    for call in found.calls:
        moments.append((call.began, _asking(call)))
        if call.answered is not None:
            moments.append((call.ended, _answer(call)))
        else:
            moments.append((call.began, f"{call.asked.who} got no answer"))
    moments += [(event.at, _happened(event)) for event in found.events]
    start = min((at for at, _ in moments), default=0.0)
    told = [f"  {(at - start) * 1000:9.1f} ms  {text}" for at, text in sorted(moments)]
    lines = [f"  journal {line.rev:>6}  {_said(line)}" for line in sorted(found.lines)]
    return "\n".join([f"{found.law}. Refuted:", f"  {found.says}.", *told, *lines])


def _asking(call: Call) -> str:
    asked = call.asked
    on = f" step {asked.step}" if asked.step is not None else ""
    parts = [f"{asked.who} asks: {asked.doing}{on}{f' “{asked.title}”' if asked.title else ''}"]
    parts += [f"from revision {asked.expected}"] if asked.expected is not None else []
    parts += [f"key {asked.key}"] if asked.key else []
    return ", ".join([*parts, *(f"{name}: {value}" for name, value in asked.sent.items())])


def _answer(call: Call) -> str:
    answered = call.answered
    assert answered is not None
    if answered.outcome in ("refused", "broke"):
        return f"{call.asked.who} is refused: {answered.code or answered.why.strip().splitlines()[-1]}"
    if answered.rev is None:
        return f"{call.asked.who} is told: nothing had to change"
    again = ", as before" if answered.repeated else ""
    decision = f", {answered.decision}" if answered.decision else ""
    verb = "sees" if call.asked.doing == "read" else "is told"
    return f"{call.asked.who} {verb}: revision {answered.rev}{again}{decision}"


def _happened(event: Event) -> str:
    return f"{event.who} {event.what}{f': {event.note}' if event.note else ''}"


def _said(line: Line) -> str:
    changes = [f"step {number} {_changed(line, number)}" for number in line.set]
    return f"{line.by} {line.verb}: {'; '.join(changes)}"[:160]


def _changed(line: Line, number: int) -> str:
    fields, was = line.set[number], line.was.get(number) or {}
    if fields is None:
        return "removed"
    names = [name for name in ("title", "status", "owner", "notes") if name in fields]
    return ", ".join(f"{name} {was.get(name, '–')} → {fields[name]}" for name in names) or "otherwise"
