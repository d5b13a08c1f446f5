"""A rejection is recorded as an approval."""

from plans.domain.verbs import deciding
from tests.torture.patching import put


def install() -> None:
    put(deciding, "reject", deciding.approve)
