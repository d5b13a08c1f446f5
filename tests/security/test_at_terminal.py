"""Who sits at the terminal, as the audit log names them."""

import getpass
import os
import pwd

import pytest

from plans.security.at_terminal import who_is_here


def test_whoever_has_a_name_is_named() -> None:
    assert who_is_here() == f"terminal:{getpass.getuser()}"


@pytest.mark.parametrize("error", [KeyError, OSError])
def test_a_user_without_a_name_is_a_number(
    monkeypatch: pytest.MonkeyPatch, error: type[KeyError | OSError]
) -> None:
    """As in a container that was started for a number; Python 3.12 says so by one error, 3.13 by another."""
    for variable in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(variable, raising=False)

    def unknown(uid: int) -> pwd.struct_passwd:
        raise error(uid)

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    assert who_is_here() == f"terminal:uid-{os.getuid()}"
