"""The files of `<home>` that are made once: a disk that refuses, and a power failure, at any moment."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from plans.domain.errors import StorageFailed
from plans.security.decision_key import make_signing_key, signing_key
from plans.security.login_codes import create_login_code, redeem_login_code
from plans.security.secret_key import secret_key
from tests.store.power_loss import Recording, put, states
from tests.store.system_calls import SystemCalls

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def cookies(home: Path) -> str:
    return secret_key(home)


def decisions(home: Path) -> str:
    return make_signing_key(str(home)).public


def standing(home: Path) -> str:
    """Give the key of decisions, made where there is none, as the board does."""
    found = signing_key(str(home))
    return found.public if found is not None else decisions(home)


def login(home: Path) -> str:
    return create_login_code(home, now=1_000)


MAKERS: dict[str, Callable[[Path], str]] = {"cookies": cookies, "decisions": decisions, "login": login}


@pytest.mark.parametrize("how", ["EIO", "ENOSPC", "EROFS", "ENOSPC+", "EROFS+"])
@pytest.mark.parametrize("what", MAKERS)
def test_a_disk_that_refuses_at_any_call_is_named_and_nothing_half_is_left(
    tmp_path: Path, what: str, how: str
) -> None:
    make, refused, hit = MAKERS[what], list[StorageFailed](), 0
    while True:
        hit += 1
        home = tmp_path / f"home-{hit}"
        calls = SystemCalls(hit, how)
        calls.install()
        try:
            make(home)
        except StorageFailed as failed:
            refused.append(failed)
        finally:
            calls.remove()
        made = make(home)
        if what == "login":
            redeem_login_code(home, made, now=2_000)
        else:
            assert made == (cookies(home) if what == "cookies" else standing(home))
        if len(calls.names) < hit:
            break
    assert len(refused) > 3
    assert all(failed.advice for failed in refused)


@pytest.mark.parametrize("make", [cookies, standing])
def test_after_a_power_failure_a_key_is_whole_or_not_there_and_one_in_use_is_there(
    tmp_path: Path, make: Callable[[Path], str]
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with Recording(home) as recording:
        key = make(home)
        recording.told()
    for count, (tree, told) in enumerate(states(recording), 1):
        shutil.rmtree(home)
        put(tree, home)
        found = make(home)
        assert found == make(home)
        assert not told or found == key, (count, sorted(tree))
