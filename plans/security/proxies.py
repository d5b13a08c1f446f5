"""Which proxies are believed: whom they let in, and where a request came from before them; no Django here.

A header says nothing by itself: anybody can send one. It counts from the addresses of the settings only, and
comes to the application beside the headers, so that no other spelling of its name can stand in for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Final, Self

from plans.domain.errors import WrongInput
from plans.security.refusals import HeaderTwice, NotTheProxy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plans.security.origin import Headers

USER: Final = "planboard.user"
"""Where the scope says whom a proxy let in."""
_FORWARDED: Final = b"x-forwarded-for"
_FORWARDED_PORT: Final = b"x-forwarded-port"
_NAME: Final = re.compile(r"[A-Za-z0-9-]{1,64}")
_OTHERS: Final = frozenset({"host", "origin", "cookie", "authorization", "content-type", "x-forwarded-for"})

type Peer = tuple[str, int | None] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxies:
    """The proxies in front of a board; without any, nothing is believed."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    header: bytes = b""
    """Names whom they let in; empty where people sign in at the board itself."""

    @classmethod
    def read(cls, addresses: Iterable[str], *, header: str | None) -> Self:
        """Read PLANBOARD_PROXIES and PLANBOARD_PROXY_HEADER; raises WrongInput."""
        networks = tuple(_network(address) for address in addresses)
        if header is None:
            return cls(networks=networks)
        if not _NAME.fullmatch(header) or header.lower() in _OTHERS:
            message = f"PLANBOARD_PROXY_HEADER is {header!r}, which is no header for a name"
            raise WrongInput(message, advice="Write the header that the proxy sets, like X-Forwarded-User.")
        if not networks:
            message = "PLANBOARD_PROXY_HEADER is set and no proxy is named that it may come from"
            raise WrongInput(message, advice="Set PLANBOARD_PROXIES to the proxy's addresses, like 10.0.0.7.")
        return cls(networks=networks, header=header.lower().encode())

    def trusts(self, peer: Peer) -> bool:
        """Tell whether a connection comes from one of them."""
        address = _address(peer[0]) if peer else None
        return address is not None and any(address in network for network in self.networks)

    def named(self, headers: Headers, peer: Peer) -> tuple[Headers, str | None]:
        """Take the header out; give who a proxy says it is. Raises NotTheProxy, HeaderTwice."""
        values = [value for name, value in headers if self.header and name.replace(b"_", b"-") == self.header]
        if not values:
            return headers, None
        if not self.trusts(peer) or _is_taken_from(headers, peer):
            raise NotTheProxy(self.header.decode())
        if len(values) > 1:
            raise HeaderTwice(self.header.decode())
        rest = [pair for pair in headers if pair[0].replace(b"_", b"-") != self.header]
        return rest, values[0].decode("utf-8", "replace").strip() or None

    def origin(self, headers: Headers, peer: Peer) -> Peer:
        """Give where a request came from: as the nearest proxy says, if it is believed."""
        if not self.trusts(peer) or _is_taken_from(headers, peer):
            return peer
        said = [value for name, value in headers if name == _FORWARDED]
        last = said[-1].decode("latin-1").rpartition(",")[2].strip() if said else ""
        return (last, 0) if _address(last) is not None else peer


NO_PROXIES: Final = Proxies()


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        network = ip_network(text)
    except ValueError:
        message = f"PLANBOARD_PROXIES holds {text!r}, which is no address"
        raise WrongInput(message, advice="Write addresses or networks, like 10.0.0.7,fd00::/64.") from None
    if network.prefixlen == 0:
        advice = "Name the proxy's own addresses: whoever is in them can be anybody on this board."
        raise WrongInput(f"PLANBOARD_PROXIES holds {text!r}, which is everybody", advice=advice)
    return network


def _is_taken_from(headers: Headers, peer: Peer) -> bool:
    """Tell whether the server put what headers say in the place of the peer, as uvicorn does by itself.

    No connection comes from port 0, which stands where none was said; no proxy says its own port beside an
    address; and none says it as the one by which somebody came, which Daphne would take. Read as they read.
    """
    host, port = peer or ("", None)
    own = (f"[{host}]:",) if ":" in host else (f"{host}:", f"[{host}]:")
    said = ",".join(value.decode("latin-1") for value in _all(headers, _FORWARDED)).split(",")
    ports = {number for value in _all(headers, _FORWARDED_PORT) if (number := _number(value))}
    return port == 0 or port in ports or any(entry.strip().startswith(own) for entry in said)


def _all(headers: Headers, wanted: bytes) -> Iterable[bytes]:
    return (value for name, value in headers if name == wanted)


def _number(value: bytes) -> int | None:
    try:
        return int(value.decode())
    except ValueError:  # not UTF-8 is one, too
        return None


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
