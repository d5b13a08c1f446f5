"""The queue as its page shows it, and another plan whose steps may ask."""

import re
from collections.abc import Callable

from tests.web.cast import LedgerBoard

RANKER = "search.ranker"
type Ask = Callable[..., None]


def page(board: LedgerBoard, path: str = "", **query: str) -> str:
    answer = board.client.get(f"/needs/{path}", query)
    assert answer.status_code == 200
    return answer.content.decode()


def rows(text: str) -> list[str]:
    return re.findall(r'<li data-key="([^"]+)"', text)


def titles(text: str) -> list[str]:
    return re.findall(r"data-need[^>]*>([^<]+)</a>", text)
