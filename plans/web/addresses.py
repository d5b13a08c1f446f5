"""Where pages are, as plain text: cheap enough for a thousand cards (a test holds them to ``urls``)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from plans.domain.picture import Picture

REV = "rev"
"""What names, in an address, the revision that somebody looks at."""
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


def timeline_url(namespace: str) -> str:
    """Give who did what when."""
    return f"{board_url(namespace)}timeline/"


def compare_url(namespace: str, before: int, after: int) -> str:
    """Give what differs between two revisions."""
    return f"{board_url(namespace)}compare/?from={before}&to={after}"


def as_seen(picture: Picture, url: str) -> str:
    """Keep an address at the revision that is looked at; now is where it leads by itself."""
    return at_revision(url, picture.plan.revision) if picture.is_past else url


def at_revision(url: str, revision: int) -> str:
    """Name a revision in an address."""
    path, mark, place = url.partition("#")
    return f"{path}{'&' if '?' in path else '?'}{REV}={revision}{mark}{place}"


def track_url(namespace: str, **asked: object) -> str:
    """Give the plan drawn by its dependencies; what is ``asked`` stands behind a "?"."""
    return f"{board_url(namespace)}track/{_asked(asked)}"


def table_url(namespace: str, **asked: object) -> str:
    """Give the plan as a table."""
    return f"{board_url(namespace)}table/{_asked(asked)}"


def _asked(asked: dict[str, object]) -> str:
    said = {name: value for name, value in asked.items() if value}
    return f"?{urlencode(said, safe=',')}" if said else ""
