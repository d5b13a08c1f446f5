"""How often an address may try a wrong code or password before it has to wait."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from plans.domain.errors import PlanError, Refusal

FAILURES: Final = 10
WINDOW_MS: Final = 60 * 1000
ADDRESSES: Final = 10_000
IPV6_NETWORK_BITS: Final = 64


class TooManyAttempts(PlanError):
    """The address failed too often; waiting costs a person little and a guesser everything."""

    refusal = Refusal.TOO_MANY
    code = "too_many_attempts"

    def __init__(self, retry_after: int) -> None:
        super().__init__(
            "Too many attempts to sign in",
            advice=f"Wait {retry_after} seconds, then try again.",
        )
        self.retry_after = retry_after

    def facts(self) -> dict[str, object]:
        """Say how many seconds to wait."""
        return {"retry_after": self.retry_after}


@dataclass(slots=True)
class LoginAttempts:
    """The failures of the last minute by address, in this process; forgets the oldest address."""

    _failures: OrderedDict[str, list[int]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def check(self, address: str, *, now: int) -> None:
        """Raise TooManyAttempts while the address has to wait; `now` in ms."""
        with self._lock:
            recent = self._recent(_network(address), now)
        if len(recent) >= FAILURES:
            raise TooManyAttempts(-(-(recent[-FAILURES] + WINDOW_MS - now) // 1000))

    def failed(self, address: str, *, now: int) -> None:
        """Remember a failure."""
        network = _network(address)
        with self._lock:
            self._failures[network] = [*self._recent(network, now), now][-FAILURES:]
            self._failures.move_to_end(network)
            while len(self._failures) > ADDRESSES:
                self._failures.popitem(last=False)

    def succeeded(self, address: str) -> None:
        """Forget the failures of an address that proved itself."""
        with self._lock:
            self._failures.pop(_network(address), None)

    def _recent(self, network: str, now: int) -> list[int]:
        return [at for at in self._failures.get(network, []) if now - WINDOW_MS < at <= now]


def _network(address: str) -> str:
    """Return what one guesser can easily own: an IPv4 address, an IPv6 /64."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:  # noqa: PLR2004 - the version's own number
        return address
    return str(ipaddress.ip_network((parsed, IPV6_NETWORK_BITS), strict=False))
