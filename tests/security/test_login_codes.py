"""The code of the terminal: works once, for five minutes, and is on disk only as a hash."""

import hashlib
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.domain.errors import StorageFailed
from plans.security.login_codes import (
    ALPHABET,
    FOLDER,
    LENGTH,
    LIFETIME_MS,
    LoginCodeRefused,
    create_login_code,
    redeem_login_code,
)

NOW = 1_800_000_000_000
PROJECT = Path(__file__).parent.parent.parent


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def files(home: Path) -> list[Path]:
    return sorted((home / FOLDER).iterdir())


def is_redeemed(home: Path, code: str, *, now: int = NOW) -> bool:
    try:
        redeem_login_code(home, code, now=now)
    except LoginCodeRefused:
        return False
    return True


def test_a_code_works_exactly_once(home: Path) -> None:
    code = create_login_code(home, now=NOW)
    assert is_redeemed(home, code)
    assert not is_redeemed(home, code)
    assert files(home) == []


def test_of_many_who_try_a_code_at_once_one_gets_in(home: Path) -> None:
    for _ in range(20):
        code = create_login_code(home, now=NOW)
        with ThreadPoolExecutor(8) as pool:
            came_in = list(pool.map(lambda code: is_redeemed(home, code), [code] * 8))
        assert came_in.count(True) == 1


def test_a_code_works_until_its_five_minutes_are_over(home: Path) -> None:
    code = create_login_code(home, now=NOW)
    late = create_login_code(home, now=NOW)
    assert is_redeemed(home, code, now=NOW + LIFETIME_MS - 1)
    assert not is_redeemed(home, late, now=NOW + LIFETIME_MS)
    assert not is_redeemed(home, late, now=NOW)


def test_a_code_from_the_future_is_refused(home: Path) -> None:
    code = create_login_code(home, now=NOW + 1)
    assert not is_redeemed(home, code)


def test_a_code_may_be_typed_carelessly(home: Path) -> None:
    code = create_login_code(home, now=NOW)
    typed = f" {code.lower().replace('-', ' ').replace('0', 'o').replace('1', 'l')}\n"
    assert is_redeemed(home, typed)


def test_a_code_has_at_least_128_bits(home: Path) -> None:
    codes = {create_login_code(home, now=NOW).replace("-", "") for _ in range(50)}
    assert len(codes) == 50
    assert all(len(code) == LENGTH and set(code) <= set(ALPHABET) for code in codes)
    assert len(set(ALPHABET)) ** LENGTH >= 2**128


def test_the_code_itself_is_not_on_disk(home: Path) -> None:
    code = create_login_code(home, now=NOW).replace("-", "")
    [file] = files(home)
    assert file.name == hashlib.sha256(code.encode()).hexdigest()
    assert file.read_text() == str(NOW + LIFETIME_MS)


def test_only_its_owner_reads_the_folder_and_the_files(home: Path) -> None:
    os.umask(os.umask(0o000))
    create_login_code(home, now=NOW)
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (home, home / FOLDER, *files(home))]
    assert modes == [0o700, 0o700, 0o600]


def test_making_a_code_sweeps_the_expired_and_the_strange(home: Path) -> None:
    create_login_code(home, now=NOW)
    (home / FOLDER / "strange").write_text("not a time")
    fresh = create_login_code(home, now=NOW + LIFETIME_MS)
    assert len(files(home)) == 1
    assert is_redeemed(home, fresh, now=NOW + LIFETIME_MS)


def test_codes_that_are_made_and_used_at_once_disturb_nobody(home: Path) -> None:
    """Each maker sweeps while others make and sweep: what is gone was swept, and what is new is whole."""
    for n in range(4):
        create_login_code(home, now=NOW)
        for old in range(60):
            (home / FOLDER / f"{n}-{old}").write_text("1")
        with ThreadPoolExecutor(8) as pool:
            made = list(pool.map(lambda _: create_login_code(home, now=NOW), range(16)))
        assert all(is_redeemed(home, code) for code in made)
    assert [path.name for path in home.iterdir()] == [FOLDER]


def test_codes_made_in_one_moment_are_all_good_and_one_that_just_expired_is_swept(home: Path) -> None:
    codes = [create_login_code(home, now=NOW) for _ in range(3)]
    (home / FOLDER / "just").write_text(str(NOW))
    (home / FOLDER / "later").write_text(str(NOW + LIFETIME_MS + 1))
    codes.append(create_login_code(home, now=NOW))
    assert len(files(home)) == 4
    assert all(is_redeemed(home, code) for code in codes)


def test_a_code_is_written_in_groups_of_four(home: Path) -> None:
    groups = create_login_code(home, now=NOW).split("-")
    assert [len(group) for group in groups] == [4] * 6 + [2]


def test_a_home_deep_down_is_made_for_its_owner(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    assert is_redeemed(deep, create_login_code(deep, now=NOW))
    assert stat.S_IMODE(deep.stat().st_mode) == 0o700


def test_who_is_refused_is_told_what_a_code_is_and_where_one_comes_from(home: Path) -> None:
    with pytest.raises(LoginCodeRefused) as refused:
        redeem_login_code(home, "4F7K", now=NOW)
    assert refused.value.message == "This code does not work: it works once, for five minutes"
    assert refused.value.advice == "Run `planboard login` in the terminal for a new one."


def test_a_file_that_is_not_ours_lets_nobody_in(home: Path) -> None:
    create_login_code(home, now=NOW)
    for text in ("", "x", "-1", "٣", "1e99", f"{NOW + LIFETIME_MS + 1}"):
        (home / FOLDER / hashlib.sha256(b"ABC").hexdigest()).write_text(text)
        assert not is_redeemed(home, "ABC")


@given(code=st.text())
def test_no_other_text_is_a_code(tmp_path_factory: pytest.TempPathFactory, code: str) -> None:
    assert not is_redeemed(tmp_path_factory.getbasetemp(), code)


def test_names_of_files_are_not_codes(home: Path) -> None:
    create_login_code(home, now=NOW)
    [file] = files(home)
    for guess in (file.name, f"../{FOLDER}/{file.name}", ".", "..", "\0", "\ud800"):
        assert not is_redeemed(home, guess)
    assert files(home) == [file]


def test_a_home_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageFailed) as refused:
        create_login_code(tmp_path / "file", now=NOW)
    folder = tmp_path / "file" / FOLDER
    assert refused.value.message == f"The login code could not be written to {folder}: File exists"
    assert refused.value.advice == "Make that folder writable for yourself."


def test_codes_are_made_without_django(home: Path) -> None:
    program = (
        "import sys; from pathlib import Path;"
        "from plans.security.login_codes import create_login_code;"
        "create_login_code(Path(sys.argv[1]), now=1);"
        "sys.exit('django' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program, str(home)], check=True, cwd=PROJECT)
