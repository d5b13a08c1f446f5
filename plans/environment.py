"""The settings, as the environment gives them; read once, and each is a field of ``Environment``.

No Django and no pathlib, so the command line starts fast.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, Self

import msgspec

from plans.domain.errors import WrongInput

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PREFIX: Final = "PLANBOARD_"
TEST_PREFIX: Final = "PLANBOARD_TEST_"
DEFAULT_ROOT: Final = "~/.openclaw/plans"
DEFAULT_HOME: Final = "~/.planboard"
DEFAULT_PORT: Final = 8765
DEFAULT_ORIGIN: Final = f"http://127.0.0.1:{DEFAULT_PORT}"
"""Where the board is for a browser, as long as nothing says otherwise."""
LOG_FORMATS: Final = ("text", "json")
PROXY_UNKNOWN: Final = ("refuse", "viewer")
SOCKETS_EACH: Final = 20
SOCKETS_ALL: Final = 200
_DIGITS: Final = 6
_DATABASE_FORMS: Final = ("postgres://", "postgresql://", "sqlite:///")
_REDIS_FORMS: Final = ("redis://", "rediss://", "unix://")


class WrongSetting(WrongInput):
    """A setting from the environment cannot be used; the start stops here."""

    code = "wrong_setting"

    def __init__(self, name: str, value: str, *, problem: str, advice: str) -> None:
        super().__init__(f"{name} is {value!r}, {problem}", advice=advice)
        self.name = name


class Environment(msgspec.Struct, frozen=True, kw_only=True):
    """The settings, read once. Folders are absolute; nothing on disk was looked at yet.

    Folders are text here because an agent's command would wait 4 ms for pathlib; ``root`` and ``home``
    are the same for everyone else.
    """

    root_folder: str
    home_folder: str
    namespace: str | None = None
    session: str | None = None
    database_url: str | None = None
    redis_url: str | None = None
    allowed_hosts: tuple[str, ...] = ()
    public_origin: str | None = None
    proxies: tuple[str, ...] = ()
    """Addresses of the proxies in front of the board; none: nothing is believed."""
    proxy_header: str | None = None
    """Which of their headers names whom they let in."""
    proxy_unknown: str = PROXY_UNKNOWN[0]
    """What becomes of somebody whom only the proxy knows."""
    file_roots: tuple[str, ...] = ()
    """Folders whose files agents may name over MCP; none: no files."""
    webhook_targets: tuple[str, ...] = ()
    log_format: str = LOG_FORMATS[0]
    allow_network_root: bool = False
    """Whether the plans may lie on a network file system, where locks cannot be trusted."""
    sockets_each: int = SOCKETS_EACH
    """Sockets that one person may keep open in one process."""
    sockets_all: int = SOCKETS_ALL
    """Sockets of everybody in one process."""
    sources: tuple[str, ...] = ()
    """Which other programs' lists are looked for; none named: all."""

    @classmethod
    def read(cls, variables: Mapping[str, str]) -> Self:
        """Read the ``PLANBOARD_…`` variables; an empty one counts as absent. Raises WrongSetting."""
        return cls(
            root_folder=_folder(variables, "PLANBOARD_ROOT", DEFAULT_ROOT),
            home_folder=_folder(variables, "PLANBOARD_HOME", DEFAULT_HOME),
            namespace=_text(variables, "PLANBOARD_NAMESPACE"),
            session=_text(variables, "PLANBOARD_SESSION"),
            database_url=_address(variables, "PLANBOARD_DATABASE_URL", _DATABASE_FORMS),
            redis_url=_address(variables, "PLANBOARD_REDIS_URL", _REDIS_FORMS),
            allowed_hosts=_names(variables, "PLANBOARD_ALLOWED_HOSTS"),
            public_origin=_text(variables, "PLANBOARD_PUBLIC_ORIGIN"),
            proxies=_names(variables, "PLANBOARD_PROXIES"),
            proxy_header=_text(variables, "PLANBOARD_PROXY_HEADER"),
            proxy_unknown=_choice(variables, "PLANBOARD_PROXY_UNKNOWN", PROXY_UNKNOWN),
            file_roots=_names(variables, "PLANBOARD_FILE_ROOTS"),
            webhook_targets=_names(variables, "PLANBOARD_WEBHOOK_TARGETS"),
            log_format=_choice(variables, "PLANBOARD_LOG_FORMAT", LOG_FORMATS),
            allow_network_root=_flag(variables, "PLANBOARD_ALLOW_NETWORK_ROOT"),
            sockets_each=_count(variables, "PLANBOARD_SOCKETS_EACH", SOCKETS_EACH),
            sockets_all=_count(variables, "PLANBOARD_SOCKETS_ALL", SOCKETS_ALL),
            sources=_sources(variables, "PLANBOARD_SOURCES"),
        )

    @property
    def root(self) -> Path:
        """Where the plans are."""
        return _path(self.root_folder)

    @property
    def home(self) -> Path:
        """Where the board keeps its database and its secrets."""
        return _path(self.home_folder)

    @property
    def is_https(self) -> bool:
        """Say whether people reach the board over HTTPS."""
        return (self.public_origin or "").lower().startswith("https://")


