"""plan.json is replaced before the journal has the line: after a death our edit passes for a peer's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.store import changing
from tests.torture.patching import put

if TYPE_CHECKING:
    from plans.domain.revision import Line
    from plans.store.changing import _Prepared
    from plans.store.held_plan import HeldPlan
    from plans.store.orders import Order


def install() -> None:
    real = changing._commit

    def commit(held: HeldPlan, prepared: _Prepared, order: Order) -> Line:
        if prepared.data is not None:
            held.file.replace(prepared.data)
        return real(held, prepared, order)

    put(changing, "_commit", commit)
