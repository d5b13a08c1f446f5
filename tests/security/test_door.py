"""Under which names a board is open, as its settings say."""

import pytest

from plans.domain.errors import WrongInput
from plans.security.door import Door


def test_without_settings_only_the_port_in_use_is_open() -> None:
    door = Door.open_to(allowed_hosts=(), public_origin=None)
    assert door.hosts == frozenset()
    assert door.at(8765).hosts == {"127.0.0.1:8765", "localhost:8765", "[::1]:8765"}
    assert "http://localhost:8765" in door.at(8765).origins
    assert door.at(None) is door


def test_the_default_ports_are_left_out_by_browsers() -> None:
    assert "localhost" in Door().at(80).hosts
    assert "http://localhost" in Door().at(80).origins
    assert "localhost" not in Door().at(8765).hosts


@pytest.mark.parametrize(
    ("origin", "hosts", "origins"),
    [
        (
            "https://board.example",
            {"board.example", "board.example:443"},
            {"https://board.example", "https://board.example:443"},
        ),
        ("http://Board.Example:8765", {"board.example:8765"}, {"http://board.example:8765"}),
        (
            "https://board.example:443",
            {"board.example", "board.example:443"},
            {"https://board.example", "https://board.example:443"},
        ),
        ("http://[2001:db8::1]:8765", {"[2001:db8::1]:8765"}, {"http://[2001:db8::1]:8765"}),
    ],
)
def test_the_public_origin_opens_exactly_itself(origin: str, hosts: set[str], origins: set[str]) -> None:
    door = Door.open_to(allowed_hosts=(), public_origin=origin)
    assert door.hosts == hosts
    assert door.origins == origins


def test_an_allowed_host_gives_no_origin() -> None:
    door = Door.open_to(allowed_hosts=["board.lan:8765", "other.lan:443"], public_origin=None)
    assert door.hosts == {"board.lan:8765", "other.lan:443", "other.lan"}
    assert door.origins == frozenset()


@pytest.mark.parametrize(
    "host",
    [
        "*",
        "*.example",
        ".example",
        "",
        "http://a",
        "a/b",
        "a b",
        "u@a",
        "a:x",
        "a:99999",
        "a:0",
        "[::1",
        "a?b",
        "a#b",
    ],
)
def test_a_host_must_be_exact(host: str) -> None:
    with pytest.raises(WrongInput) as refused:
        Door.open_to(allowed_hosts=[host], public_origin=None)
    assert "PLANBOARD_ALLOWED_HOSTS" in refused.value.message


@pytest.mark.parametrize(
    "origin",
    [
        "board.example",
        "ftp://a",
        "https://",
        "https://a/",
        "https://a/b",
        "https://u@a",
        "https://*.a",
        "null",
        "https://[::1",
    ],
)
def test_an_origin_must_be_exact(origin: str) -> None:
    with pytest.raises(WrongInput, match="PLANBOARD_PUBLIC_ORIGIN"):
        Door.open_to(allowed_hosts=(), public_origin=origin)
