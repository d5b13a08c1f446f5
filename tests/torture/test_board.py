"""What agents are told at a board's doors, and what its mirror says, is true; a lying mirror is found."""

from pathlib import Path

import pytest

from tests import figures
from tests.torture.board_crowd import BoardCrowd, run_with_board
from tests.torture.checker import check, report
from tests.torture.laws.order import NEVER_BACK, SHOWN

pytestmark = [pytest.mark.slow, pytest.mark.torture, pytest.mark.timeout(600)]
SHORT = BoardCrowd(api=2, mcp=0, cli=1, ours=1, peers=1, turns=6)
"""What CI has time for; `make torture` lets more of them work for longer, over MCP too."""
CHANCES = 12
"""A reader has to look while the mirror has gone back; then no more are run."""


@pytest.mark.shows("writers", failed="refuted")
def test_what_agents_are_told_at_the_doors_of_a_board_is_not_refuted(tmp_path: Path) -> None:
    found = check(run_with_board(tmp_path, SHORT))
    assert not found, report(found)


@pytest.mark.shows("checker", failed="missed")
def test_a_mirror_that_goes_back_is_found(tmp_path: Path) -> None:
    caught: set[str] = set()
    for seed in map(str, range(CHANCES)):
        (tmp_path / seed).mkdir()
        crowd = SHORT._replace(cli=0, bug="mirror_goes_back", seed=seed)
        found = check(run_with_board(tmp_path / seed, crowd))
        caught = {one.law for one in found} & {NEVER_BACK, SHOWN}
        if caught:
            break
    figures.record("checker", bugs=1)
    assert caught
