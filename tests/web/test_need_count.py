"""How many need the person, on every page."""

import re

from tests.web.cast import LedgerBoard


class TestTheCount:
    def test_every_page_tells_how_many_need_the_person(self, board: LedgerBoard) -> None:
        for path in ("/plans/", "/plans/payments.ledger/", "/needs/"):
            text = board.client.get(path).content.decode()
            assert re.search(r'data-needs-count>1<span class="visually-hidden"> need you', text), path
            assert 'favicon-asking.svg" data-quiet' in text

    def test_nothing_is_counted_where_nothing_needs_them(self, board: LedgerBoard) -> None:
        board.client.post("/needs/payments.ledger/1/snooze/", {"revision": board.revision(1)})
        text = board.client.get("/plans/").content.decode()
        assert "data-needs-count hidden" in text
        assert 'favicon.svg" data-quiet' in text

    def test_a_page_that_asks_again_hears_of_it(self, board: LedgerBoard) -> None:
        first = board.client.get("/plans/", {"fragment": "lists"})
        assert 'data-count="1"' in first.content.decode()
        board.client.post("/needs/payments.ledger/1/snooze/", {"revision": board.revision(1)})
        known = {"If-None-Match": first["ETag"]}
        again = board.client.get("/plans/", {"fragment": "lists"}, headers=known)
        assert 'data-count="0"' in again.content.decode()

    def test_the_first_page_is_the_queue_while_there_is_one(self, board: LedgerBoard) -> None:
        assert board.client.get("/").headers["Location"] == "/needs/"
        board.client.post("/needs/payments.ledger/1/snooze/", {"revision": board.revision(1)})
        assert board.client.get("/").headers["Location"] == "/plans/"

    def test_a_stranger_is_told_nothing(self, board: LedgerBoard) -> None:
        board.client.logout()
        assert board.client.get("/").headers["Location"] == "/plans/"
        assert 'favicon.svg" data-quiet' in board.client.get("/login/").content.decode()
