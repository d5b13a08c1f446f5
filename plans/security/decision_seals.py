"""Signing what people decide, and knowing what was signed: what the store is given to judge journals by."""

from __future__ import annotations

import os
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
from msgspec.structs import replace

from plans.domain.errors import PlanError, Refusal, WrongInput
from plans.security.decision_key import (
    SigningKey,
    is_public_key,
    is_signed,
    key_id,
    make_signing_key,
    signer,
    signing_key,
)
from plans.security.published_keys import KEPT, PUBLISHED, Trusted, keep, publish, read_trusted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_REMEMBERED: Final = 10_000
"""Signatures that were looked at and need no second look."""

type _Stamp = tuple[str, int, int, int]
type _Files = tuple[_Stamp | None, _Stamp | None]


class CannotSign(PlanError):
    """What a person decides counts only with the signature of the board's own user."""

    refusal = Refusal.FORBIDDEN
    code = "cannot_sign"
    advice = "Decide it on the board, or as the user who runs it; PLANBOARD_HOME names that user's folder."

    def __init__(self) -> None:
        super().__init__(
            "Nobody can sign here: the key of these plans is in the home of another user's board"
        )


class Believed(NamedTuple):
    """Whose signatures count at the moment."""

    trusted: Trusted = Trusted()
    older: frozenset[str] = frozenset()
    name: str = ""


class DecisionSeals:
    """Signs with the key in `<home>`, and believes the keys kept there; without any, the ones in the root."""

    def __init__(self, *, home: str, root: str, older: Callable[[], Iterable[str]]) -> None:
        """``older`` finds what was decided before there was a key (sha256 of each); asked once, if ever."""
        self._home, self._root, self._older = home, root, older
        self._key: SigningKey | None = None
        self._told: _Files | None = None
        self._read: tuple[_Stamp, Believed] | None = None
        self._known: dict[tuple[str, str], bool] = {}

    @property
    def trust(self) -> str:
        """Name what is believed now; empty when nobody is."""
        return self._believed().name

    @property
    def keys(self) -> tuple[str, ...]:
        """Give the public keys (base64) whose signatures count, our own first."""
        return self._believed().trusted.keys

    def sign(self, words: bytes) -> str:
        """Sign, with a key that is made now if there is none. Raises CannotSign, StorageFailed."""
        sig = self.ready().sign(words)
        self._remember(sha256(words).hexdigest(), sig, found=True)
        return sig

    def holds(self, words: bytes, sig: str | None) -> bool:
        """Tell whether a trusted key signed exactly these words, or they are older than the key."""
        return self.is_older(words) or self.is_signed(words, sig)

    def is_signed(self, words: bytes, sig: str | None) -> bool:
        """Tell whether a trusted key signed exactly these words."""
        by = next((key for key in self.keys if key_id(key) == signer(sig)), None)
        if sig is None or by is None:
            return False
        digest = sha256(words).hexdigest()
        if (digest, sig) not in self._known:
            self._remember(digest, sig, found=is_signed(words, sig, by=by))
        return self._known[digest, sig]

    def ready(self) -> SigningKey:
        """Give the key, made and told to everybody by now. Raises CannotSign, StorageFailed."""
        if self._key is not None and self._told == self._files():
            return self._key
        key = self._key or signing_key(self._home) or self._made()
        kept = read_trusted(f"{self._home}/{KEPT}")
        if kept is None or kept.keys[0] != key.public:
            kept = Trusted(keys=(key.public,), older=tuple(sorted(self._older())))
            keep(self._home, kept)
        publish(self._root, kept)
        self._key, self._told = key, self._files()
        return key

    def believe(self, public: str) -> None:
        """Let another board's signatures count here, too. Raises WrongInput, StorageFailed."""
        if not is_public_key(public):
            message = "This is no public key: it is not 32 bytes in base64"
            raise WrongInput(message, advice="`planboard decision key` prints it on the other board.")
        key = self.ready()
        kept = read_trusted(f"{self._home}/{KEPT}") or Trusted(keys=(key.public,))
        keep(self._home, replace(kept, keys=tuple(dict.fromkeys((*kept.keys, public)))))
        self.ready()

    def is_older(self, words: bytes) -> bool:
        """Tell whether this was decided before there was a key."""
        return sha256(words).hexdigest() in self._believed().older

    def _files(self) -> _Files:
        """Look at both lists of keys, ours and the published one."""
        return _stamp(f"{self._home}/{KEPT}"), _stamp(f"{self._root}/{PUBLISHED}")

    def _made(self) -> SigningKey:
        """Make a key, unless another user's board decides about these plans."""
        told = _stamp(f"{self._root}/{PUBLISHED}")
        if told is not None and _stamp(f"{self._home}/{KEPT}") is None:
            raise CannotSign
        return make_signing_key(self._home)

    def _believed(self) -> Believed:
        """Read who is believed, when that may have changed."""
        stamp = _stamp(f"{self._home}/{KEPT}") or _stamp(f"{self._root}/{PUBLISHED}")
        if stamp is None:
            return Believed()
        if self._read is None or self._read[0] != stamp:
            found = read_trusted(stamp[0])
            name = sha256(msgspec.json.encode(found)).hexdigest()[:16]
            believed = Believed(found, frozenset(found.older), name) if found is not None else Believed()
            self._read = (stamp, believed)
        return self._read[1]

    def _remember(self, digest: str, sig: str, *, found: bool) -> None:
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[digest, sig] = found


class Older:
    """Seals that believe everything and note it: what stood in journals before there was a key."""

    trust = "older"
    keys: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.found: set[str] = set()

    def sign(self, words: bytes) -> str:  # noqa: ARG002
        """Refuse: nothing is decided meanwhile."""
        raise CannotSign

    def is_older(self, words: bytes) -> bool:  # noqa: ARG002
        """Say that all is."""
        return True

    def is_signed(self, words: bytes, sig: str | None) -> bool:  # noqa: ARG002
        """Say that nothing is: there is no key yet."""
        return False

    def holds(self, words: bytes, sig: str | None) -> bool:  # noqa: ARG002 - whoever signed it then
        """Believe it, and note it."""
        self.found.add(sha256(words).hexdigest())
        return True


class OneKey:
    """Seals that believe one key, whatever any file says; they sign nothing."""

    def __init__(self, public: str) -> None:
        self.keys = (public,)
        self.trust = f"only {key_id(public)}"

    def sign(self, words: bytes) -> str:  # noqa: ARG002
        """Refuse: this is for looking."""
        raise CannotSign

    def is_older(self, words: bytes) -> bool:  # noqa: ARG002
        """Say that nothing is: who names a key wants to see its signature."""
        return False

    def is_signed(self, words: bytes, sig: str | None) -> bool:
        """Tell whether this key signed exactly these words."""
        return sig is not None and is_signed(words, sig, by=self.keys[0])

    holds = is_signed


def _stamp(path: str) -> _Stamp | None:
    try:
        facts = os.stat(path, follow_symlinks=False)  # noqa: PTH116
    except OSError:
        return None
    return (path, facts.st_ino, facts.st_mtime_ns, facts.st_size)
