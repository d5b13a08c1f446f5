"""A key that comes again is taken for a new request."""

from plans.store import changing
from tests.torture.patching import put


def install() -> None:
    put(changing, "repeated", lambda *_: None)
