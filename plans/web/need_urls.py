"""Where the queue of "Needs you" and its entries are, as plain text."""

from __future__ import annotations

from urllib.parse import quote

type Key = tuple[str, int]
"""A plan's namespace and a step's number: what names a step among all plans."""

NEEDS = "/needs/"


def need_url(namespace: str, number: int) -> str:
    """Give the queue with one step open beside it."""
    return f"{plan_needs_url(namespace)}{number}/"


def alone_url(namespace: str, number: int) -> str:
    """Give the queue with one step open beside it, also where others ask the same as it does."""
    return f"{need_url(namespace, number)}?alone=1"


def plan_needs_url(namespace: str) -> str:
    """Give what the addresses of a plan's entries begin with."""
    return f"{NEEDS}{quote(namespace, safe='~')}/"


def need_verb_url(namespace: str, number: int, verb: str) -> str:
    """Give where an entry is put aside or taken back."""
    return f"{need_url(namespace, number)}{verb}/"
