"""What `planboard doctor` says of settings that mean nothing, or that no board starts with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.doctor.scene import Patient


def test_settings_that_mean_nothing_are_told(patient: Patient) -> None:
    found = patient.trouble(PLANBOARD_ROOTS="/plans")

    assert found["message"] == "PLANBOARD_ROOTS is not a setting of this board"
    assert "PLANBOARD_ROOT?" in found["advice"]


def test_names_without_an_origin_are_broken(patient: Patient) -> None:
    found = patient.trouble(PLANBOARD_ALLOWED_HOSTS="board.example")

    assert found["command"] == "export PLANBOARD_PUBLIC_ORIGIN=https://board.example"


@pytest.mark.parametrize(
    "settings",
    [
        {"PLANBOARD_ALLOWED_HOSTS": "https://board.example/", "PLANBOARD_PUBLIC_ORIGIN": "nonsense"},
        {"PLANBOARD_PROXY_HEADER": "X-User"},
        {"PLANBOARD_PROXIES": "proxy.example"},
        {"PLANBOARD_FILE_ROOTS": "/nowhere"},
        {"PLANBOARD_FILE_ROOTS": "/"},
        {"PLANBOARD_WEBHOOK_TARGETS": "nonsense"},
    ],
)
def test_settings_that_no_board_starts_with_are_broken(patient: Patient, settings: dict[str, str]) -> None:
    assert patient.trouble("--quick", **settings)["level"] == "broken"


def test_a_home_among_the_plans_is_broken(patient: Patient) -> None:
    """Red before: the doctor found it well, and so did every check."""
    found = patient.trouble("--quick", PLANBOARD_HOME=str(patient.root / "home"))

    assert (found["topic"], found["level"]) == ("settings", "broken")
    assert "is in the folder of the plans" in found["message"]
