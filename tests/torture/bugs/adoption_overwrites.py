"""What a peer wrote is compared with the newest plan, though its file had not seen our last change yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.store import comparing
from tests.torture.patching import put

if TYPE_CHECKING:
    from plans.store.adoption import Based
    from plans.store.formats.openclaw import Core
    from plans.store.known import Known


def install() -> None:
    def base(known: Known, theirs: Core, *, certain: bool) -> Based:  # noqa: ARG001
        return comparing._as_base(known.plan)

    put(comparing, "_base", base)
