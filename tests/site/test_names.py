from pathlib import Path

from plans.environment import Environment
from plans_site.assets import contents, fingerprint
from plans_site.cookies import cookie_name
from plans_site.hosts import bare_names


def board(home: str = "/srv/board", *, hosts: tuple[str, ...] = (), origin: str | None = None) -> Environment:
    return Environment(root_folder="/plans", home_folder=home, allowed_hosts=hosts, public_origin=origin)


def test_two_boards_of_one_machine_do_not_share_a_cookie() -> None:
    assert cookie_name(board("/srv/one"), "session") != cookie_name(board("/srv/two"), "session")
    assert cookie_name(board(), "session") != cookie_name(board(), "csrf")


def test_behind_https_the_browser_ties_the_cookie_to_the_host() -> None:
    assert cookie_name(board(origin="https://board.example"), "session") == "__Host-planboard-session"


def test_django_is_told_the_hosts_without_their_ports() -> None:
    environment = board(hosts=("board.example:8765", "[fd00::1]:80"), origin="https://plans.example")

    assert list(bare_names(environment)) == ["board.example", "[fd00::1]", "plans.example"]


def test_the_static_address_changes_with_any_files_content_or_name(tmp_path: Path) -> None:
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "board.css").write_text("a{}")
    first = fingerprint(contents(tmp_path))

    (tmp_path / "css" / "board.css").write_text("b{}")
    second = fingerprint(contents(tmp_path))
    (tmp_path / "css" / "board.css").rename(tmp_path / "css" / "card.css")
    third = fingerprint(contents(tmp_path))

    assert len({first, second, third}) == 3
    assert fingerprint(contents(tmp_path)) == third
