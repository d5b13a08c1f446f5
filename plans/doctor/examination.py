"""Everything that is looked at, in the order it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from plans.doctor import (
    clock,
    contents,
    engines,
    file_systems,
    folders,
    leftovers,
    locks,
    settings,
    versions,
    watches,
)
from plans.doctor.finding import broken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from plans.doctor.finding import Finding
    from plans.doctor.place import Place

    type Check = Callable[[Place], Iterator[Finding]]

_QUICK: Final[tuple[Check, ...]] = (
    versions.versions,
    settings.settings,
    locks.board,
    folders.home,
    folders.root,
    file_systems.kinds,
    file_systems.space,
    folders.files,
    locks.locks,
    clock.clock,
    leftovers.leftovers,
    watches.watches,
    watches.open_files,
    engines.database,
    engines.redis,
)


def examine(place: Place, *, plans: bool) -> Iterator[Finding]:
    """Look at everything; ``plans``: replay every journal, too. Changes nothing."""
    for check in (*_QUICK, *((contents.contents,) if plans else ())):
        try:
            yield from check(place)
        except OSError as error:  # what one look cannot see is no reason to keep the others to oneself
            where = f": {error.filename}" if error.filename else ""
            name = check.__name__.replace("_", " ")
            yield broken(name, f"{error.strerror or error}{where}", do="Look at that first.")
