"""What needs a person, over all plans, in a few statements however many there are. Times are ms."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec
from django.db.models import Case, OuterRef, Q, Subquery, TextField, Value, When

from plans.domain.graph import Condition
from plans.domain.mention import EVERYBODY, as_called
from plans.domain.picture import Life
from plans.domain.plan import PlanState
from plans.domain.queue import STALE_IN_QUEUE, AskingPlan, Candidate, Waiting, candidate
from plans.domain.standing import Column
from plans.domain.step import OPEN, Status
from plans.mirror.documents import indexed, steps_from
from plans.mirror.models import RevisionEvent, Session, Step
from plans.mirror.seen import plans_seen, sessions_seen, steps_seen

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.db.models import QuerySet

    from plans.domain.rights import Sight

_WAITING = msgspec.json.Decoder(list[Waiting])
_PLAN = ("namespace", "title", "group", "revision", "writable")


class Crowd(NamedTuple):
    """What all the sessions do."""

    lives: dict[str, Life]
    at_work: frozenset[str]
    """The owners of steps in progress."""

    @property
    def not_stopped(self) -> frozenset[str]:
        """Name those who do not wait: they work, or are gone."""
        return self.at_work | {name for name, life in self.lives.items() if life.liveness == "stale"}

    @property
    def live(self) -> int:
        """Count the sessions that show life."""
        return sum(life.liveness == "live" for life in self.lives.values())

    @property
    def moving(self) -> int:
        """Count those of them that work on something."""
        return sum(life.liveness == "live" and name in self.at_work for name, life in self.lives.items())


def crowd(sight: Sight) -> Crowd:
    """Tell of the sessions that may be seen; two statements."""
    known = sessions_seen(sight).values_list("session", "liveness", "beat_at")
    working = steps_seen(sight).filter(removed=False, status=Status.IN_PROGRESS).exclude(owner="")
    return Crowd(
        {
            indexed(name): Life(session=name, liveness=liveness, beat_at=beat_at)
            for name, liveness, beat_at in known
        },
        frozenset(working.order_by().values_list("owner", flat=True).distinct()),
    )


def asking_plans(sight: Sight, lives: dict[str, Life], *, now: int) -> list[AskingPlan]:
    """List the plans with something for a person; two statements."""
    turned = RevisionEvent.objects.filter(plan=OuterRef("plan"), revision=OuterRef("at")).values("at")[:1]
    rows = list(
        _candidates(sight, now)
        .annotate(turned=Subquery(turned))
        .order_by("plan__namespace", "position")
        .values_list("plan_id", *(f"plan__{name}" for name in _PLAN), "turned", "column", "document")
    )
    plans: dict[int, AskingPlan] = {}
    candidates: dict[int, list[Candidate]] = {}
    for (key, *facts, at, column, _), step in zip(rows, steps_from(row[-1] for row in rows), strict=True):
        found = candidate(step, column, lives, now=now, turned=at or 0 if step.is_gate else 0)
        if found is not None:
            plans[key] = plans.get(key) or AskingPlan(**dict(zip(_PLAN, facts, strict=True)))
            candidates.setdefault(key, []).append(found)
    waiting = _waiting(plans)
    return [
        msgspec.structs.replace(plan, candidates=tuple(candidates[key]), waiting=waiting.get(key, ()))
        for key, plan in plans.items()
    ]


def state(sight: Sight, *, now: int) -> object:
    """Give what all of this is made of: while it is the same, so is the queue; two light statements.

    Plans by their copies and revisions, sessions by what their signs mean; a value that can only be compared.
    """
    plans = plans_seen(sight).values_list("namespace", "pk", "revision", "writable")
    sessions = sessions_seen(sight).order_by("session").values_list("session", "liveness", "beat_at")
    return (
        list(plans),
        [
            (name, life, life == "stale" and abs(now - (at or 0)) >= STALE_IN_QUEUE)
            for name, life, at in sessions
        ],
    )


class Needed(NamedTuple):
    """A step that needs somebody."""

    namespace: str
    number: int
    revision: int
    calls: str
    """When and whom comments call, ``1790…,ana=1790…,people=1785…,``, where nothing else needs a person.

    Else empty. Rows of an older version name people without times: the first time stands for them; and in
    small letters only, ``strauß``.
    """

    def called(self, name: str) -> int:
        """Tell when this person was last called, by name or with everybody, ms; 0 for never."""
        times = self._times()
        return max(int(times.get(who, 0)) for who in (as_called(name), EVERYBODY))

    def is_for(self, name: str) -> bool:
        """Tell whether it needs this person, too."""
        return not self.calls or not {as_called(name), EVERYBODY}.isdisjoint(self._times())

    def _times(self) -> dict[str, str]:
        newest, *calls = self.calls.split(",")[:-1] or ("0",)
        return {as_called(who): at or newest for who, _, at in (call.partition("=") for call in calls)}


def keys_asking(sight: Sight, *, now: int) -> list[Needed]:
    """Name what needs a person: enough to count it; one statement."""
    asks = Case(When(_asks(now), then=Value("")), default="calls", output_field=TextField())
    found = _candidates(sight, now).annotate(only_calls=asks).order_by()
    return [Needed(*row) for row in found.values_list("plan__namespace", "number", "revision", "only_calls")]


def still_open(steps: Collection[tuple[str, int]]) -> set[tuple[str, int]]:
    """Pick the steps (namespace, number) that are not closed yet; one statement, none for nothing."""
    wanted = Q(pk=None)
    for namespace, number in steps:
        wanted |= Q(plan__namespace=namespace, number=number)
    found = Step.objects.filter(wanted, removed=False, status__in=OPEN)
    return set(found.order_by().values_list("plan__namespace", "number")) if steps else set()


def long_silent(now: int) -> Q:
    """Pick the sessions whose silence is a person's business; see ``domain.queue.is_stale``."""
    far = Q(beat_at__lte=now - STALE_IN_QUEUE) | Q(beat_at__gte=now + STALE_IN_QUEUE)
    return far & Q(liveness="stale")


def _candidates(sight: Sight, now: int) -> QuerySet[Step]:
    """Pick what needs a person, and what calls one; not of plans put aside."""
    wanted = _asks(now) | ~Q(calls="")
    found = steps_seen(sight).filter(wanted, removed=False, plan__archived=False)
    return found.exclude(plan__state=PlanState.ABORTED)


def _asks(now: int) -> Q:
    """Name what stands in "Needs you", and the work of owners who fell silent."""
    silent = Session.objects.filter(long_silent(now))
    return Q(column=Column.ASK) | Q(status=Status.IN_PROGRESS, owner__in=silent.values("session"))


def _waiting(plans: Iterable[int]) -> dict[int, tuple[Waiting, ...]]:
    rows = list(
        Step.objects.filter(
            plan__in=list(plans), removed=False, condition__in=[Condition.WAITING, Condition.DOOMED]
        )
        .order_by()
        .values_list("plan_id", "document")
    )
    found: dict[int, list[Waiting]] = {}
    for (key, _), step in zip(rows, _WAITING.decode(f"[{','.join(text for _, text in rows)}]"), strict=True):
        found.setdefault(key, []).append(step)
    return {key: tuple(steps) for key, steps in found.items()}
