from pathlib import Path

import pytest

from tests.doctor.scene import Patient


@pytest.fixture
def patient(tmp_path: Path) -> Patient:
    """A root and a home that are as they should be."""
    made = Patient(tmp_path / "plans", tmp_path / "home")
    for folder in (made.root, made.home):
        folder.mkdir(mode=0o700)
    assert made.machine is not None
    return made
