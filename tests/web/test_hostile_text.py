import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from plans.actions.shaping import edit_step
from plans.actions.working import block_step, claim_step, say
from plans.domain.actor import session
from plans.domain.step import RequestKind
from tests.web.cast import ADA, LedgerBoard
from tests.web.conftest import Copy

CORPUS = Path(__file__).parent.parent / "security" / "data" / "xss.txt"
ATTACKS = [line for line in CORPUS.read_text().splitlines() if line.strip() and not line.startswith("# ")]


RUNNING = {"script", "iframe", "object", "embed", "img", "style", "base", "video", "math"}
SCRIPTS = re.compile(r"[\s\0-\x20]*(javascript|data|vbscript)\s*:", re.IGNORECASE)


@pytest.mark.parametrize("attack", ATTACKS)
def test_agents_text_is_never_markup_on_any_page(board: LedgerBoard, copied: Copy, attack: str) -> None:
    mallory = session(attack[:100])
    edit_step(
        board.desk,
        board.namespace,
        2,
        by=ADA,
        expected=board.revision(2),
        title=attack,
        notes=attack,
        phase=attack[:150],
        extra={attack[:60]: attack},
    )
    claim_step(board.desk, board.namespace, 2, by=mallory)
    say(board.desk, board.namespace, 2, by=mallory, active_form=attack[:150])
    block_step(board.desk, board.namespace, 2, by=mallory, kind=RequestKind.APPROVAL, text=attack)
    board.post("describe/", revision=board.plan().own_revision, title=attack, status=attack[:150])
    copied(board.namespace)

    pages = [
        board.all_plans(),
        board.get(),
        board.get("steps/2/"),
        board.get("steps/2/edit/"),
        board.get(rev=board.plan().revision),
        board.get("timeline/"),
        board.get("timeline/", rev=board.plan().revision - 1, q=attack, span=attack),
        board.get("compare/", to=board.plan().revision, **{"from": "1"}),  # type: ignore[arg-type]
        board.htmx("steps/2/approve/", revision=1, note=attack),
        board.htmx("steps/2/reply/", revision=board.revision(2), note=attack),
        board.post("steps/2/edit/", revision=board.revision(2), title=attack, needs="2"),
    ]

    for page in pages:
        finder = Finder()
        finder.feed(page.content.decode())
        assert not finder.found


class Finder(HTMLParser):
    """Finds tags and attributes that run or load something and are not the page's own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        ours = (dict(attrs).get("src") or "").startswith("/static/")
        if tag in RUNNING and not (tag == "script" and ours):
            self.found.append(tag)
        self.found += [f"{tag} {name}={value}" for name, value in attrs if runs(name, value or "")]


def runs(name: str, value: str) -> bool:
    """Tell whether an attribute is a handler, a style, or an address that is a script."""
    leads = name in {"href", "src", "action", "formaction", "srcdoc", "xlink:href"}
    return name.startswith("on") or name == "style" or (leads and bool(SCRIPTS.match(value)))
