"""One-time codes that let the person at this machine's terminal into the board; no Django here.

A code is 130 random bits. Only its SHA-256 is on disk, as the name of a file under
`<home>/login_codes/` that holds the time it expires, so reading that folder lets nobody in. Whoever
removes the file has used the code: of two that try at once, exactly one can.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from plans.domain.errors import PlanError, Refusal, StorageFailed
from plans.security.home_owner import give_to_owner

if TYPE_CHECKING:
    from pathlib import Path

LIFETIME_MS: Final = 5 * 60 * 1000
FOLDER: Final = "login_codes"
# Crockford's base 32: no I, L, O or U, so a code can be read aloud and typed.
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH: Final = 26
GROUP: Final = 4
_MISREAD: Final = str.maketrans("OIL", "011", " -\t\r\n")


class LoginCodeRefused(PlanError):
    """The code was used, is too old, or was never given out."""

    refusal = Refusal.FORBIDDEN
    code = "login_code_refused"
    advice = "Run `planboard login` in the terminal for a new one."

    def __init__(self) -> None:
        super().__init__("This code does not work: it works once, for five minutes")


def create_login_code(home: Path, *, now: int) -> str:
    """Return a new code like ``4F7K-92QD-…``, good once for 5 minutes; `now` in ms.

    Raises StorageFailed when `<home>` cannot be written. Codes that expired are swept.
    """
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    folder = home / FOLDER
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        give_to_owner(folder)
        _sweep(folder, now)
        _put(folder, _name(code), str(now + LIFETIME_MS))
    except OSError as error:
        message = f"The login code could not be written to {folder}: {error.strerror}"
        raise StorageFailed(message, advice="Make that folder writable for yourself.") from error
    return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def redeem_login_code(home: Path, code: str, *, now: int) -> None:
    """Use a code up; raises LoginCodeRefused. Case, spaces and dashes do not matter.

    A code from the future is refused too: the clock was set back, and its five minutes are unknown.
    """
    path = home / FOLDER / _name(code.upper().translate(_MISREAD))
    try:
        expires_at = _expiry(path)
        path.unlink()
    except OSError:
        raise LoginCodeRefused from None
    if not now < expires_at <= now + LIFETIME_MS:
        raise LoginCodeRefused


def _name(code: str) -> str:
    return hashlib.sha256(code.encode("utf-8", "surrogatepass")).hexdigest()


def _put(folder: Path, name: str, text: str) -> None:
    """Write a whole file at once: others may sweep meanwhile, and take what holds no time yet."""
    draft = folder.parent / f".{name}.tmp"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            give_to_owner(draft)
            file.write(text)
        draft.rename(folder / name)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def _expiry(path: Path) -> int:
    """Return when the code expires, in ms; 0 where the file is not one of ours."""
    text = path.read_text(encoding="ascii", errors="replace")
    return int(text) if text.isdecimal() and text.isascii() else 0


def _sweep(folder: Path, now: int) -> None:
    for path in folder.iterdir():
        with suppress(FileNotFoundError):  # it was used, or swept by somebody else, meanwhile
            if not now < _expiry(path) <= now + LIFETIME_MS:
                path.unlink()
