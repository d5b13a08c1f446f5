"""What a browser is told while its person looks elsewhere: the queue in few words, each request by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from plans.domain.queue import Reason
from plans.mirror import reading
from plans.notices.marks import mark_of
from plans.notices.wording import headline, question_of
from plans.security.text import clean_line
from plans.web.need_urls import need_url
from plans.web.titles import plan_title

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plans.domain.queue import Ask

MOST: Final = 100
_EXCERPT: Final = 140


class BrowserNotice(msgspec.Struct, frozen=True, kw_only=True):
    """One request; ``mark`` names it, so that it is told of once."""

    mark: str
    title: str
    body: str
    plan: str
    href: str


def browser_notices(asks: Iterable[Ask]) -> list[BrowserNotice]:
    """Tell of what asks, the most urgent first, but not of a person's own hold."""
    told = [ask for ask in asks if ask.reason is not Reason.HOLD][:MOST]
    epochs = reading.revisions({ask.plan.namespace for ask in told})
    return [_notice(ask, epoch=epochs[ask.plan.namespace][0]) for ask in told if ask.plan.namespace in epochs]


def _notice(ask: Ask, *, epoch: str) -> BrowserNotice:
    namespace, number = ask.key
    title = clean_line(ask.step.title).strip()
    question = clean_line(question_of(ask))[:_EXCERPT]
    named = f"{plan_title(ask.plan.title)}, step {number}" + (f": {title}" if title else "")
    return BrowserNotice(
        mark=f"{namespace}/{number}/{mark_of(ask, epoch=epoch)}",
        title=headline(ask),
        body="\n".join(filter(None, (named, question))),
        plan=namespace,
        href=need_url(namespace, number),
    )
