"""What somebody may see, as the part of a query: every statement about more than one plan holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Exists, OuterRef, Q, TextField, Value
from django.db.models.functions import Concat

from plans.mirror.models import Plan, RevisionEvent, Session, Step

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from plans.domain.rights import Sight


def plans_seen(sight: Sight) -> QuerySet[Plan]:
    """Pick the plans."""
    return Plan.objects.filter(_named(sight))


def steps_seen(sight: Sight) -> QuerySet[Step]:
    """Pick the steps of these plans, removed ones too."""
    return Step.objects.filter(_in_plans(sight))


def events_seen(sight: Sight) -> QuerySet[RevisionEvent]:
    """Pick what happened to these plans."""
    return RevisionEvent.objects.filter(_in_plans(sight))


def sessions_seen(sight: Sight) -> QuerySet[Session]:
    """Pick the sessions that own a step of these plans or ever changed one: others are nobody's business."""
    if sight.is_everything:
        return Session.objects.all()
    owned = steps_seen(sight).filter(removed=False, owner=OuterRef("session"))
    written = events_seen(sight).filter(
        by=Concat(Value("session:"), OuterRef("session"), output_field=TextField())
    )
    return Session.objects.filter(Exists(owned) | Exists(written))


def keys_seen(sight: Sight) -> list[int] | None:
    """Name these plans by their keys, None for all: for statements that are not Django's."""
    return None if sight.is_everything else list(plans_seen(sight).values_list("pk", flat=True))


def _named(sight: Sight) -> Q:
    if sight.is_everything:
        return Q()
    if not sight.patterns:
        return Q(pk__in=())
    return Q(namespace__regex=sight.expression(tries_again=connection.vendor != "postgresql"))


def _in_plans(sight: Sight) -> Q:
    # By the plans' keys: a pattern is compared once with each plan and not with each of its steps.
    return Q() if sight.is_everything else Q(plan__in=plans_seen(sight).order_by().values("pk"))
