"""plan.json's draft is renamed before its bytes are on disk: a loss of power leaves an empty file."""

from functools import partial

from plans.store import plan_file
from plans.store.atomic_write import replace_file
from tests.torture.patching import put


def install() -> None:
    put(plan_file, "replace_file", partial(replace_file, durable=False))
