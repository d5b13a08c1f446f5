"""What the files themselves say: whether every plan verifies, and whether a newer version wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from plans.doctor.finding import advice, broken, counted, several, shell, well
from plans.domain.errors import PlanError
from plans.store.journal import VERSION as JOURNAL_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plans.doctor.finding import Finding
    from plans.doctor.place import Place

_MOST: Final = 10
"""So many plans are told of one by one."""


def contents(place: Place) -> Iterator[Finding]:
    """Replay every plan, as ``planboard verify`` does."""
    faults = {name: found for name in place.namespaces if (found := _faults(place, name))}
    for name, found in list(faults.items())[:_MOST]:
        yield _told(place, name, found)
    if len(faults) > _MOST:
        message = f"{len(faults) - _MOST} more plans do not fit: {several(list(faults)[_MOST:])}"
        yield broken("plans", message, do="See all of them.", command=_verify(place, ""))
    if not faults:
        yield well(
            "plans", f"{counted(len(place.namespaces), 'plan')} verified (journal format {JOURNAL_VERSION})"
        )


def _faults(place: Place, name: str) -> list[str]:
    try:
        return place.store.verify(name)
    except PlanError as refused:
        return [f"{refused.message}. {refused.advice}"]


def _told(place: Place, name: str, faults: list[str]) -> Finding:
    more = f" (and {counted(len(faults) - 1, 'more fault')})" if len(faults) > 1 else ""
    said = f"{name}: {faults[0]}{more}"
    if all("rolls it forward" in fault or "not adopted yet" in fault for fault in faults):
        command = shell("planboard", "up", "--root", place.root, "--home", place.home)
        return advice("plans", said, do="The running board does that by itself; start it.", command=command)
    if any("newer version of Planboard" in fault for fault in faults):
        return broken("plans", said, do="Update this one.", command="git pull && make run")
    do = "It is shown read-only as far as it is good. See the page of the plan, or restore a copy."
    return broken("plans", said, do=do, command=_verify(place, name))


def _verify(place: Place, name: str) -> str:
    return shell(*filter(None, ("planboard", "verify", name, "--root", place.root, "--home", place.home)))
