"""The addresses of plans as resources: plan://payments.ledger."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, unquote

from plans.domain.errors import PlanNotFound

SCHEME: Final = "plan://"
TEMPLATE: Final = "plan://{namespace}"


def address_of(namespace: str) -> str:
    """Give a plan's address."""
    return SCHEME + quote(namespace, safe="~")


def namespace_at(address: str) -> str:
    """Give the plan an address means. Raises PlanNotFound where it means none."""
    name = unquote(address.removeprefix(SCHEME)).removesuffix("/")
    if not address.startswith(SCHEME) or not name:
        raise PlanNotFound(address)
    return name
