"""plan.json is rewritten without the peers' lock."""

from __future__ import annotations

from contextlib import nullcontext

from plans.store import plan_file
from tests.torture.patching import put


def install() -> None:
    put(plan_file, "peers_locked", lambda *_, **__: nullcontext())
    put(plan_file, "is_ours", lambda *_: True)
