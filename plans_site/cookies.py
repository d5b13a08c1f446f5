"""What our cookies are called: boards of one machine share its cookies, whatever their ports."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plans.environment import Environment


def cookie_name(environment: Environment, purpose: str) -> str:
    """Name a cookie so that two boards of this machine do not sign each other's people out.

    Behind HTTPS the origin is the board's own, and ``__Host-`` makes the browser hold us to it: no
    neighbouring subdomain can plant such a cookie.
    """
    if environment.is_https:
        return f"__Host-planboard-{purpose}"
    board = hashlib.sha256(str(environment.home).encode()).hexdigest()[:8]
    return f"planboard-{board}-{purpose}"
