"""Where a board's folders lie: the secrets are in none that others use."""

from pathlib import Path

import pytest

from plans.security.folders import folder_faults


def told(place: Path, *, home: str = "home", root: str = "plans", files: tuple[str, ...] = ()) -> list[str]:
    paths = {"home": str(place / home), "root": str(place / root)}
    return [fault.message for fault in folder_faults(**paths, files=[str(place / name) for name in files])]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    for name in ("home", "plans", "plans-home", "files"):
        (tmp_path / name).mkdir()
    (tmp_path / "link").symlink_to("plans")
    return tmp_path


def test_folders_beside_each_other_need_no_word(place: Path) -> None:
    assert told(place, home="plans-home", files=("files", "plans")) == []
    assert told(place, root="home/plans") == []


@pytest.mark.parametrize("home", ["plans", "plans/home", "plans/new/home", "link/home"])
def test_secrets_are_not_among_the_plans(place: Path, home: str) -> None:
    """Red where names are compared and links not followed."""
    (said,) = told(place, home=home)
    assert said.startswith(f"{place}/{home}, where the board's secrets are, ")
    assert said.endswith(f"is in the folder of the plans, {place}/plans.")


def test_secrets_are_not_among_the_plans_that_a_link_leads_to(place: Path) -> None:
    assert len(told(place, home="plans/home", root="link")) == 1


@pytest.mark.parametrize("folder", ["home", ".", "/"])
def test_secrets_are_not_below_a_folder_for_files(place: Path, folder: str) -> None:
    (said,) = told(place, files=("files", folder))
    assert said.startswith(f"PLANBOARD_FILE_ROOTS names {place / folder}, where the board's secrets are")


def test_a_folder_for_files_is_one(place: Path) -> None:
    (place / "file").touch()
    for name in ("nowhere", "file"):
        assert told(place, files=(name,)) == [
            f"PLANBOARD_FILE_ROOTS names {place}/{name}, which is no folder."
        ]


def test_every_fault_says_what_to_do(place: Path) -> None:
    everything = folder_faults(
        home=str(place / "plans"), root=str(place / "plans"), files=[str(place), str(place / "none")]
    )
    assert [fault.advice for fault in everything] == [
        "Set PLANBOARD_HOME to a folder outside of it.",
        "Name folders that hold nothing but files for agents.",
        "Name folders that are there, or leave it out.",
    ]
