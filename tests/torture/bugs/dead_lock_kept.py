"""The peers' lock of a writer of ours that died is left where it is."""

from plans.store import peer_locking
from plans.store.writer_mark import WriterMark
from tests.torture.patching import put


def install() -> None:
    put(WriterMark, "clear_leftovers", lambda *_, **__: None)
    put(peer_locking, "PEER_WAIT", 0.4)  # so that the test need not wait for five
