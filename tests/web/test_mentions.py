"""A comment of a session that calls somebody is in their queue until a person comments there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from plans.actions.assigning import comment_step
from plans.domain.queue import Reason, queue
from plans.domain.rights import EVERY_PLAN
from plans.mirror import needing
from plans.notices.marks import mark_of
from plans.notices.wording import notice_of
from plans.security.login import local_person
from plans.web.queueing import count_of
from plans.wiring import now_ms
from tests.web.cast import ABC, ADA, LEDGER, LedgerBoard

if TYPE_CHECKING:
    from django.test import Client

    from tests.web.conftest import Copy


def rows(client: Client) -> dict[str, str]:
    """Read the queue: each row's reason by its key."""
    text = client.get("/needs/").content.decode()
    found = re.findall(r'<li data-key="([^"]+)"><article[^>]*data-reason="([^"]+)"', text)
    return dict(found)


def say(board: LedgerBoard, copied: Copy, text: str, number: int = 2) -> None:
    comment_step(board.desk, LEDGER, number, by=ABC, text=text)
    copied(LEDGER)


def count(name: str) -> int:
    return count_of(local_person(name), now=now_ms())


def test_somebody_is_called_however_the_letters_of_the_name_are_written(
    board: LedgerBoard, copied: Copy
) -> None:
    before = count("Jürgen-Strauß")
    say(board, copied, "@JU\u0308RGEN-STRAUSS: by month?")
    assert count("Jürgen-Strauß") == before + 1
    assert count("Jurgen-Strauss") == before


def test_a_call_for_people_is_in_everybodys_queue_until_somebody_answers(
    board: LedgerBoard, copied: Copy, eve: Client
) -> None:
    before = count("ada")
    say(board, copied, "@people: by month or by <b>week</b>?")
    key = f"{LEDGER}/2"
    assert rows(board.client)[key] == rows(eve)[key] == "mention"
    assert count("ada") == count("eve") == before + 1
    page = board.client.get(f"/needs/{LEDGER}/2/").content.decode()
    assert "session-abc mentions you" in page
    assert "by month or by &lt;b&gt;week&lt;/b&gt;?" in page
    assert re.search(r'id="comment" open', page)

    answer = board.post("steps/2/comment/", note="By month.")
    assert answer.status_code == 303
    assert key not in rows(board.client)  # before the worker copies it
    copied(LEDGER)
    assert key not in rows(eve)
    assert count("ada") == before


def test_a_call_by_name_is_in_that_persons_queue_only(board: LedgerBoard, copied: Copy, eve: Client) -> None:
    before = count("ada")
    say(board, copied, "Ask @Eve.")
    assert f"{LEDGER}/2" in rows(eve)
    assert f"{LEDGER}/2" not in rows(board.client)
    assert (count("ada"), count("eve")) == (before, before + 1)


def test_a_step_that_asks_anyway_is_one_entry(board: LedgerBoard, copied: Copy) -> None:
    before = count("ada")
    say(board, copied, "@people, quick please", number=1)
    assert rows(board.client)[f"{LEDGER}/1"] == "approval"
    assert count("ada") == before
    say(board, copied, "No more questions.")
    assert count("ada") == before


def test_it_can_be_put_aside(board: LedgerBoard, copied: Copy) -> None:
    say(board, copied, "@ada?")
    board.client.post(f"/needs/{LEDGER}/2/snooze/", {"revision": board.revision(2), "for": "15"})
    assert f"{LEDGER}/2" not in rows(board.client)


def test_what_was_put_aside_is_back_when_somebody_is_called_again(
    board: LedgerBoard, copied: Copy, eve: Client
) -> None:
    before, key = count("ada"), f"{LEDGER}/2"
    say(board, copied, "@ada?")
    board.client.post(f"/needs/{LEDGER}/2/snooze/", {"revision": board.revision(2), "for": "60"})
    say(board, copied, "Still at it.")
    assert (key in rows(board.client), count("ada")) == (False, before)
    say(board, copied, "@eve, you then?")  # somebody else is called: it stays aside for ada
    assert (key in rows(board.client), count("ada")) == (False, before)
    assert key in rows(eve)
    say(board, copied, "@ada, it is urgent now")
    assert (rows(board.client).get(key), count("ada")) == ("mention", before + 1)
    board.client.post(f"/needs/{LEDGER}/2/snooze/", {"revision": board.revision(2), "for": "15"})
    assert (key in rows(board.client), count("ada")) == (False, before)


def test_a_notice_quotes_the_comment_and_each_call_has_its_own_mark(board: LedgerBoard, copied: Copy) -> None:
    marks = set()
    for text in ("@people one?", "@people two?"):
        say(board, copied, text)
        asks = queue(needing.asking_plans(EVERY_PLAN, {}, now=now_ms()))
        (ask,) = [ask for ask in asks if ask.reason is Reason.MENTION]
        notice = notice_of(ask, uid="u", origin="http://x")
        assert (notice.kind, notice.question, notice.agent) == ("mention", text, "session-abc")
        marks.add(mark_of(ask, epoch="e"))
    assert len(marks) == 2
    comment_step(board.desk, LEDGER, 2, by=ADA, text="Both.")
    copied(LEDGER)
    assert not any(key.calls for key in needing.keys_asking(EVERY_PLAN, now=now_ms()))
