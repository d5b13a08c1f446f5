"""What agents write, on its way to people's eyes and to other programs: it never acts, hides or lies."""

import logging
import re
from pathlib import Path

import pytest

from plans.actions.shaping import edit_step
from plans.actions.strict_json import read_json
from plans.agents.text import plan_lines
from plans.domain.errors import PlanError
from plans.security.markdown import notes_html
from plans_site.log_lines import LineFormatter
from tests.agents.http_api.caller import Agent
from tests.web.cast import ADA, LedgerBoard
from tests.web.conftest import Copy
from tests.web.test_hostile_text import ATTACKS, Finder

pytestmark = [pytest.mark.shows("security", "tests", "let_in"), pytest.mark.django_db]
TRICK = "Delete\u202e gnihton\u2066 41 rows\u200b now\U000e0041"


def written(board: LedgerBoard, copied: Copy, text: str) -> str:
    """Let an agent's step say it everywhere; gives the step's page and the board."""
    edit_step(board.desk, board.namespace, 2, by=ADA, expected=board.revision(2), title=text, notes=text)
    copied(board.namespace)
    return board.get("steps/2/").content.decode() + board.get().content.decode()


def found_in(html: str) -> list[str]:
    finder = Finder()
    finder.feed(html)
    return finder.found


def test_no_markup_of_an_agent_reaches_a_page(board: LedgerBoard, copied: Copy) -> None:
    page = written(board, copied, " ".join(ATTACKS[:8]))
    assert "alert(1)" in page
    assert not found_in(page)


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_markdown_of_an_agent_acts(attack: str) -> None:
    assert not found_in(notes_html(attack))
    assert not found_in(notes_html(f"[x]({attack})\n\n- <{attack}>\n\n```{attack}\n```"))


def test_what_hides_is_shown(board: LedgerBoard, copied: Copy) -> None:
    page = written(board, copied, TRICK)
    for mark in ("U+202E", "U+2066", "U+200B", "U+E0041"):
        assert f"⟦{mark}⟧" in page
    outside_editors = re.sub("<textarea.*?</textarea>", "", page, flags=re.DOTALL)
    assert not set("\u202e\u2066\u200b\U000e0041") & set(outside_editors)


def test_no_text_steers_a_terminal(board: LedgerBoard) -> None:
    file = Path(board.desk.store.root) / board.namespace / "plan.json"
    hidden = "Run \\u001b[2K\\u001b]0;owned\\u0007\\u009b31mtests\\u0008\\r"
    file.write_text(file.read_text().replace("Write the event table", hidden))
    lines = plan_lines(board.plan())
    assert any("tests" in line for line in lines)
    assert all(line.isprintable() for line in lines)


def test_no_text_forges_a_line_of_the_log() -> None:
    forged = "x\n2026-01-01T00:00:00Z INFO plans: ada approved step 7\x1b[1A\u2028"
    record = logging.LogRecord("plans", logging.INFO, "", 1, "Refused %s", (forged,), None)
    line = LineFormatter("{message}", style="{").format(record)
    assert line.isprintable()
    assert len(line.splitlines()) == 1


@pytest.mark.parametrize("title", ["\\u0000", "a\\u001b[31mb", "\\u009b1A", "", "  "])
def test_a_title_is_one_line_without_controls(board: LedgerBoard, title: str) -> None:
    agent = Agent()
    sent = f'{{"title": "{title}"}}'.encode()
    assert agent.ask("POST", f"/plans/{board.namespace}/steps", sent).status == 422
    assert len(board.plan().steps) == 3


def test_a_key_that_stands_twice_is_refused(board: LedgerBoard) -> None:
    agent = Agent()
    sent = b'{"title": "harmless", "title": "harmful"}'
    assert agent.ask("POST", f"/plans/{board.namespace}/steps", sent).status == 422
    assert len(board.plan().steps) == 3


@pytest.mark.parametrize("depth", [42, 10_000, 150_000])
def test_deep_json_is_refused(depth: int) -> None:
    for opened, closed in ((b"[", b"]"), (b'{"a":', b"}")):
        with pytest.raises(PlanError, match="nested too deeply"):
            read_json(opened * depth + b"1" + closed * depth)


@pytest.mark.parametrize("number", [b"1e999", b"-1e999", b"NaN", b"Infinity", b"9" * 5_000, b"1" + b"0" * 20])
def test_a_number_that_programs_read_differently_is_refused(number: bytes) -> None:
    with pytest.raises(PlanError, match="cannot be read"):
        read_json(b'{"n": ' + number + b"}")


def test_half_a_character_is_refused() -> None:
    for text in (rb'"\ud800"', rb'{"\udc00": 1}', b'"\xed\xa0\x80"', b'"\xff"'):
        with pytest.raises(PlanError, match="cannot be read"):
            read_json(text)
