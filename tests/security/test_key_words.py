"""The key that signs decisions, byte by byte and word by word: its file, its names, and who is told what."""

from __future__ import annotations

import os
import stat
from base64 import b64decode, b64encode
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from plans.domain.errors import StorageFailed
from plans.security.decision_key import (
    SigningKey,
    is_public_key,
    is_signed,
    key_id,
    make_signing_key,
    pem,
    signer,
    signing_key,
)
from tests.security.key_scene import WORDS

if TYPE_CHECKING:
    from pathlib import Path

SEED = bytes(range(32))
TEXT = b64encode(SEED).decode()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "signing_key"


def test_the_file_is_one_line_with_a_mark_and_32_bytes(file: Path) -> None:
    made = make_signing_key(str(file.parent))
    mark, seed = file.read_text(encoding="ascii").removesuffix("\n").split(":")
    assert mark == "ed25519-private"
    assert SigningKey(b64decode(seed, validate=True)).public == made.public
    assert len(b64decode(seed)) == 32


def test_a_key_is_random(tmp_path: Path) -> None:
    assert len({make_signing_key(str(tmp_path / name)).public for name in "abc"}) == 3


def test_the_public_half_is_that_of_ed25519() -> None:
    theirs = Ed25519PrivateKey.from_private_bytes(SEED).public_key().public_bytes_raw()
    assert SigningKey(SEED).public == b64encode(theirs).decode()


def test_a_signature_names_its_key_and_any_other_program_can_check_it() -> None:
    key = SigningKey(SEED)
    kind, name, value = key.sign(WORDS).split(":")
    assert kind == "ed25519"
    assert name == signer(key.sign(WORDS)) == key_id(key.public)
    assert key_id(key.public) == sha256(key.public.encode()).hexdigest()[:16]
    loaded = load_pem_public_key(pem(key.public).encode())
    assert isinstance(loaded, Ed25519PublicKey)
    loaded.verify(b64decode(value, validate=True), WORDS)


def test_a_public_key_is_written_as_openssl_does() -> None:
    first, body, last, end = pem(SigningKey(SEED).public).split("\n")
    assert (first, last, end) == ("-----BEGIN PUBLIC KEY-----", "-----END PUBLIC KEY-----", "")
    assert b64decode(body, validate=True)[:12].hex() == "302a300506032b6570032100"


@pytest.mark.parametrize(
    ("sig", "who"),
    [
        ("ed25519:name:value", "name"),
        ("ed25519:name", ""),
        ("ed25519:name:value:more", ""),
        ("rsa:name:value", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_who_claims_to_have_signed_is_read_from_three_parts(sig: str | None, who: str) -> None:
    assert signer(sig) == who


@pytest.mark.parametrize("noise", ["!", "\n", " ", "é"])
def test_nothing_but_base64_is_a_key_or_a_signature(noise: str) -> None:
    key = SigningKey(SEED)
    sig = key.sign(WORDS)
    assert is_signed(WORDS, sig, by=key.public)
    assert not is_signed(WORDS, f"{sig[:40]}{noise}{sig[40:]}", by=key.public)
    assert not is_signed(WORDS, sig, by=f"{key.public[:9]}{noise}{key.public[9:]}")
    assert is_public_key(key.public)
    assert not is_public_key(f"{key.public[:9]}{noise}{key.public[9:]}")
    assert not is_public_key(b64encode(SEED + b"x").decode())


def damaged(file: Path) -> str:
    with pytest.raises(StorageFailed) as told:
        signing_key(str(file.parent))
    assert told.value.advice == "Put it back from a backup; a new one would sign as somebody else."
    return told.value.message


@pytest.mark.parametrize(
    "text",
    [
        "",
        TEXT,
        f"ed25519-private:{TEXT[:9]}!{TEXT[9:]}",
        f"ed25519-private:{TEXT}:x",
        f"ed25519-private:{TEXT}\ned25519-private:{TEXT}",
        f"ed25519:{TEXT}",
        f"ED25519-PRIVATE:{TEXT}",
        f"ed25519-private:{b64encode(SEED[:31]).decode()}",
        f"ed25519-private:{b64encode(SEED + b'x').decode()}",
        f"ed25519-privaté:{TEXT}",
    ],
)
def test_what_is_no_key_is_damaged_and_never_made_anew(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    assert damaged(file) == f"The key that signs decisions, {file}, is damaged"
    with pytest.raises(StorageFailed, match="is damaged"):
        make_signing_key(str(file.parent))
    assert file.read_text(encoding="utf-8") == text


def test_a_key_that_was_moved_by_hand_may_have_space_around_it(file: Path) -> None:
    file.write_text(f" ed25519-private:{TEXT} \n")
    found = signing_key(str(file.parent))
    assert found is not None
    assert found.public == SigningKey(SEED).public


def test_no_more_is_read_than_a_key_is_long(file: Path) -> None:
    file.write_text(f"ed25519-private:{TEXT}\n" + " " * 500 + "x")
    assert signing_key(str(file.parent)) is not None


def test_a_home_that_cannot_be_used_is_told_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    path = tmp_path / "home" / "signing_key"
    advice = "Make that folder yours and writable, or set PLANBOARD_HOME to one that is."
    for ask, reason in ((signing_key, "Not a directory"), (make_signing_key, "File exists")):
        with pytest.raises(StorageFailed) as told:
            ask(str(tmp_path / "home"))
        said = f"The key that signs decisions, {path}, cannot be made or read: {reason}"
        assert (told.value.message, told.value.advice) == (said, advice)


def test_a_key_that_stands_is_kept_and_no_draft_stays(file: Path) -> None:
    file.write_text(f"ed25519-private:{TEXT}\n")
    assert make_signing_key(str(file.parent)).public == SigningKey(SEED).public
    assert [path.name for path in file.parent.iterdir()] == ["signing_key"]


def test_a_home_deep_down_is_made_for_its_owner_whatever_the_umask(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        make_signing_key(str(tmp_path / "a" / "home"))
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "a" / "home").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "a" / "home" / "signing_key").stat().st_mode) == 0o600
