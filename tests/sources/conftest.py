"""What every claim about sources starts from."""

from pathlib import Path

import pytest

from tests.sources.scene import Machine, make_machine


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return make_machine(tmp_path)
