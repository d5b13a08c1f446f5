"""How the hub draws: the very partials that the page is made of, the same for every viewer."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from channels.layers import get_channel_layer
from django.template.loader import get_template

from plans.live.hub import Hub
from plans.metrics import figures
from plans.web.cards import card_view
from plans.web.heads import banner_view, head_view
from plans.web.history_rows import told
from plans.web.sockets import SOCKETS
from plans.web.source import MirrorSource

if TYPE_CHECKING:
    from plans.domain.picture import Picture
    from plans.domain.revision import Line


class Brush:
    """Draws what a change shows; no request and no person, so that one text serves all."""

    def card(self, picture: Picture, number: int) -> str:
        """Draw one card."""
        return drawn("plans/board/_card.html#card", card=card_view(picture, number))

    def head(self, picture: Picture) -> str:
        """Draw the plan's header."""
        return drawn("plans/board/_head.html#head", head=head_view(picture))

    def banner(self, picture: Picture) -> str:
        """Draw what is wrong with the plan's file and which gates wait."""
        return drawn("plans/board/_banner.html#banner", banner=banner_view(picture))

    def told(self, line: Line) -> str:
        """Say in a sentence what a revision did."""
        return told(line)


def drawn(template: str, **context: object) -> str:
    """Draw a partial as plain text: the encoder of frames refuses Django's marked kind."""
    return _template(template).render(context) + ""


# Finding a partial takes longer than drawing a card.
_template = cache(get_template)


@cache
def live_hub() -> Hub:
    """Give the one hub of this process."""
    hub = Hub(layer=get_channel_layer, source=MirrorSource(), brush=Brush())
    hub.on_sign_out(SOCKETS.poke)
    figures.SOCKETS.follow(lambda: hub.facts()["sockets"], word="board")
    return hub
