"""The checker finds every bug that is put into the store, and none where there is none."""

from pathlib import Path

import pytest

from tests import figures
from tests.torture.checker import check, report
from tests.torture.crowd import Crowd, run
from tests.torture.many import record
from tests.torture.seeded import BUGS

CHANCES = 12
"""A race shows when it is run into, nine crowds of ten even on a busy machine; then no more are run."""
ALL = Crowd(ours=16, peers=8, readers=2, turns=8, kills=4, dying=1, pauses=0.2, crashes=1)
"""What CI has time for; `make torture` runs the same crowd for much longer."""


@pytest.mark.torture
@pytest.mark.shows("checker", failed="missed")
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", BUGS)
def test_a_bug_in_the_store_is_found(tmp_path: Path, name: str) -> None:
    bug, told = BUGS[name], ""
    for seed in map(str, range(CHANCES)):
        (tmp_path / seed).mkdir()
        found = check(run(tmp_path / seed, bug.crowd._replace(bug=name, seed=seed)))
        told = report([one for one in found if one.law == bug.law])
        if told:
            break
    figures.record("checker", bugs=1)
    assert told, f"{CHANCES} crowds worked with this bug, and no law was seen broken"


@pytest.mark.torture
@pytest.mark.shows("writers", failed="refuted")
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_crowd_of_ours_and_peers_is_not_refuted(tmp_path: Path) -> None:
    history = run(tmp_path, ALL)
    found = check(history)
    record(ALL, history, found)
    assert not found, report(found)
