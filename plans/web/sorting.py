"""The columns of the table, and the order each of them gives its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from plans.web.looks import look_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from plans.domain.picture import Picture
    from plans.domain.step import Step

type Key = Callable[[Facts, Step], tuple[object, ...]]
type Way = Literal["", "ascending", "descending"]

USUAL = "status"
"""What the table is sorted by unless asked otherwise: what needs a person comes first."""
_LOOKS = ("asking", "blocked", "running", "ready", "waiting", "done")


class Facts:
    """What rows are sorted by and show, worked out once for all of them."""

    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        self._phases: dict[str, int] = {}
        for step in picture.plan.steps:
            self._phases.setdefault(step.phase, len(self._phases))

    def look(self, step: Step) -> str:
        return look_of(step, self.picture.standings[step.number])[0]

    def phase(self, step: Step) -> int:
        """Number its phase in order of first use."""
        return self._phases[step.phase]

    def waits_on(self, step: Step) -> tuple[int, ...]:
        """List what a pending step still waits for."""
        return self.picture.standings[step.number].waits_on

    def holds_up(self, step: Step) -> int:
        """Count the open steps that wait for an open one."""
        users = self.picture.users.get(step.number, ()) if step.is_open else ()
        return sum(self.picture.plan.step(user).is_open for user in users)

    def since(self, step: Step, look: str) -> int:
        """Tell since when (ms) it is as it is; 0 where nothing happens to it."""
        if step.asks and step.request is not None:
            return step.request.at
        return 0 if look in {"ready", "waiting"} else step.updated_at


class Column(NamedTuple):
    """One column: its head, and what its rows are sorted by."""

    name: str
    key: Key
    is_wide_only: bool = False
    """Left out where there is little room."""


COLUMNS: dict[str, Column] = {
    "step": Column("Step", lambda _, step: (step.number,)),
    "status": Column("Status", lambda facts, step: (_LOOKS.index(facts.look(step)),)),
    "owner": Column("Owner", lambda _, step: (not step.owner, (step.owner or "").lower())),
    "phase": Column("Phase", lambda facts, step: (facts.phase(step),), is_wide_only=True),
    "waits": Column("Waits on", lambda facts, step: (-len(facts.waits_on(step)),), is_wide_only=True),
    "holds": Column("Holds up", lambda facts, step: (-facts.holds_up(step),), is_wide_only=True),
    "for": Column(
        "For",
        lambda facts, step: (not facts.since(step, facts.look(step)), facts.since(step, facts.look(step))),
    ),
    "rev": Column("Rev", lambda _, step: (-step.revision,), is_wide_only=True),
}


def sorted_numbers(facts: Facts, wanted: Collection[int], sort: str) -> list[int]:
    """List the wanted steps as ``sort`` says: a column's key, with "-" before it the other way round."""
    steps = [step for step in facts.picture.plan.steps if step.number in wanted]
    key = COLUMNS[sort.removeprefix("-")].key if sort.removeprefix("-") in COLUMNS else COLUMNS[USUAL].key
    return [s.number for s in sorted(steps, key=lambda s: key(facts, s), reverse=sort.startswith("-"))]


def way(sort: str, column: str) -> Way:
    """Tell which way a column sorts the table, "" when it does not."""
    known = sort if sort.removeprefix("-") in COLUMNS else USUAL
    if known.removeprefix("-") != column:
        return ""
    return "descending" if known.startswith("-") else "ascending"
