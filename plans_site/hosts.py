"""The names Django itself answers to; exact hosts with their ports are the gate's business."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plans.environment import Environment


def bare_names(environment: Environment) -> Iterator[str]:
    """Give the hosts of the settings without their ports, as Django's ALLOWED_HOSTS wants them."""
    origin = environment.public_origin or ""
    for host in (*environment.allowed_hosts, urlsplit(origin).netloc):
        name = urlsplit(f"//{host}").hostname or ""
        if name:
            yield f"[{name}]" if ":" in name else name
