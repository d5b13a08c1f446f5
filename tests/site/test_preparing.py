"""Before the board opens: who could come in from elsewhere, and settings that nobody reads."""

import pytest
from django.contrib.auth.models import User

from plans.domain.rights import Right, Role
from plans.environment import Environment
from plans.security.accounts import add_person
from plans_site.preparing import NotSafe, refuse_open_house, strange_settings

NAMED = {"allowed_hosts": ("board.example",), "public_origin": "https://board.example"}
EVERYWHERE = "0.0.0.0"  # noqa: S104 - what is refused


def board(**changes: object) -> Environment:
    return Environment(root_folder="/root", home_folder="/home", **changes)  # type: ignore[arg-type]


@pytest.mark.django_db
@pytest.mark.parametrize("host", [EVERYWHERE, "::", "192.0.2.1", "board.example"])
def test_other_machines_come_in_only_by_name_and_with_people(host: str) -> None:
    """Red without ``refuse_open_house``, or where it asks for the names or for the people only."""
    with pytest.raises(NotSafe, match="can be reached from other machines"):
        refuse_open_house(board(), host)
    with pytest.raises(NotSafe, match="nobody here has a password"):
        refuse_open_house(board(**NAMED), host)
    refuse_open_house(board(**NAMED, proxies=("10.0.0.7",), proxy_header="X-User"), host)
    add_person("ana", "correct horse staple", [Right(Role.VIEWER, "*")])
    refuse_open_house(board(**NAMED), host)
    with pytest.raises(NotSafe, match="can be reached from other machines"):
        refuse_open_house(board(allowed_hosts=("board.example",)), host)
    User.objects.update(is_active=False)
    with pytest.raises(NotSafe, match="nobody here has a password"):
        refuse_open_house(board(**NAMED), host)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "::1", "localhost", "127.8.8.8"])
def test_this_machine_needs_none_of_it(host: str) -> None:
    refuse_open_house(board(), host)


def test_a_mistyped_setting_is_told_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Red before: ``up`` made no system check, so nobody was told."""
    monkeypatch.setenv("PLANBOARD_ALLOWED_HOST", "board.example")
    said = "PLANBOARD_ALLOWED_HOST is not a setting of this board. Did you mean PLANBOARD_ALLOWED_HOSTS?"
    assert said in strange_settings()
