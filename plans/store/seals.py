"""Signatures in the journal: which lines must have one, signing them, and reading only what may be believed.

The store holds no key: it is given something that signs and checks (plans/security/decision_key.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec.structs import replace

from plans.domain.actor import Actor
from plans.domain.errors import PersonOnly
from plans.domain.sealing import Place, defused, openings, openings_of_list, statement
from plans.store.journal import as_line, encode_line

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from plans.domain.plan import Plan
    from plans.domain.revision import Line
    from plans.domain.step import Step


class Judge(Protocol):
    """What knows whose signatures count."""

    @property
    def trust(self) -> str:
        """Name what is believed now: another name means that lines have to be judged anew."""
        ...

    def holds(self, words: bytes, sig: str | None) -> bool:
        """Tell whether somebody who is trusted signed exactly these words, or they are older than signing."""
        ...


class Seals(Judge, Protocol):
    """What signs people's decisions, too, and says what a signature is worth."""

    @property
    def keys(self) -> tuple[str, ...]:
        """Give the public keys (base64) whose signatures count."""
        ...

    def is_signed(self, words: bytes, sig: str | None) -> bool:
        """Tell whether somebody who is trusted signed exactly these words."""
        ...

    def is_older(self, words: bytes) -> bool:
        """Tell whether this was decided before there was a key."""
        ...

    def sign(self, words: bytes) -> str:
        """Sign as the person who runs this process. Raises StorageFailed, CannotSign."""
        ...


class ListJudge:
    """Judges the journal of another program's list: what its files say of it needs no signature."""

    def __init__(self, judge: Judge) -> None:
        self._judge, self.holds = judge, judge.holds

    @property
    def trust(self) -> str:
        """Name what is believed now."""
        return self._judge.trust


class Court:
    """Judging a journal's lines, one after the other, each by the plan before it."""

    def __init__(self, plan: Plan, judge: Judge) -> None:
        self._place, self._judge = Place(plan.namespace, plan.epoch), judge
        self._is_list = isinstance(judge, ListJudge)
        self.lines: list[Line] = []
        """What was judged, as far as it may be believed."""
        self.opened = False
        """Whether any line had to be judged by its signature."""

    def __call__(self, line: Line, steps: Mapping[int, Step], removed: AbstractSet[int]) -> Line:
        """Give the line; without what it claims, if nobody signed that."""
        if self._is_list and line.verb == "adopt":
            numbers = openings_of_list(line, steps)
        else:
            numbers = openings(line, steps, used=removed)
        if numbers:
            self.opened = True
            words = statement(line, steps, numbers=numbers, place=self._place)
            if not (Actor.parse(line.by).is_person and self._judge.holds(words, line.sig)):
                line = defused(line, numbers, steps)
        self.lines.append(line)
        return line


def signed(line: Line, plan: Plan, *, epoch: str, seals: Seals | None) -> Line:
    """Sign a line that is about to be written, if it has to be; ``plan`` is the one before it.

    Raises PersonOnly where it is no person's: no verb leads there, and none may.
    """
    if seals is None:
        return line
    steps = {number: plan.step(number) for number in line.touches() if plan.has_step(number)}
    numbers = openings(line, steps, used=plan.removed)
    if not numbers:
        return line
    if not Actor.parse(line.by).is_person:
        what = "open what waits for a person"
        raise PersonOnly(what)
    written = as_line(encode_line(line)[:-1], 0)  # numbers may be written in another way than they were given
    words = statement(written, steps, numbers=numbers, place=Place(plan.namespace, epoch))
    return replace(line, sig=seals.sign(words))
