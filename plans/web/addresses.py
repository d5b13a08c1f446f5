"""Where pages are, as plain text: cheap enough for a thousand cards (a test holds them to ``urls``)."""

from __future__ import annotations

from urllib.parse import quote

PLANS = "/plans/"


def board_url(namespace: str) -> str:
    return f"{PLANS}{quote(namespace, safe='~')}/"


def plan_verb_url(namespace: str, verb: str) -> str:
    return f"{board_url(namespace)}{verb}/"


def steps_url(namespace: str) -> str:
    """Give where steps are added."""
    return f"{board_url(namespace)}steps/"


def step_url(namespace: str, number: int) -> str:
    return f"{board_url(namespace)}steps/{number}/"


def verb_url(namespace: str, number: int, verb: str) -> str:
    return f"{step_url(namespace, number)}{verb}/"


def drawer_url(namespace: str, number: int) -> str:
    """Give the board with one step open beside it."""
    return f"{board_url(namespace)}?step={number}"