def environment() -> Environment:
    """Read the settings of this process; raises WrongSetting."""
    return Environment.read(os.environ)


def unknown_settings(variables: Mapping[str, str] = os.environ) -> list[tuple[str, str]]:
    """List ``PLANBOARD_…`` variables that mean nothing here, each with the name most like it or ``""``."""
    from difflib import get_close_matches  # noqa: PLC0415 - only the server asks; agents start faster

    fields = (field.removesuffix("_folder") for field in Environment.__struct_fields__)
    known = [f"{PREFIX}{field.upper()}" for field in fields]
    strange = (name for name in sorted(variables) if name.startswith(PREFIX) and name not in known)
    return [
        (name, "".join(get_close_matches(name, known, n=1)))
        for name in strange
        if not name.startswith(TEST_PREFIX)
    ]


def _text(variables: Mapping[str, str], name: str) -> str | None:
    return variables.get(name, "").strip() or None


def _names(variables: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in variables.get(name, "").split(",") if part.strip())


def _choice(variables: Mapping[str, str], name: str, words: tuple[str, ...]) -> str:
    """Read one of some words; the first where nothing is set. Raises WrongSetting."""
    written = (_text(variables, name) or words[0]).lower()
    if written not in words:
        raise WrongSetting(name, written, problem="none of its words", advice=f"Set {' or '.join(words)}.")
    return written


def _count(variables: Mapping[str, str], name: str, default: int) -> int:
    written = _text(variables, name)
    if written is None:
        return default
    if not (written.isascii() and written.isdecimal() and int(written[:7]) > 0 and len(written) <= _DIGITS):
        advice = f"Set {name} to a number from 1 to {10**_DIGITS - 1:,}, or leave it out for {default}."
        raise WrongSetting(name, written, problem="which is no such number", advice=advice)
    return int(written)


def _flag(variables: Mapping[str, str], name: str) -> bool:
    """Read yes or no. Raises WrongSetting for anything that is neither."""
    written = (_text(variables, name) or "0").lower()
    if written in {"1", "yes", "true", "on"}:
        return True
    if written in {"0", "no", "false", "off"}:
        return False
    raise WrongSetting(name, written, problem="neither yes nor no", advice=f"Set {name} to 1 or 0.")


def _sources(variables: Mapping[str, str], name: str) -> tuple[str, ...]:
    words = _names(variables, name)
    if words:
        from plans.store.sources.choosing import WrongChoice, choice  # noqa: PLC0415 - see Environment

        try:
            choice(words)
        except WrongChoice as wrong:
            raise WrongSetting(name, ",".join(words), problem=wrong.problem, advice=wrong.advice) from None
    return words


def _path(folder: str) -> Path:
    from pathlib import Path  # noqa: PLC0415 - see Environment

    return Path(folder)


def _folder(variables: Mapping[str, str], name: str, default: str) -> str:
    written = _text(variables, name) or default
    expanded = os.path.expanduser(written)  # noqa: PTH111 - see Environment
    if expanded.startswith("~"):
        advice = f"Set {name} to an absolute path."
        raise WrongSetting(name, written, problem="but there is no such user's home folder", advice=advice)
    return os.path.abspath(expanded)  # noqa: PTH100


def _address(variables: Mapping[str, str], name: str, forms: tuple[str, ...]) -> str | None:
    written = _text(variables, name)
    if written is None or written.startswith(forms):
        return written
    # Only the part before :// is repeated: the rest may hold a password.
    kind, separator, _ = written.partition("://")
    raise WrongSetting(
        name,
        f"{kind}://…" if separator else "…",
        problem="an address this program does not know",
        advice=f"Start it with {' or '.join(forms)}.",
    )
