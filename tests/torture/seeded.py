"""The bugs that are put into the store, the crowd in which each shows, and the law that it breaks."""

from __future__ import annotations

from typing import NamedTuple

from tests.torture.crowd import Crowd
from tests.torture.laws.files import AFTER_POWER, SAME
from tests.torture.laws.order import NEVER_BACK, SHOWN
from tests.torture.laws.peers import ADOPTED, LOCKED
from tests.torture.laws.races import DECIDED, EXCLUSIVE, ONCE, ONE_WINNER
from tests.torture.laws.revisions import KEPT, ONE_WRITER, WHOLE

_QUICK = Crowd(ours=4, peers=0, readers=0, turns=12, rounds=("nothing",), kills=0, dying=0)
_BUSY = _QUICK._replace(turns=24)
_POWER = _QUICK._replace(rounds=("power",))
_BEHIND = _QUICK._replace(rounds=("behind",), turns=6)
_TORN = _QUICK._replace(dying=2)
_PEERS = _QUICK._replace(peers=2, turns=18)


class Bug(NamedTuple):
    """How a bug shows."""

    law: str
    crowd: Crowd


BUGS: dict[str, Bug] = {
    "no_flush": Bug(KEPT, _POWER._replace(rounds=("power",) * 2)),
    "written_later": Bug(KEPT, _QUICK),
    "no_check": Bug(ONE_WINNER, _BUSY),
    "check_before_lock": Bug(ONE_WINNER, _BUSY),
    "lock_taken_after_ten_seconds": Bug(LOCKED, _PEERS._replace(pauses=0.4)),
    "lock_ignored": Bug(LOCKED, _PEERS._replace(pauses=0.4)),
    "silent_owner_loses_step": Bug(EXCLUSIVE, _BUSY),
    "claim_without_compare": Bug(EXCLUSIVE, _BUSY),
    "rename_before_journal": Bug(ADOPTED, _TORN),
    "torn_tail_kept": Bug(WHOLE, _TORN),
    "key_forgotten": Bug(ONCE, _BUSY),
    "adoption_overwrites": Bug(ADOPTED, _BEHIND._replace(peers=1)),
    "never_rolled_forward": Bug(SAME, _BEHIND),
    "rolled_forward_twice": Bug(ONE_WRITER, _BEHIND),
    "reads_from_memory": Bug(NEVER_BACK, _QUICK),
    "number_told_early": Bug(SHOWN, _PEERS._replace(readers=1)),
    "snapshot_ahead": Bug(AFTER_POWER, _POWER._replace(rounds=("power",) * 5, turns=4)),
    "draft_not_flushed": Bug(AFTER_POWER, _POWER),
    "folder_not_flushed": Bug(AFTER_POWER, _POWER),
    "dead_lock_kept": Bug(LOCKED, _TORN._replace(ours=3, turns=10, death="behind")),
    "decision_changed": Bug(DECIDED, _QUICK._replace(turns=48)),
}
