from pathlib import Path

import pytest

from plans.environment import Environment, WrongSetting, unknown_settings


def test_nothing_set_means_the_folders_below_the_users_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")

    environment = Environment.read({})

    assert environment == Environment(
        root_folder="/home/ada/.openclaw/plans", home_folder="/home/ada/.planboard"
    )


def test_an_empty_setting_counts_as_absent() -> None:
    names = ["ROOT", "HOME", "NAMESPACE", "SESSION", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS"]

    assert Environment.read({f"PLANBOARD_{name}": " " for name in names}) == Environment.read({})


def test_every_setting_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    environment = Environment.read(
        {
            "PLANBOARD_ROOT": "plans",
            "PLANBOARD_HOME": "/srv/board",
            "PLANBOARD_NAMESPACE": "payments.ledger",
            "PLANBOARD_SESSION": "session-abc",
            "PLANBOARD_DATABASE_URL": "postgresql://board@127.0.0.1/board",
            "PLANBOARD_REDIS_URL": "redis://127.0.0.1:6379/2",
            "PLANBOARD_ALLOWED_HOSTS": "board.example, board.example:8765 ,",
            "PLANBOARD_PUBLIC_ORIGIN": "https://board.example",
            "PLANBOARD_ALLOW_NETWORK_ROOT": "1",
            "PLANBOARD_LOG_FORMAT": "json",
        }
    )

    assert environment == Environment(
        root_folder=str(tmp_path / "plans"),
        home_folder="/srv/board",
        namespace="payments.ledger",
        session="session-abc",
        database_url="postgresql://board@127.0.0.1/board",
        redis_url="redis://127.0.0.1:6379/2",
        allowed_hosts=("board.example", "board.example:8765"),
        public_origin="https://board.example",
        allow_network_root=True,
        log_format="json",
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PLANBOARD_REDIS_URL", "127.0.0.1:6379"),
        ("PLANBOARD_DATABASE_URL", "mysql://board:hunter2@127.0.0.1/board"),
        ("PLANBOARD_ROOT", "~nobody-of-this-name/plans"),
        ("PLANBOARD_ALLOW_NETWORK_ROOT", "maybe"),
        ("PLANBOARD_LOG_FORMAT", "xml"),
    ],
)
def test_a_wrong_setting_is_refused_by_name_and_with_advice(name: str, value: str) -> None:
    with pytest.raises(WrongSetting) as refused:
        Environment.read({name: value})

    assert name in refused.value.message
    assert refused.value.advice
    assert refused.value.name == name


def test_a_refused_address_does_not_repeat_its_password() -> None:
    with pytest.raises(WrongSetting) as refused:
        Environment.read({"PLANBOARD_DATABASE_URL": "mysql://board:hunter2@127.0.0.1/board"})

    assert "hunter2" not in refused.value.message + refused.value.advice


@pytest.mark.parametrize(
    ("origin", "is_https"),
    [("https://board.example", True), ("HTTPS://board.example", True), ("http://b", False), ("", False)],
)
def test_https_is_told_by_the_public_origin(*, origin: str, is_https: bool) -> None:
    assert Environment.read({"PLANBOARD_PUBLIC_ORIGIN": origin}).is_https is is_https


def test_a_mistyped_setting_is_told_with_the_one_that_was_meant() -> None:
    found = unknown_settings({"PLANBOARD_ROOTS": "/plans", "PLANBOARD_TEST_REDIS_URL": "x", "PATH": "/bin"})

    assert found == [("PLANBOARD_ROOTS", "PLANBOARD_ROOT")]


def test_a_setting_like_no_other_is_told_too() -> None:
    assert unknown_settings({"PLANBOARD_QQQQQQQQQQQQQQQQ": "1"}) == [("PLANBOARD_QQQQQQQQQQQQQQQQ", "")]


def test_how_many_sockets_there_may_be_is_a_count() -> None:
    read = Environment.read({"PLANBOARD_SOCKETS_EACH": "3"})
    assert (read.sockets_each, read.sockets_all) == (3, 200)
    for wrong in ("0", "many", "-1", "1234567", "²"):
        with pytest.raises(WrongSetting, match="PLANBOARD_SOCKETS_ALL"):
            Environment.read({"PLANBOARD_SOCKETS_ALL": wrong})
