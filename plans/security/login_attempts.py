"""How often an address may try a wrong code or password before it has to wait.

A try counts from its beginning: guesses that are all sent at once would otherwise each find that none has
failed yet. Who succeeds takes that one try back and no other: an account of one's own clears no guesses.
"""

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
    """The failures and open tries of the last minute by address, in this process; forgets the oldest."""

    _failures: OrderedDict[str, list[int]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def count(self, address: str, *, now: int) -> None:
        """Count a try, or raise TooManyAttempts while the address has to wait; `now` in ms."""
        network = _network(address)
        with self._lock:
            recent = self._recent(network, now)
            if len(recent) >= FAILURES:
                raise TooManyAttempts(-(-(recent[-FAILURES] + WINDOW_MS - now) // 1000))
            self._failures[network] = [*recent, now]
            self._failures.move_to_end(network)
            while len(self._failures) > ADDRESSES:
                self._failures.popitem(last=False)

    def take_back(self, address: str, *, now: int) -> None:
        """Forget the try that was counted at that time: it was none, or it succeeded."""
        network = _network(address)
        with self._lock:
            counted = self._failures.get(network, [])
            if now in counted:
                counted.remove(now)
            if not counted:
                self._failures.pop(network, None)

    def _recent(self, network: str, now: int) -> list[int]:
        return [at for at in self._failures.get(network, []) if now - WINDOW_MS < at <= now]


def _network(address: str) -> str:
    """Return what one guesser can easily own: an IPv4 address, an IPv6 /64."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return address
    if parsed.ipv4_mapped is not None:  # one network holds all of these
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, IPV6_NETWORK_BITS), strict=False))
