import stat
import subprocess
import sys
from pathlib import Path

import pytest

from plans.domain.errors import StorageFailed
from plans.security.secret_key import secret_key
from tests.waiting import PATIENCE


def test_the_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"

    key = secret_key(home)

    assert secret_key(home) == key
    assert len(key) >= 64
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "secret_key").stat().st_mode) == 0o600


def test_two_homes_have_two_keys(tmp_path: Path) -> None:
    assert secret_key(tmp_path / "one") != secret_key(tmp_path / "two")


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    program = (
        "import pathlib, sys; from plans.security.secret_key import secret_key\n"
        "sys.stdin.readline(); print(secret_key(pathlib.Path(sys.argv[1])))"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "home")]
    starters = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(6)
    ]

    for starter in starters:
        assert starter.stdin is not None
        starter.stdin.write("\n")
        starter.stdin.flush()
    keys = {starter.communicate(timeout=PATIENCE)[0] for starter in starters}

    assert len(keys) == 1
    assert keys != {""}
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["secret_key"]


@pytest.mark.parametrize("damage", [b"", b"too short\n", b"\xff\xfe" * 60])
def test_a_damaged_key_is_refused_and_left_alone(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "secret_key").write_bytes(damage)

    with pytest.raises(StorageFailed) as refused:
        secret_key(tmp_path)

    assert "secret_key is damaged" in refused.value.message
    assert (tmp_path / "secret_key").read_bytes() == damage


def test_a_home_that_cannot_be_made_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StorageFailed) as refused:
        secret_key(tmp_path / "file" / "home")

    assert "Not a directory" in refused.value.message
    assert "PLANBOARD_HOME" in refused.value.advice
