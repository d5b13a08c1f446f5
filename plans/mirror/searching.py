"""Finding plans, steps and sessions by what a person typed: words in any order, the last perhaps half typed.

A number is a step's number, too: ``17``, ``#17``, ``payments 17``. Words may be a plan's as well as a step's:
``ledger dual`` is the step about dual-write in the plan named after the ledger.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from django.db.models import Q

from plans.domain.picture import Life
from plans.domain.step import Step
from plans.mirror import models
from plans.mirror.documents import steps_from
from plans.mirror.full_text import matching
from plans.mirror.letters import holding
from plans.mirror.seen import keys_seen, plans_seen, sessions_seen, steps_seen

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from plans.domain.rights import Sight

_WORD = re.compile(r"#?[^\W_]+")
_MOST_WORDS = 8
_LONGEST_WORD = 64
_LONGEST_NUMBER = 9
MOST_PLANS = 200
"""Plans that words may narrow a search down to; whoever names more has named none."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody looks for."""

    words: tuple[str, ...] = ()
    """Without what can only be a step's number."""
    number: int | None = None

    @property
    def others(self) -> tuple[str, ...]:
        """Give the words without the one that is the number."""
        return tuple(word for word in self.words if word != str(self.number))


class PlanHit(msgspec.Struct, frozen=True, kw_only=True):
    """A plan that was found."""

    namespace: str
    title: str
    todo: int
    run: int
    ask: int
    done: int
    archived: bool


class StepHit(msgspec.Struct, frozen=True, kw_only=True):
    """A step that was found, with what the mirror knows of its place."""

    namespace: str
    plan_title: str
    step: Step
    condition: str
    column: str


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What was found of each kind, best first."""

    asked: Asked
    plans: tuple[PlanHit, ...] = ()
    steps: tuple[StepHit, ...] = ()
    sessions: tuple[Life, ...] = ()


class _Where(NamedTuple):
    """Where somebody looks."""

    sight: Sight
    here: str
    """The plan whose steps come first."""
    plans: list[int] | None
    """The keys of all the plans they see; None for every one."""


def asked(text: str) -> Asked:
    """Read what was typed; signs count for nothing, so no text is wrong."""
    words: list[str] = []
    number = None
    for found in _WORD.findall(unicodedata.normalize("NFC", text))[:_MOST_WORDS]:
        word = found.lstrip("#")[:_LONGEST_WORD].lower()
        is_number = word.isascii() and word.isdigit() and len(word) <= _LONGEST_NUMBER
        number = int(word) if is_number else number
        if not (is_number and found.startswith("#")):
            words.append(word)
    return Asked(words=tuple(words), number=number)


def search(sight: Sight, text: str, *, here: str = "", limit: int = 20) -> Found:
    """Find at most ``limit`` of each kind; steps of the plan ``here`` come first."""
    wanted, place = asked(text), _Where(sight, here, keys_seen(sight))
    return Found(
        asked=wanted,
        plans=tuple(_plans(sight, wanted.words, limit)),
        steps=tuple(_steps(wanted, place, limit)),
        sessions=tuple(_sessions(sight, wanted.words, limit)),
    )


def search_sessions(sight: Sight, text: str, *, limit: int = 20) -> Found:
    """Find sessions only."""
    wanted = asked(text)
    return Found(asked=wanted, sessions=tuple(_sessions(sight, wanted.words, limit)))


def _plans(sight: Sight, words: Sequence[str], limit: int) -> Iterable[PlanHit]:
    if not words:
        return ()
    found = _named(sight, words).order_by("archived", "-updated_at").values(*PlanHit.__struct_fields__)
    return [PlanHit(**row) for row in found[:limit]]


def _sessions(sight: Sight, words: Sequence[str], limit: int) -> Iterable[Life]:
    if not words:
        return ()
    wanted = Q()
    for word in words:
        wanted &= holding(word, "session", "agent")
    rows = sessions_seen(sight).filter(wanted).order_by("-beat_at", "-progress_at", "session")[:limit]
    return [Life(**{name: getattr(row, name) for name in Life.__struct_fields__}) for row in rows]


def _named(sight: Sight, words: Iterable[str]) -> QuerySet[models.Plan]:
    """Find the plans whose name or title has every word."""
    wanted = Q()
    for word in words:
        wanted &= holding(word, "namespace", "title")
    return plans_seen(sight).filter(wanted)


def _steps(wanted: Asked, where: _Where, limit: int) -> list[StepHit]:
    """Find by number first, then by words, first here; then by words of plan and step together."""
    keys = _numbered(wanted, where, limit)
    own = list(plans_seen(where.sight).filter(namespace=where.here).values_list("pk", flat=True))
    if own:
        keys += matching(wanted.words, plans=own, limit=limit)
    keys += matching(wanted.words, plans=where.plans, limit=limit)
    if len(keys) < limit:
        keys += _of_named_plans(where.sight, wanted.words, limit)
    return _hits(list(dict.fromkeys(keys))[:limit])


def _numbered(wanted: Asked, where: _Where, limit: int) -> list[int]:
    """Find steps by their number: those that have the other words, or whose plans have them."""
    if wanted.number is None:
        return []
    of_number = steps_seen(where.sight).filter(number=wanted.number, removed=False)
    if not wanted.others:
        plans = plans_seen(where.sight).filter(archived=False).order_by("-updated_at")
        near = of_number.filter(plan__namespace=where.here) if where.here else of_number.none()
        known = of_number.filter(plan_id__in=list(plans.values_list("pk", flat=True)[:MOST_PLANS]))
        return [*near.values_list("pk", flat=True), *_newest(known, limit)]
    with_words = of_number.filter(pk__in=matching(wanted.others, plans=where.plans, limit=MOST_PLANS))
    of_plans = of_number.filter(
        plan_id__in=list(_named(where.sight, wanted.others).values_list("pk", flat=True)[:MOST_PLANS])
    )
    return [*_newest(of_plans, limit), *_newest(with_words, limit)]


def _newest(found: QuerySet[models.Step], limit: int) -> list[int]:
    return list(found.order_by("-plan__updated_at").values_list("pk", flat=True)[:limit])


def _of_named_plans(sight: Sight, words: Sequence[str], limit: int) -> list[int]:
    """Take the words that name plans for that, and look for the others in those."""
    names = [word for word in words if _named(sight, [word]).exists()]
    rest = [word for word in words if word not in names]
    if not names or not rest:
        return []
    plans = list(_named(sight, names).values_list("pk", flat=True)[: MOST_PLANS + 1])
    return matching(rest, plans=plans, limit=limit) if len(plans) <= MOST_PLANS else []


def _hits(keys: Sequence[int]) -> list[StepHit]:
    rows = models.Step.objects.filter(pk__in=keys, removed=False).values_list(
        "pk", "plan__namespace", "plan__title", "document", "condition", "column"
    )
    found = list(rows)
    steps = dict(zip((row[0] for row in found), steps_from(row[3] for row in found), strict=True))
    hits = {
        key: StepHit(
            namespace=namespace, plan_title=title, step=steps[key], condition=condition, column=column
        )
        for key, namespace, title, _, condition, column in found
    }
    return [hits[key] for key in keys if key in hits]
