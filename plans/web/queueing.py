"""The queue as one person sees it: what needs somebody, less what they put aside, plus what they just did."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from plans.domain.alike import alike
from plans.domain.mention import mention_of
from plans.domain.queue import asking_plan, queue
from plans.mirror import needing, reading
from plans.people.snoozes import snoozed
from plans.security.person import sight
from plans.security.roles import Role, rights_of, sight_of
from plans.web.gathering import saved_here, shown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from django.contrib.auth.models import User

    from plans.domain.queue import Ask, AskingPlan
    from plans.domain.rights import Rights
    from plans.domain.step import Step
    from plans.mirror.needing import Crowd
    from plans.people.snoozes import Snoozed
    from plans.security.person import BoardRequest
    from plans.web.need_urls import Key


class Aside(NamedTuple):
    """An entry that the person put aside, and for how long."""

    ask: Ask
    snoozed: Snoozed


class Queue(NamedTuple):
    """What needs this person, in its order."""

    asks: list[Ask]
    aside: list[Aside]
    crowd: Crowd
    rights: Rights
    """What this person may do about it."""

    @property
    def by_plan(self) -> Counter[str]:
        """Count the entries by plan."""
        return Counter(ask.plan.namespace for ask in self.asks)

    def may_decide(self, ask: Ask) -> bool:
        """Tell whether this person may answer an entry, which they may see in any case."""
        return self.rights.may(Role.OPERATOR, ask.plan.namespace)

    def groups(self, asks: Iterable[Ask]) -> Iterator[tuple[Ask, ...]]:
        """Put what asks the same together, as far as one answer of this person may serve it."""
        for group in alike(asks):
            if theirs := tuple(ask for ask in group if self.may_decide(ask)):
                yield theirs
            yield from ((ask,) for ask in group if not self.may_decide(ask))


def queue_of(request: BoardRequest, *, now: int, without: Collection[Key] = ()) -> Queue:
    """Read the queue of the person who asks; ``now`` in ms, ``without`` what was dealt with just now."""
    seen = sight(request)
    crowd = needing.crowd(seen)
    own = _own_change(request, now=now)  # first: what is not behind now is not in what is read next, either
    plans = [*_without(needing.asking_plans(seen, crowd.lives, now=now), own), *own]
    asks = [ask for ask in queue(plans, not_stopped=crowd.not_stopped) if ask.key not in without]
    left, aside = less_put_aside(request.user, asks, now=now)
    return Queue(left, aside, crowd, rights_of(request.user))


def less_put_aside(person: User, asks: Sequence[Ask], *, now: int) -> tuple[list[Ask], list[Aside]]:
    """Part what a person is shown from what they put aside, and leave out what calls others only."""
    name = person.get_username()
    asks = [ask for ask in asks if ask.is_for(name)]
    away = _put_aside(person, now=now) if asks else {}
    aside = [
        Aside(ask, away[ask.key])
        for ask in asks
        if _is_away(away, ask.key, revision=ask.step.revision, called=ask.called(name))
    ]
    hidden = {entry.ask.key for entry in aside}
    return [ask for ask in asks if ask.key not in hidden], aside


def version_of(request: BoardRequest, *, now: int) -> str:
    """Name the queue of the person who asks, without reading it; another name may mean the same queue."""
    aside = sorted(msgspec.structs.astuple(entry) for entry in snoozed(request.user, now=now))
    state, rights = needing.state(sight(request), now=now), rights_of(request.user)
    shown = (state, str(aside), rights, request.user.pk, request.get_full_path())
    return sha256(msgspec.json.encode(shown)).hexdigest()[:16]


def count_of(person: User, *, now: int) -> int:
    """Count the entries of a person's queue, without reading what they are."""
    return needs_by_plan(person, now=now).total()


def needs_by_plan(person: User, *, now: int) -> Counter[str]:
    """Count them by plan. Whatever says how much needs a person says this: no column of a board does."""
    asking = needing.keys_asking(sight_of(person), now=now)
    name = person.get_username()
    keys = [key for key in asking if key.is_for(name)]
    away = _put_aside(person, now=now) if keys else {}
    return Counter(
        key.namespace
        for key in keys
        if not _is_away(away, (key.namespace, key.number), revision=key.revision, called=key.called(name))
    )


def needed_in(request: BoardRequest, namespace: str, *, now: int) -> int:
    """Count them in one plan as it is shown to who asks; raises PlanNotFound."""
    asks = queue([asking_plan(shown(request, namespace), now=now)])
    return len(less_put_aside(request.user, asks, now=now)[0])


def is_put_aside(person: User, key: Key, *, step: Step, now: int) -> bool:
    """Tell whether the person put this very entry aside."""
    called = last_call(step, person.get_username())
    return _is_away(_put_aside(person, now=now), key, revision=step.revision, called=called)


def last_call(step: Step, name: str) -> int:
    """Tell when a comment that nobody answered last called this person, ms; 0 where none does."""
    mention = mention_of(step)
    return mention.called(name) if mention else 0


def _is_away(away: Mapping[Key, Snoozed], key: Key, *, revision: int, called: int) -> bool:
    """Tell whether exactly this is put aside: a step that changed, or calls again, asks anew."""
    return key in away and away[key].revision == revision and away[key].called >= called


def _put_aside(person: User, *, now: int) -> dict[tuple[str, int], Snoozed]:
    entries = _of_these_plans(snoozed(person, now=now))
    ends = [(entry.namespace, entry.until_step) for entry in entries if entry.until_step is not None]
    unfinished = needing.still_open(ends)
    return {
        entry.key: entry
        for entry in entries
        if entry.until_step is None or (entry.namespace, entry.until_step) in unfinished
    }


def _of_these_plans(entries: list[Snoozed]) -> list[Snoozed]:
    """Leave out what was put aside in a plan that is gone: a new one of its name has another epoch."""
    found = reading.revisions({entry.namespace for entry in entries}) if entries else {}
    return [entry for entry in entries if found.get(entry.namespace, ("", 0))[0] == entry.epoch]


def _own_change(request: BoardRequest, *, now: int) -> tuple[AskingPlan, ...]:
    """Give the plan as this person just left it, where the worker has not copied that yet."""
    namespace, own = saved_here(request)
    if not own or not sight(request).shows(namespace):
        return ()
    if reading.revisions([namespace]).get(namespace, ("", own))[1] >= own:
        return ()
    return (asking_plan(shown(request, namespace), now=now),)


def _without(plans: Iterable[AskingPlan], others: Iterable[AskingPlan]) -> Iterator[AskingPlan]:
    names = {plan.namespace for plan in others}
    return (plan for plan in plans if plan.namespace not in names)
