"""A peer's change is read under the number that it may get, before it is a revision."""

from plans.store.plan_reader import PlanReader
from plans.store.plan_store import PlanStore
from tests.torture.patching import put


def install() -> None:
    put(PlanStore, "read", PlanReader.look)
