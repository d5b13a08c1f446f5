"""Under which names this board is open: exact hosts and exact origins, never patterns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urlsplit

from plans.domain.errors import WrongInput

if TYPE_CHECKING:
    from collections.abc import Iterable

LOOPBACK_NAMES: Final = ("127.0.0.1", "localhost", "[::1]")
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """The names from the settings; `at` adds the loopback names of the port in use."""

    hosts: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()

    @classmethod
    def open_to(cls, *, allowed_hosts: Iterable[str], public_origin: str | None) -> Self:
        """Read PLANBOARD_ALLOWED_HOSTS and PLANBOARD_PUBLIC_ORIGIN; raises WrongInput."""
        hosts = {form for host in allowed_hosts for form in _host_forms(host)}
        if not public_origin:
            return cls(hosts=frozenset(hosts))
        scheme, host = _exact_origin(public_origin)
        forms = _with_default_port(host, _DEFAULT_PORTS[scheme])
        return cls(
            hosts=frozenset(hosts | forms),
            origins=frozenset(f"{scheme}://{form}" for form in forms),
        )

    def at(self, port: int | None) -> Door:
        """Return this door with 127.0.0.1, localhost and [::1] at the port the request came in by.

        Another port of the same machine is a stranger: any program may serve pages there.
        """
        if port is None:
            return self
        here = _loopback(port)
        return Door(hosts=self.hosts | here.hosts, origins=self.origins | here.origins)


@cache
def _loopback(port: int) -> Door:
    hosts = {form for name in LOOPBACK_NAMES for form in _host_forms(f"{name}:{port}")}
    origins = {f"{scheme}://{host}" for scheme in _DEFAULT_PORTS for host in hosts}
    return Door(hosts=frozenset(hosts), origins=frozenset(origins))


def _host_forms(host: str) -> set[str]:
    """Return how browsers write this host: they leave the scheme's own port out."""
    exact = host.strip().lower()
    if not _is_exact(exact):
        message = f"PLANBOARD_ALLOWED_HOSTS holds {host!r}, which is not the exact name of a host"
        advice = (
            "Write names with their port, like board.example:8765, separated by commas, without patterns."
        )
        raise WrongInput(message, advice=advice)
    if exact.endswith((":80", ":443")):
        return {exact, exact.rpartition(":")[0]}
    return {exact}


def _exact_origin(origin: str) -> tuple[str, str]:
    scheme, _, host = origin.strip().lower().partition("://")
    if scheme not in _DEFAULT_PORTS or not _is_exact(host):
        message = f"PLANBOARD_PUBLIC_ORIGIN is {origin!r}, which is not an origin"
        advice = "Write it like https://board.example, without a path."
        raise WrongInput(message, advice=advice)
    return scheme, host


def _with_default_port(host: str, port: int) -> set[str]:
    bare = host.removesuffix(f":{port}")
    return {host} if bare == host and _port_of(host) else {bare, f"{bare}:{port}"}


def _is_exact(host: str) -> bool:
    try:
        parts = urlsplit(f"//{host}")
        is_host = bool(parts.hostname) and parts.port != 0 and parts.netloc == host
    except ValueError:
        return False
    return is_host and not host.startswith(".") and not set("*@ ") & set(host)


def _port_of(host: str) -> int | None:
    return urlsplit(f"//{host}").port
