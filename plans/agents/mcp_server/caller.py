"""Who calls a tool, what it may do, and what it has read so far."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from plans.domain.errors import WrongInput
from plans.domain.expected import StaleRevision

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable
    from contextlib import AbstractContextManager

    from plans.actions.desk import Desk, Terms
    from plans.agents.mcp_server.files import FileRoots
    from plans.domain.actor import Actor
    from plans.domain.plan import Plan

_REMEMBERED: Final = 1_000
"""Plans whose revision is remembered for one caller, and single steps."""


class Rights(Protocol):
    """What a caller may do; a token's, or everything for the agent that started us itself."""

    def check(self, verb: str, namespace: str) -> None:
        """Raise the refusal that fits, or return nothing."""

    def sees(self, namespace: str) -> bool:
        """Say whether a list of plans shows this one."""


class AllRights:
    """Those of a program that could as well call the command line."""

    def check(self, verb: str, namespace: str) -> None:
        """Let everything pass."""

    def sees(self, namespace: str) -> bool:  # noqa: ARG002 - all
        return True


class OfNamesake(StaleRevision):
    """A revision was read in another plan, which had the name of the one that is there now."""

    def __init__(self, *, expected: int, actual: int, step: int) -> None:
        super().__init__(expected=expected, actual=actual, step=step)
        self.message = f"Revision {expected} is that of an older plan of this name"


class Seen:
    """The revision of each plan that a caller has read last: what it edits from if it does not say.

    So who never read a plan cannot write over it, and who read an old one is told that it changed. One that
    was made anew under the same name was never read, whatever its revision.
    """

    def __init__(self) -> None:
        self.is_introduced = False
        self._whole: dict[str, _Read] = {}
        self._words: dict[str, _Read] = {}
        self._steps: dict[str, _Read] = {}
        self._single: dict[tuple[str, int], _Read] = {}

    def whole(self, plan: Plan) -> None:
        """The caller was shown the whole plan."""
        for known in (self._whole, self._words, self._steps):
            _remember(known, plan.namespace, plan)

    def words(self, plan: Plan) -> None:
        """The caller was shown the plan's own words: title, status, revision."""
        _remember(self._words, plan.namespace, plan)

    def steps(self, plan: Plan) -> None:
        """The caller was shown the plan's steps."""
        _remember(self._steps, plan.namespace, plan)

    def step(self, plan: Plan, number: int) -> None:
        """The caller was shown a single step."""
        _remember(self._single, (plan.namespace, number), plan)

    def forget(self, namespace: str) -> None:
        for known in (self._whole, self._words):
            known.pop(namespace, None)

    def check_step(self, plan: Plan, number: int, *, said: int) -> None:
        """Refuse a revision of a step that was read in a plan of this name that is gone. Raises OfNamesake.

        Who was shown nothing of it here may have read it elsewhere, and is believed.
        """
        known = (self._steps.get(plan.namespace), self._single.get((plan.namespace, number)))
        epochs = {read.epoch for read in known if read is not None}
        if epochs and plan.epoch not in epochs and plan.has_step(number):
            raise OfNamesake(expected=said, actual=plan.step(number).revision, step=number)

    def revision_of_whole(self, plan: Plan, *, said: int | None) -> int | None:
        """Give the revision that a whole plan is written from: the one ``said``, else the one read last."""
        return self._revision(self._whole, plan, said)

    def revision_of_words(self, plan: Plan, *, said: int | None) -> int | None:
        """Give the same for the plan's own words."""
        return self._revision(self._words, plan, said)

    def _revision(self, known: dict[str, _Read], plan: Plan, said: int | None) -> int | None:
        shown, read = self._words.get(plan.namespace), known.get(plan.namespace)
        if shown is not None and shown.epoch != plan.epoch:
            return None  # what is said is of the one that is gone, too
        return said if said is not None or read is None or read.epoch != plan.epoch else read.revision


async def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """One agent at one connection."""

    desk: Desk
    by: Actor
    files: FileRoots
    namespace: str | None = None
    """The plan that is meant where none is named."""
    rights: Rights = field(default_factory=AllRights)
    seen: Seen = field(default_factory=Seen)
    pid: int | None = None
    """Its process, where that is one of this machine."""
    keeps_open: Callable[[], AbstractContextManager[None]] = nullcontext
    """Counts an answer that is kept waiting while it is held; may refuse."""
    gone: Event = field(default_factory=Event)
    """Set when nobody is there any more who could read an answer."""
    is_welcome: Callable[[], Awaitable[bool]] = _always
    """Looks again whether it may be here at all: an answer may take hours, and its token end meanwhile."""
    pace: Callable[[str], None] = lambda _tool: None
    """Counts a call of a tool that changes something; may refuse."""

    def plan_named(self, namespace: str | None, *, verb: str) -> str:
        """Give the plan that is meant, if it may be used so. Raises WrongInput and what the rights raise."""
        meant = namespace or self.namespace
        if not meant:
            raise WrongInput("Which plan? None was named", advice="Send `namespace`; list_plans lists them.")
        self.rights.check(verb, meant)
        return meant

    def terms(self, *, expected: int | None = None, key: str | None = None) -> Terms:
        """Give the terms of a change: who, from which revision, under which key."""
        return {"by": self.by, "expected": expected, "key": key}

    def step_terms(self, namespace: str, number: int, *, said: int | None, key: str | None) -> Terms:
        """Give the terms of a change of a step, from the revision ``said``. Raises OfNamesake."""
        if said is not None:
            self.seen.check_step(self.desk.store.read(namespace).plan, number, said=said)
        return self.terms(expected=said, key=key)


class _Read(NamedTuple):
    """A reading of a plan."""

    epoch: str
    revision: int


def _remember[K: Hashable](known: dict[K, _Read], name: K, plan: Plan) -> None:
    known.pop(name, None)
    known[name] = _Read(plan.epoch, plan.revision)
    if len(known) > _REMEMBERED:
        known.pop(next(iter(known)), None)
