"""What can be done to a plan as a whole, as its menu and the pages behind it show it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from plans.domain.plan import PlanState
from plans.domain.step import Status
from plans.security.text import clean_line
from plans.web.addresses import board_url
from plans.web.fields import as_entered
from plans.web.plates import OwnerView, owner_view
from plans.web.titles import UNTITLED_PLAN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from plans.domain.picture import Picture
    from plans.mirror.reading import PlanRow

_ENDING = re.compile(r"(?:-(\d{1,4}))?$")
_NAME_LENGTH = 128


class MenuView(msgspec.Struct, frozen=True, kw_only=True):
    """A plan's menu: its own words to be changed, and what may be done to it now."""

    namespace: str
    href: str
    title: str
    is_untitled: bool
    revision: int
    epoch: str
    words: dict[str, str]
    """Title, status and group as a form holds them; an empty group follows the name."""
    own_group: str
    groups: tuple[str, ...]
    may_change: bool
    can_start: bool
    can_abort: bool
    is_archived: bool


class LossView(msgspec.Struct, frozen=True, kw_only=True):
    """What goes out of sight with a plan that is deleted."""

    steps: int
    done: int
    asking: int
    revision: int
    workers: tuple[OwnerView, ...]
    """The sessions that are at work on it now."""


def menu_view(picture: Picture, *, rows: Iterable[PlanRow] = (), allowed: bool) -> MenuView:
    """Build the menu of a plan as it stands."""
    plan = picture.plan
    title = clean_line(plan.title).strip()
    return MenuView(
        namespace=plan.namespace,
        href=board_url(plan.namespace),
        title=title or UNTITLED_PLAN,
        is_untitled=not title,
        revision=plan.revision,
        epoch=plan.epoch,
        words={name: as_entered(getattr(plan, name)) for name in ("title", "status", "group")},
        own_group=plan.namespace.partition(".")[0],
        groups=tuple(sorted({clean_line(row.group) for row in rows if row.group})),
        may_change=allowed and picture.writable,
        can_start=plan.stored_state is PlanState.DRAFT,
        can_abort=plan.state in (PlanState.DRAFT, PlanState.ACTIVE),
        is_archived=plan.archived,
    )


def loss_view(picture: Picture) -> LossView:
    """Say what a plan holds and who works on it."""
    steps = picture.plan.steps
    owners = sorted({step.owner for step in steps if step.owner and step.status is Status.IN_PROGRESS})
    return LossView(
        steps=len(steps),
        done=sum(step.status is Status.COMPLETED for step in steps),
        asking=sum(standing.column == "ask" for standing in picture.standings.values()),
        revision=picture.plan.revision,
        workers=tuple(owner_view(owner) for owner in owners),
    )


def free_name(namespace: str, taken: Collection[str]) -> str:
    """Propose a name for a copy: ``payments.ledger-2``; no name that differs from another only in case."""
    known = {name.casefold() for name in taken}
    found = _ENDING.search(namespace)
    stem = namespace[: found.start()] if found else namespace
    number = int(found[1]) + 1 if found and found[1] else 2
    while (name := f"{stem[: _NAME_LENGTH - 6]}-{number}").casefold() in known:
        number += 1
    return name
