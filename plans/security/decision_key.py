"""The key that signs what people decide: made once, in `<home>`, for its owner only; no Django here.

Who may read `<home>` can sign; everybody else can check, with the public half (published_keys.py).
The library is loaded only when there is something to sign or to check: agents' commands start faster.
"""

from __future__ import annotations

import contextlib
import os
from base64 import b64decode, b64encode
from hashlib import sha256
from secrets import token_bytes, token_hex
from typing import Final

from plans.domain.errors import StorageFailed
from plans.security.home_owner import give_to_owner

NAME: Final = "signing_key"
_PRIVATE: Final = "ed25519-private:"
_SIGNATURE: Final = "ed25519"
_BYTES: Final = 32
_PEM: Final = bytes.fromhex("302a300506032b6570032100")
"""What stands before the 32 bytes of a public key in its usual form (RFC 8410)."""


class SigningKey:
    """The private half."""

    def __init__(self, seed: bytes) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415 - see above
            Ed25519PrivateKey,
        )

        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = b64encode(self._key.public_key().public_bytes_raw()).decode()
        """The public half: 32 bytes in base64."""

    def sign(self, words: bytes) -> str:
        """Give ``ed25519:<the key's id>:<signature in base64>``."""
        return f"{_SIGNATURE}:{key_id(self.public)}:{b64encode(self._key.sign(words)).decode()}"


def signing_key(home: str) -> SigningKey | None:
    """Read the key of this board; None when there is none. Raises StorageFailed."""
    path = f"{home}/{NAME}"
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - the command line avoids importing pathlib
            text = file.read(_BYTES * 4)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unusable(path, error) from error
    try:
        mark, seed = text.decode("ascii").strip().split(":")
        raw = b64decode(seed, validate=True)
    except ValueError:
        raise _damaged(path) from None
    if f"{mark}:" != _PRIVATE or len(raw) != _BYTES:
        raise _damaged(path)
    return SigningKey(raw)


def make_signing_key(home: str) -> SigningKey:
    """Make the key, unless somebody was faster; gives the one that stands. Raises StorageFailed.

    Each process writes a file of its own, and the first to link it under the final name wins: the name
    never stands for half a key.
    """
    fresh = f"{home}/.{NAME}.{token_hex(8)}"
    try:
        os.makedirs(home, mode=0o700, exist_ok=True)  # noqa: PTH103 - see above
        try:
            _write(fresh, f"{_PRIVATE}{b64encode(token_bytes(_BYTES)).decode()}\n")
            with contextlib.suppress(FileExistsError):
                os.link(fresh, f"{home}/{NAME}")
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(fresh)  # noqa: PTH108
        _flush(home)
    except OSError as error:
        raise _unusable(f"{home}/{NAME}", error) from error
    made = signing_key(home)
    if made is None:  # somebody removes what we make
        raise _damaged(f"{home}/{NAME}")
    return made


def is_signed(words: bytes, sig: str, *, by: str) -> bool:
    """Tell whether the owner of the public key ``by`` (base64) signed exactly these words."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - see above
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

    try:
        Ed25519PublicKey.from_public_bytes(b64decode(by, validate=True)).verify(
            b64decode(sig.rpartition(":")[2], validate=True), words
        )
    except (InvalidSignature, ValueError):
        return False
    return True


def key_id(public: str) -> str:
    """Name a public key (base64) by 16 letters."""
    return sha256(public.encode()).hexdigest()[:16]


def signer(sig: str | None) -> str:
    """Say by which key a signature claims to be made: its id; empty where it is no signature."""
    parts = (sig or "").split(":")
    return parts[1] if len(parts) == 3 and parts[0] == _SIGNATURE else ""  # noqa: PLR2004 - its three parts


def is_public_key(text: str) -> bool:
    """Tell whether a text is a public key: 32 bytes in base64."""
    try:
        return len(b64decode(text, validate=True)) == _BYTES
    except ValueError:
        return False


def pem(public: str) -> str:
    """Write a public key (base64) as other programs read it, openssl for one."""
    body = b64encode(_PEM + b64decode(public)).decode()
    return f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n"


def _write(path: str, text: str) -> None:
    # O_EXCL also refuses to follow a link that somebody put there.
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(fd, "w", encoding="ascii") as file:
        give_to_owner(path)
        file.write(text)
        file.flush()
        os.fsync(fd)


def _flush(folder: str) -> None:
    """Wait until the key has its name on disk: what it signs is there at once."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _unusable(path: str, error: OSError) -> StorageFailed:
    message = f"The key that signs decisions, {path}, cannot be made or read: {error.strerror}"
    advice = "Make that folder yours and writable, or set PLANBOARD_HOME to one that is."
    return StorageFailed(message, advice=advice)


def _damaged(path: str) -> StorageFailed:
    message = f"The key that signs decisions, {path}, is damaged"
    return StorageFailed(message, advice="Put it back from a backup; a new one would sign as somebody else.")
