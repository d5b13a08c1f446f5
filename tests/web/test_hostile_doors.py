"""One plan of nothing but tricks, out of every door: pages, pictures, exports, the terminal and notices."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, cast
from xml.etree import ElementTree as ET

import pytest

from plans.actions.copying import duplicate_plan
from plans.actions.shaping import add_step
from plans.actions.strict_json import read_json
from plans.actions.working import block_step, claim_step
from plans.agents.text import plan_lines
from plans.domain.step import RequestKind
from plans.notices import wording
from plans.security.text import clean_line
from tests.web.cast import ABC, ADA, LEDGER, LedgerBoard
from tests.web.test_hostile_text import ATTACKS, Finder
from tests.web.test_sharing import made, opened

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tests.web.conftest import Copy

DATA = Path(__file__).parent.parent / "data" / "hostile"
TRICKS = [line for line in (DATA / "tricks.txt").read_text(encoding="utf-8").splitlines() if line]
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
HIDDEN = re.compile("[\u200b\u200d-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]")


@pytest.fixture
def tricked(board: LedgerBoard, copied: Copy) -> LedgerBoard:
    """Let an agent write every trick as a step's title and notes, and ask with one of them."""
    for trick in (*TRICKS, *ATTACKS[:6]):
        add_step(board.desk, LEDGER, by=ABC, title=trick, notes=trick, phase=trick[:40])
    claim_step(board.desk, LEDGER, 4, by=ABC)
    block_step(board.desk, LEDGER, 4, by=ABC, kind=RequestKind.APPROVAL, text="\n".join(TRICKS))
    file = Path(board.desk.store.root) / LEDGER / "plan.json"
    steered = "Run \\u001b[2K\\u001b]0;owned\\u0007\\u009b31mtests\\u0008\\u0000"
    file.write_text(file.read_text().replace("Write the event table", steered))
    copied(LEDGER)
    return board


PAGES = (
    *("", "table/", "timeline/", "print/", "track/", "choices/?q=a", "actions/", "share/", "compare/?from=1"),
    *("steps/4/", "steps/4/edit/", "steps/4/approve/", "steps/15/"),
)
OF_THE_BOARD = ("/plans/", "/needs/", "/activity/", "/sessions/", "/search/?q=approved", "/settings/")


def test_no_page_shows_a_trick_as_anything_but_text(tricked: LedgerBoard) -> None:
    addresses = [f"/plans/{LEDGER}/{page}" for page in PAGES] + list(OF_THE_BOARD)
    for address in addresses:
        harmless(cast("HttpResponse", tricked.client.get(address)), address)
    harmless(opened(made(tricked)), "a shared board")


def harmless(answer: HttpResponse, address: str) -> None:
    """Hold a page to showing text as text, none of it steering, hiding or standing loose."""
    assert answer.status_code == 200, address
    page = answer.content.decode()
    finder = Finder()
    finder.feed(page)
    assert not finder.found, address
    assert not CONTROLS.search(page), address
    seen = Seen()
    seen.feed(page)
    assert not seen.hidden, (address, seen.hidden)
    assert not seen.loose, (address, seen.loose)


class Seen(HTMLParser):
    """What people see or hear of a page: nothing in it hides, and agents' words keep to themselves.

    An editor holds the text as it is. Right-to-left words in an element without a direction of its own would
    move what stands beside them.
    """

    VOID = frozenset(
        {"area", "br", "col", "hr", "img", "input", "link", "meta", "use", "path", "circle", "rect"}
    )
    ALONE = frozenset({"bdi", "text", "title", "option", "textarea", "script"})
    SPOKEN = frozenset({"title", "aria-label", "alt", "placeholder"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, bool]] = []
        self.loose: list[str] = []
        self.hidden: list[str] = []
        self.words = [clean_line(trick) for trick in TRICKS if len(trick) > 3]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append((tag, tag in self.ALONE or ("dir", "auto") in attrs))
        self.hidden += [
            value for name, value in attrs if value and name in self.SPOKEN and HIDDEN.search(value)
        ]

    def handle_endtag(self, tag: str) -> None:
        while any(tag == name for name, _ in self.open) and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if HIDDEN.search(data) and not any(tag == "textarea" for tag, _ in self.open):
            self.hidden.append(data)
        if not any(alone for _, alone in self.open):
            where = " > ".join(tag for tag, _ in self.open[-3:])
            self.loose += [f"{word} in {where}" for word in self.words if word in data]


def test_a_badge_is_a_picture_without_agents_words_and_a_track_one_without_handlers(
    tricked: LedgerBoard,
) -> None:
    badge = opened(made(tricked, kind="badge"))
    assert badge["Content-Type"] == "image/svg+xml"
    drawn = ET.fromstring(badge.content)  # noqa: S314 - our own, and to be well-formed is the claim
    assert not [name for element in drawn.iter() for name in element.attrib if name.startswith("on")]
    assert {element.tag.rpartition("}")[2] for element in drawn.iter()} <= {
        *(
            "svg",
            "title",
            "g",
            "rect",
            "text",
            "path",
            "circle",
            "linearGradient",
            "stop",
            "clipPath",
            "tspan",
        )
    }


def test_exports_keep_every_letter_and_are_never_shown_as_a_page(tricked: LedgerBoard) -> None:
    exported = tricked.get("export.json")
    assert exported["Content-Type"].startswith("application/json")
    assert exported["Content-Disposition"].startswith("attachment")
    document = read_json(exported.content)
    assert isinstance(document, dict)
    titles = [step["title"] for step in document["plan"]["steps"]]
    assert {*(" ".join(trick.split()) for trick in TRICKS)} <= {*titles}
    written = tricked.get("export.md")
    assert written["Content-Type"].startswith("text/markdown")
    assert written["Content-Disposition"].startswith("attachment")
    assert not CONTROLS.search(written.content.decode())


def test_the_terminal_is_not_steered(tricked: LedgerBoard) -> None:
    lines = plan_lines(tricked.plan())
    assert len(lines) > len(TRICKS)
    assert all(line.isprintable() for line in lines)
    assert not HIDDEN.search("".join(lines))


def test_a_plan_of_a_peer_with_controls_in_its_titles_can_be_duplicated(tricked: LedgerBoard) -> None:
    copy = duplicate_plan(tricked.desk, LEDGER, "copy", by=ADA).plan
    assert [step.title for step in copy.steps][1] == "Run [2K ]0;owned 31mtests"


def test_a_webhook_says_it_in_harmless_words() -> None:
    for trick in (*TRICKS, *ATTACKS, "a\x1b[31mb\0", "x\u2028y"):
        said = wording._text(wording._line(trick), wording._line(trick), "http://127.0.0.1:8765/")
        assert not CONTROLS.search(said)
        assert not HIDDEN.search(said)
        assert not set("<>@[]`*_~") & set(said)
