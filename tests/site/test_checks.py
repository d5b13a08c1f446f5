import os
from pathlib import Path

import pytest
from django.test import override_settings
from msgspec.structs import replace

from plans.checks import check_settings
from plans.environment import Environment


def found(environment: Environment) -> list[str]:
    with override_settings(PLANBOARD=environment):
        return [str(message.id) for message in check_settings(None)]


@pytest.fixture
def right(tmp_path: Path) -> Environment:
    (tmp_path / "root").mkdir()
    return Environment(root_folder=str(tmp_path / "root"), home_folder=str(tmp_path / "home"))


def test_right_settings_are_passed_in_silence(right: Environment) -> None:
    assert found(right) == []


def test_a_home_open_to_others_is_an_error(right: Environment) -> None:
    right.home.mkdir(mode=0o755)

    assert found(right) == ["plans.E001"]


def test_a_missing_root_is_told_and_not_made(tmp_path: Path) -> None:
    environment = Environment(root_folder=str(tmp_path / "nowhere"), home_folder=str(tmp_path / "home"))

    assert found(environment) == ["plans.W002"]
    assert not environment.root.exists()


def test_a_root_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "root").touch()

    assert found(Environment(root_folder=str(tmp_path / "root"), home_folder=str(tmp_path / "home"))) == [
        "plans.W003"
    ]


def test_a_root_that_cannot_be_looked_at_is_told(tmp_path: Path) -> None:
    (tmp_path / "root").symlink_to("root")

    assert found(Environment(root_folder=str(tmp_path / "root"), home_folder=str(tmp_path / "home"))) == [
        "plans.W004"
    ]


def test_a_root_that_everybody_may_write_is_told(right: Environment) -> None:
    right.root.chmod(0o777)

    assert found(right) == ["plans.W013"]


def test_a_home_among_the_plans_is_an_error(right: Environment) -> None:
    """Red before: the key of the cookies was made there, and nothing told."""
    right.root.chmod(0o700)

    for home in (right.root / ".home", right.root):
        assert found(replace(right, home_folder=str(home))) == ["plans.E012"]


@pytest.mark.parametrize(
    ("folder", "told"), [("files", []), ("nowhere", ["plans.E012"]), (".", ["plans.E012"])]
)
def test_folders_for_files_are_there_and_hold_no_secrets(
    right: Environment, tmp_path: Path, folder: str, told: list[str]
) -> None:
    (tmp_path / "files").mkdir()

    assert found(replace(right, file_roots=(str(tmp_path / folder),))) == told


@pytest.mark.skipif(os.getuid() == 0, reason="root may read and write everything")
@pytest.mark.parametrize(("mode", "told"), [(0o000, "plans.W004"), (0o500, "plans.W005")])
def test_a_root_without_permissions_is_told(right: Environment, mode: int, told: str) -> None:
    right.root.chmod(mode)

    assert found(right) == [told]


@pytest.mark.parametrize(
    ("hosts", "origin", "told"),
    [
        (("*.example",), "https://board.example", ["plans.E006"]),
        (("board.example",), "board.example", ["plans.E006"]),
        (("board.example",), None, ["plans.W007"]),
        (("board.example",), "https://board.example", []),
        ((), "https://board.example", []),
    ],
)
def test_names_must_be_exact_and_complete(
    tmp_path: Path, hosts: tuple[str, ...], origin: str | None, told: list[str]
) -> None:
    environment = Environment(
        root_folder=str(tmp_path),
        home_folder=str(tmp_path.with_name("home")),
        allowed_hosts=hosts,
        public_origin=origin,
    )

    assert found(environment) == told


def test_a_mistyped_setting_is_told(right: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANBOARD_ROOTS", "/plans")

    assert found(right) == ["plans.W008"]


@pytest.mark.parametrize(
    ("targets", "told"),
    [
        ((), []),
        (("public", "10.0.0.0/8"), []),
        (("everywhere",), ["plans.E009"]),
        (("10.0.0.1/99",), ["plans.E009"]),
    ],
)
def test_what_webhooks_may_call_is_words_or_networks(
    right: Environment, targets: tuple[str, ...], told: list[str]
) -> None:
    assert found(replace(right, webhook_targets=targets)) == told


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"proxies": ("10.0.0.7",)}, []),
        ({"proxies": ("proxy.example",)}, ["plans.E010"]),
        ({"proxies": ("0.0.0.0/0",)}, ["plans.E010"]),
        ({"proxy_header": "X-User"}, ["plans.E010"]),
        ({"proxies": ("10.0.0.7",), "proxy_header": "X-User"}, ["plans.W011"]),
        (
            {"proxies": ("10.0.0.7",), "proxy_header": "X-User", "public_origin": "https://board.example"},
            [],
        ),
    ],
)
def test_whom_a_proxy_may_name_is_told_where_it_is_wrong(
    right: Environment, changes: dict[str, object], told: list[str]
) -> None:
    assert found(replace(right, **changes)) == told
