"""The timeline: rows are sessions, bars are steps from claim to end, arms are gates, as of any revision."""

from __future__ import annotations

from msgspec.structs import replace

from plans.domain.picture import Picture, picture_of
from plans.domain.plan import Plan
from plans.domain.revision import Line, fold_all
from plans.domain.tenure import chronicle
from plans.web.bars import SLIM, BarView
from plans.web.scrubber import MOST_BINS
from plans.web.spans import DAY, HOUR, MINUTE
from plans.web.timeline import MOST_ROWS, Asked, TimelineView, timeline_view
from tests.web.cast import LEDGER, LedgerBoard

NOON = 1_800_000_000_000 // DAY * DAY + 12 * HOUR
A, B = "session-a", "session-b"


class Tale:
    """A plan that is told minute by minute."""

    def __init__(self, steps: int = 4) -> None:
        self.lines: list[Line] = []
        self._add(0, "create", {str(n): {"title": f"Step number {n}"} for n in range(1, steps + 1)})

    def tell(
        self, minute: float, number: int = 1, verb: str = "x", by: str = "session:s", **values: object
    ) -> Tale:
        """Change a step."""
        return self._add(minute, verb, {str(number): values}, by=by)

    def claim(self, minute: float, number: int, by: str = A) -> Tale:
        return self.tell(minute, number, "claim", status="in_progress", owner=by)

    def done(self, minute: float, number: int) -> Tale:
        return self.tell(minute, number, "complete", status="completed")

    def _add(
        self, minute: float, verb: str, steps: dict[str, dict[str, object] | None], by: str = "person:ana"
    ) -> Tale:
        at = NOON + round(minute * MINUTE)
        self.lines.append(Line(rev=len(self.lines) + 1, at=at, by=by, verb=verb, set=steps))
        return self

    def plan(self, rev: int | None = None) -> Plan:
        return fold_all(Plan(namespace=LEDGER, epoch="e"), self.lines[:rev])

    def shown(self, rev: int | None = None, **asked: object) -> TimelineView:
        picture = picture_of(self.plan(rev))
        picture = replace(picture, is_past=rev is not None)
        return self.drawn(picture, **asked)

    def drawn(self, picture: Picture, **asked: object) -> TimelineView:
        wanted = asked.pop("wanted", None)
        return timeline_view(
            picture,
            self.lines,
            story=chronicle(self.lines),
            newest=self.plan(),
            wanted=wanted,  # type: ignore[arg-type]
            asked=Asked(**asked),  # type: ignore[arg-type]
        )


def bars(view: TimelineView) -> list[BarView]:
    return [bar for row in view.rows for bar in row.bars]


def test_a_bar_lasts_from_claim_to_end() -> None:
    view = Tale().claim(10, 1).done(40, 1).claim(60, 2).done(110, 2).shown()
    first, second = bars(view)
    assert second.x - first.x == round(50 * 100 / 104, 2)
    assert (first.look, first.said) == ("done", "Step 1, Step number 1, done, 30 m")
    assert round(first.width / second.width, 1) == 0.6


def test_a_row_is_a_session_in_the_order_in_which_they_began() -> None:
    view = Tale().claim(10, 1, by=B).claim(20, 2, by=A).claim(30, 3, by=B).shown()
    assert [(row.name, [bar.number for bar in row.bars]) for row in view.rows] == [(B, [1, 3]), (A, [2])]


def test_work_that_goes_on_lasts_until_what_is_looked_at() -> None:
    tale = Tale().claim(10, 1).tell(60, 1, active_form="writing").done(110, 1)
    (bar,) = bars(tale.shown(3))
    assert bar.look == "running"
    view = tale.shown(3)
    assert round(bar.x + bar.width, 1) == round(view.now_x, 1)


def test_what_comes_later_is_drawn_apart_and_whole() -> None:
    tale = Tale().claim(10, 1).done(20, 1).claim(60, 2, by=B).done(100, 2)
    done, later = bars(tale.shown(3))
    assert (done.look, later.look) == ("done", "later")
    assert later.said == "Step 2, Step number 2, later than rev 3"
    assert later.width > done.width


def test_a_step_that_waits_for_a_person_is_amber_only_while_it_does() -> None:
    tale = Tale().claim(0, 1).tell(20, 1, status="blocked").tell(50, 1, status="in_progress")
    tale.done(60, 1)
    (asking,) = bars(tale.shown(3))
    assert asking.look in {"asking", "blocked"}
    (bar,) = bars(tale.shown())
    assert bar.look == "done"
    assert bar.said.endswith("1 h, of which 30 m waiting for a person")
    assert [round(wait.width) for wait in bar.waits] == [48]


def test_two_bars_of_a_session_never_hide_each_other() -> None:
    tale = Tale(30)
    for number in range(1, 31):
        tale.claim(number, number)
    for number in range(1, 31):
        tale.done(40 + 3 * number, number)
    places = [(bar.y, bar.x, bar.x + max(bar.width, SLIM)) for bar in bars(tale.shown())]
    for y, start, end in places:
        others = [other for other in places if other[0] == y and other[1] > start]
        assert all(other[1] >= end for other in others)


