"""Looking back: the plan at the revision that an address names, and what every page then says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from plans.domain.errors import WrongInput
from plans.mirror import reading
from plans.mirror.past import RevisionNotFound, picture_at
from plans.security.roles import Role, may
from plans.web import digits
from plans.web.addresses import (
    REV,
    at_revision,
    board_url,
    compare_url,
    plan_verb_url,
    timeline_url,
)
from plans.web.gathering import shown
from plans.web.history_rows import told
from plans.web.times import iso

if TYPE_CHECKING:
    from django.http import HttpRequest, QueryDict

    from plans.domain.picture import Picture
    from plans.domain.revision import Line
    from plans.security.person import BoardRequest


class ReplayView(msgspec.Struct, frozen=True, kw_only=True):
    """What the bar above an older revision shows; times are ISO 8601 in UTC."""

    namespace: str
    epoch: str
    revision: int
    newest: int
    at: str
    said: str
    """What was done in this revision."""
    now_url: str
    """The same page as the plan is now."""
    board_url: str
    timeline_url: str
    older_url: str
    """The same page one revision before; empty at the first."""
    newer_url: str
    compare_url: str
    """What changed since."""
    undoing_url: str
    """The same the other way round: what restoring it would change."""
    restore_url: str
    """Where it is made the newest again; empty for those who may not."""

    @property
    def newer(self) -> int:
        """Count the changes since."""
        return self.newest - self.revision


class Looked(NamedTuple):
    """A plan as a page shows it."""

    picture: Picture
    replay: ReplayView | None
    """None: as it is now."""


def looked_at(request: BoardRequest, namespace: str, *, page: str = "") -> Looked:
    """Give the plan as the address asks for it: now, or at its ``?rev=``, which then nobody can change.

    ``page`` is the address of what is shown, where it is another than the request's.
    Raises PlanNotFound, RevisionNotFound, and WrongInput for what is no revision at all.
    """
    revision = named_revision(request)
    if revision is None:
        return Looked(shown(request, namespace), None)
    known = reading.revisions([namespace])
    _, newest = known.get(namespace, ("", 0))
    if not revision and known:
        raise RevisionNotFound(namespace, revision, newest=newest)
    picture = picture_at(namespace, revision)
    line = next(iter(reading.events(namespace, before=revision + 1, limit=1)), None)
    address = _Address(page or request.path, request.GET)
    can_restore = may(request.user, Role.OPERATOR, namespace)
    newest = max(newest, revision)
    return Looked(picture, _replay(picture, line, newest=newest, address=address, can_restore=can_restore))


def named_revision(request: HttpRequest) -> int | None:
    """Read which revision the address names; raises WrongInput."""
    named = request.GET.get(REV, "").strip()
    revision = revision_of(named)
    if named and revision is None:
        message = "The address names no revision"
        raise WrongInput(message, advice="A revision is a number, like ?rev=311.")
    return revision


def revision_of(text: str) -> int | None:
    """Read a revision; None for what is none."""
    return digits.number_in(text, digits.REVISION)


class _Address(NamedTuple):
    """The page that is shown."""

    path: str
    query: QueryDict

    def at(self, revision: int | None) -> str:
        """Address the same page at another revision; None is now."""
        query = self.query.copy()
        for name in (REV, "fragment"):
            query.pop(name, None)
        path = f"{self.path}?{query.urlencode()}" if query else self.path
        return path if revision is None else at_revision(path, revision)


def _replay(
    picture: Picture, line: Line | None, *, newest: int, address: _Address, can_restore: bool
) -> ReplayView:
    plan = picture.plan
    namespace, revision = plan.namespace, plan.revision
    return ReplayView(
        namespace=namespace,
        epoch=picture.history,
        revision=revision,
        newest=newest,
        at=iso(plan.updated_at),
        said=told(line) if line else "",
        now_url=address.at(None),
        board_url=at_revision(board_url(namespace), revision),
        timeline_url=at_revision(timeline_url(namespace), revision),
        older_url=address.at(revision - 1) if revision > 1 else "",
        newer_url=address.at(revision + 1 if revision + 1 < newest else None),
        compare_url=compare_url(namespace, revision, newest),
        undoing_url=compare_url(namespace, newest, revision),
        restore_url=at_revision(plan_verb_url(namespace, "restore"), revision) if can_restore else "",
    )
