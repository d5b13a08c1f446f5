"""Who did something, as histories, comments and decisions show it."""

from __future__ import annotations

import msgspec

from plans.django_wiring import environment
from plans.domain.actor import FILE, Actor, person
from plans.security.text import clean_line
from plans.web.plates import OwnerView, owner_view

_LOCAL = "local"
_CALLED_OTHERWISE = (str(FILE), str(person(_LOCAL)))


class AuthorView(msgspec.Struct, frozen=True, kw_only=True):
    """Who did something: a session with its plate, a person with an initial, or a program."""

    name: str
    owner: OwnerView | None
    initial: str


def author_view(by: str) -> AuthorView:
    """Show who did something; ``by`` is what the journal says."""
    actor = Actor.parse(by)
    if actor.is_session:
        return AuthorView(name=clean_line(actor.name), owner=owner_view(actor.name), initial="")
    if actor.is_person:
        name = "You" if _is_you(actor) else clean_line(actor.name)
        return AuthorView(name=name, owner=None, initial=name[:1].upper())
    return AuthorView(name="Another program", owner=None, initial="")


def authors_called(word: str) -> tuple[str, ...]:
    """Name those of whom this word is shown, though the journal calls them otherwise; ``str(Actor)``."""
    folded = word.casefold()
    return tuple(by for by in _CALLED_OTHERWISE if folded in author_view(by).name.casefold())


def _is_you(actor: Actor) -> bool:
    """Tell whether the one person of a board of one's own did it; where others come in, all have names."""
    return actor.name == _LOCAL and environment().public_origin is None
