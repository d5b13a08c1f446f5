"""How a receiver knows that a notice comes from this board: HMAC-SHA256 over the time and the body."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

TIMESTAMP: Final = "Planboard-Timestamp"
SIGNATURE: Final = "Planboard-Signature"
DELIVERY: Final = "Planboard-Delivery"
KIND: Final = "Planboard-Kind"
_SCHEME: Final = "sha256="


def signature(secret: str, *, timestamp: str, body: bytes) -> str:
    """Sign ``timestamp.body``; the time is signed too, so that nobody can send it again much later."""
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return _SCHEME + digest.hexdigest()


def headers(secret: str, *, uid: str, kind: str, body: bytes, now: int) -> dict[str, str]:
    """Give the headers of one try; ``now`` in ms, the header says seconds."""
    timestamp = str(now // 1000)
    return {
        "Content-Type": "application/json",
        "User-Agent": "Planboard",
        TIMESTAMP: timestamp,
        SIGNATURE: signature(secret, timestamp=timestamp, body=body),
        DELIVERY: uid,
        KIND: kind,
    }
