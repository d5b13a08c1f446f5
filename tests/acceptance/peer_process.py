"""Another program that keeps plans as OpenClaw does: ``peer_process.py BASE NAMESPACE SESSION STATUS TEXT``.

It sends one step, as its users do. It has never heard of a board.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.peer.plan_store import PeerStore

if __name__ == "__main__":
    _base, _namespace, _session, _status, _text = sys.argv[1:]
    PeerStore(Path(_base)).merge(_namespace, [{"step": _text, "status": _status}], _session)
