"""What every claim about sources starts from."""

from pathlib import Path

import pytest

from tests.sources.scene import Machine, make_machine, put_list


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return make_machine(tmp_path)


@pytest.fixture
def tasks(machine: Machine) -> Path:
    """The list of the sample with everything in it."""
    return machine.tasks / put_list(machine, "constructed/release-train")