def test_turns_too_short_to_be_told_apart_are_one_bar_that_leads_closer() -> None:
    tale = Tale(20)
    for number in range(1, 20):
        tale.claim(500 + number / 2, number).done(500.2 + number / 2, number)
    tale.claim(1, 20).done(900, 20)
    cluster = max(bars(tale.shown()), key=lambda bar: bar.count)
    assert cluster.count > 5
    assert "short turns" in cluster.said
    assert "span=15m" in cluster.href
    closer = tale.shown(span="15m", around=NOON + 505 * MINUTE)
    assert {bar.count for bar in bars(closer)} == {1}


def test_a_gate_stands_where_a_person_decided_it() -> None:
    ana = "person:ana"
    tale = Tale().tell(1, 4, kind="gate", title="Go", needs=[1]).claim(5, 1).done(30, 1)
    (waiting,) = tale.shown().arms
    assert (waiting.look, waiting.said) == ("waiting", "Gate 4, Go, waits for a person")
    tale.tell(60, 4, "approve", ana, status="completed")
    (opened,) = tale.shown().arms
    assert (opened.look, opened.said) == ("open", "Gate 4, Go, opened by ana")
    (then,) = [arm for arm in tale.shown(3).arms if arm.is_later]
    assert then.look == "closed"


def test_a_decision_that_was_taken_back_is_no_arm() -> None:
    tale = Tale().tell(1, 4, kind="gate").tell(9, 4, "approve", status="completed")
    tale.tell(20, 4, "undo", status="pending").claim(30, 1)
    assert [arm.look for arm in tale.shown().arms] == ["waiting"]
    assert [arm.look for arm in tale.shown(3).arms] == ["open"]


def test_the_filter_keeps_the_steps_that_are_wanted() -> None:
    view = Tale().claim(1, 1).claim(2, 2, by=B).shown(wanted={2})
    assert [bar.number for bar in bars(view)] == [2]


def test_links_stay_at_the_revision_and_in_the_time_that_are_looked_at() -> None:
    tale = Tale().claim(10, 1).done(400, 1)
    view = tale.shown(2, span="1h", query="step")
    assert "rev=2" in bars(view)[0].href
    assert bars(view)[0].fragment.endswith("/steps/1/?rev=2")
    assert "span=1h" in view.scrubber.newer
    assert "q=step" in view.scrubber.newer
    assert "rev=" not in view.scrubber.now


def test_many_sessions_are_cut_and_counted() -> None:
    tale = Tale(MOST_ROWS + 7)
    for number in range(1, MOST_ROWS + 8):
        tale.claim(number, number, by=f"session-{number}")
    view = tale.shown()
    assert (len(view.rows), view.hidden_rows) == (MOST_ROWS, 7)


def test_hostile_words_are_shown_as_what_they_are() -> None:
    tale = Tale().tell(1, 1, title="a\u202eb\x1b[31m").claim(2, 1, by="x\u202ey").claim(300, 2)
    row = tale.shown().rows[0]
    assert "\u202e" not in row.name + row.bars[0].said + row.bars[0].text
    assert "\x1b" not in row.bars[0].said


def test_the_scrubber_shows_every_revision_and_marks_decisions() -> None:
    tale = Tale()
    for minute in range(1, 400):
        tale.tell(minute, 1, "approve" if minute == 50 else "say", active_form=str(minute))
    scrubber = tale.shown(200).scrubber
    assert len(scrubber.bins) <= MOST_BINS
    assert sum(each.look == "is-decision" for each in scrubber.bins) == 1
    past = [each for each in scrubber.bins if each.look == "is-past"]
    assert 0 < len(past) < len(scrubber.bins) / 2 + 2
    assert all(0 <= each.y <= 22 and each.y + each.height <= 22.1 for each in scrubber.bins)
    assert (scrubber.revision, scrubber.newest) == (200, 400)


def test_revisions_that_came_at_the_same_moment_are_drawn() -> None:
    tale = Tale()
    for _ in range(10):
        tale.tell(0, 1, active_form="x")
    assert len(tale.shown().scrubber.bins) == 11


def test_the_page_shows_now_and_any_revision(board: LedgerBoard) -> None:
    page = board.get("timeline/").content.decode()
    assert "session-abc" in page
    assert "look-asking" in page
    assert 'max="6" value="6"' in page
    page = board.get("timeline/", rev=5).content.decode()
    assert "You are looking at rev 5" in page
    assert "Show this as a board" in page
    assert "look-running" in page
    assert "is-read-only" in page


def test_without_scripts_links_lead_to_older_and_newer_revisions(board: LedgerBoard) -> None:
    page = board.get("timeline/", rev=3).content.decode()
    assert f'href="/plans/{LEDGER}/timeline/?rev=2" rel="prev"' in page
    assert f'href="/plans/{LEDGER}/timeline/?rev=4" rel="next"' in page
    assert f'href="/plans/{LEDGER}/timeline/" data-last' in page


def test_a_filter_keeps_its_words_on_the_page(board: LedgerBoard) -> None:
    page = board.get("timeline/", q="no such words").content.decode()
    assert "No session worked in this time on a step that matches these words" in page


def test_nonsense_in_the_address_is_left_out(board: LedgerBoard) -> None:
    assert board.get("timeline/", span="x", around="-5", step="²").status_code == 200


def test_a_plan_without_work_says_so(board: LedgerBoard) -> None:
    page = board.get("timeline/", rev=6).content.decode()
    assert "Nothing has been done yet" not in page
    empty = board.client.get("/plans/no.such/timeline/")
    assert empty.status_code == 404
