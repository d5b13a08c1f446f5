"""Journal lines are written and not flushed: a loss of power takes what was acknowledged."""

from plans.store import journal
from tests.torture.patching import put


def install() -> None:
    put(journal, "append", journal.note)
    put(journal, "settle", lambda _: None)
