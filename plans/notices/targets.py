"""Which addresses the board may be made to call: see docs/decisions/webhook-targets.md.

The name is looked up here, and the connection goes to the very address that was judged: looked up again, the
name could lead elsewhere.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final, NamedTuple

from plans.domain.errors import WrongInput

if TYPE_CHECKING:
    from collections.abc import Sequence

type Address = ipaddress.IPv4Address | ipaddress.IPv6Address
type Network = ipaddress.IPv4Network | ipaddress.IPv6Network

PUBLIC: Final = "public"
PRIVATE: Final = "private"
LOOPBACK: Final = "loopback"
WORDS: Final = frozenset({PUBLIC, PRIVATE, LOOPBACK})
SETTING: Final = "PLANBOARD_WEBHOOK_TARGETS"
FORM: Final = "Write public, private, loopback, or networks like 10.0.0.0/8, with commas between."
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_LAST_32: Final = 0xFFFFFFFF


class TargetRefused(WrongInput):
    """The board does not call this address."""

    code = "target_refused"


class Targets(NamedTuple):
    """What the operator of this board allows."""

    words: frozenset[str]
    networks: tuple[Network, ...] = ()

    def allow(self, address: Address) -> bool:
        """Tell whether the board may connect there."""
        plain = _unwrapped(address)
        listed = any(plain in network for network in self.networks if network.version == plain.version)
        return listed or sort_of(plain) in self.words


def read_targets(written: Sequence[str], *, is_shared: bool) -> Targets:
    """Read the setting: words and networks. A board that others reach calls only public addresses by itself.

    Raises ValueError, naming the part that is neither.
    """
    if not written:
        return Targets(frozenset({PUBLIC}) if is_shared else WORDS)
    networks = tuple(ipaddress.ip_network(part, strict=False) for part in written if part not in WORDS)
    return Targets(frozenset(written) & WORDS, networks)


def sort_of(address: Address) -> str:
    """Name the sort of an address; "" for what has no business here, the clouds' own service included."""
    if address.is_loopback:
        return LOOPBACK
    if address.is_link_local or address.is_multicast or address.is_unspecified or address.is_reserved:
        return ""
    if address.is_global:
        return PUBLIC
    return PRIVATE if address.is_private else ""


def judged(found: Sequence[str], *, host: str, targets: Targets) -> str:
    """Choose the address to connect to, of those a name has; raises TargetRefused.

    One that is not allowed refuses all: what leads both out and in was made to be called inside.
    """
    for text in found:
        address = ipaddress.ip_address(text)
        if not targets.allow(address):
            kind = sort_of(_unwrapped(address)) or "reserved"
            raise TargetRefused(
                f"{host} is {address}, a {kind} address, and this board does not call those",
                advice=f"Whoever runs the board can allow it with {SETTING}.",
            )
    return found[0]


def _unwrapped(address: Address) -> Address:
    """Give the IPv4 address that an IPv6 one stands for, if it does."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & _LAST_32)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)
