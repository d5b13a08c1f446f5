"""One open plan as text: its newest picture, what changed lately, and every op made once for all viewers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.domain.picture import after, is_behind
from plans.domain.standing import Column
from plans.live import messages
from plans.live.comparing import all_changed_cards, changed_lives
from plans.live.messages import Banner, Card, Count, Drop, Head, Version, encoded
from plans.live.ring import Entry, Ring, numbers

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from plans.domain.picture import Picture
    from plans.live.news import Brush, News

STATE_SECONDS = 120.0
"""A page may be this old when it first says hello: what changed without a revision since is sent again."""
MOST_CARDS = 60
"""A page that is to change more cards than this at once had better fetch the board."""
MOST_BYTES = 60_000
"""A server takes messages of up to 64 KiB; sixty cards are not much less."""
HEAD_STEPS = 50
"""The header of a larger plan takes longer to draw than the card that changed: it follows the card."""
TELLING = 50
"""A revision that changes more steps than this is not told of each of them."""


class Board:
    """What this process shows of one plan. Only ``frame``, ``head`` and ``states`` draw."""

    picture: Picture
    version: Version
    """Names what is shown; kept, since every page asks for it at every change."""

    def __init__(self, picture: Picture, brush: Brush) -> None:
        self._brush = brush
        self.starts = 0
        """How often every page had to begin anew."""
        self._lively: list[tuple[float, frozenset[int]]] = []
        self._heartbeat = ""
        self._start(picture)

    def advance(self, news: News, *, now: float) -> None:
        """Show a newer picture, or another history; an older picture of the same history is ignored."""
        before, picture, version = self.picture, news.picture, Version(*news.picture.version)
        if version.epoch != self.version.epoch:
            self._start(picture)
            self.starts += 1
        elif version.rev >= self.version.rev:
            known = news.since == self.version
            self.picture, self.version = picture, version
            changed = frozenset(news.changed) if known else all_changed_cards(before, picture)
            self._forget(changed)
            if picture.plan.revision > before.plan.revision:
                self._note_revision(before, Entry(*_span(before, picture), now, changed, news.lines))
            self._note_state(before, now)

    def frame(self, prev: int) -> str | None:
        """Write what brings a page from ``prev`` to now; None when it must fetch the board instead."""
        if prev not in self._frames:
            self._frames[prev] = self._frame(prev)
        return self._frames[prev]

    def states(self, since: float) -> list[str]:
        """Write what changed without a revision since a time on the monotonic clock."""
        changed = {number for at, lively in self._lively if at >= since for number in lively}
        ops = [*self._cards(changed, {}), encoded(Banner(_text(self._brush.banner(self.picture))))]
        namespace, epoch = self.picture.plan.namespace, self.version.epoch
        return [messages.state(namespace, epoch=epoch, ops=part) for part in _parts(ops)]

    @property
    def owes_head(self) -> bool:
        """Tell whether the header was not drawn since the last change."""
        return self._head[1] != self.version.rev

    def head(self) -> str:
        """Write the header alone, for everybody."""
        html, _ = self._drawn_head()
        op = encoded(Head(html))
        return messages.state(self.picture.plan.namespace, epoch=self.version.epoch, ops=[op])

    def state_changed_at(self) -> float:
        """Tell when something without a revision last changed."""
        return self._lively[-1][0] if self._lively else 0.0

    def heartbeat(self) -> str:
        """Write what every page should hold."""
        if not self._heartbeat:
            self._heartbeat = messages.heartbeat(self.version, messages.checksum(self.picture.plan))
        return self._heartbeat

    # Keeping up

    def _start(self, picture: Picture) -> None:
        revision = picture.plan.revision
        self.picture, self.version = picture, Version(*picture.version)
        self._ring = Ring()
        self._html: dict[int, tuple[str, int]] = {}
        self._head = ("", -1, revision)
        self._count_at = dict.fromkeys(Column, revision)
        self._forget(())
        self._heartbeat = ""

    def _note_revision(self, before: Picture, entry: Entry) -> None:
        self._ring.add(entry)
        self._heartbeat = ""
        for column in Column:
            if before.counts[column] != self.picture.counts[column]:
                self._count_at[column] = entry.rev

    def _note_state(self, before: Picture, now: float) -> None:
        lively = changed_lives(before, self.picture)
        if lively or before.file_facts != self.picture.file_facts:
            self._forget(lively)
            recent = [(at, numbers) for at, numbers in self._lively if at > now - STATE_SECONDS]
            self._lively = [*recent, (now, lively)]

    def _forget(self, changed: Collection[int]) -> None:
        for number in changed:
            self._html.pop(number, None)
        self._frames: dict[int, str | None] = {}

    # Writing

    def _frame(self, prev: int) -> str | None:
        entries = self._ring.since(prev)
        if entries is None:
            return None
        changed = numbers(entries)
        if len(changed) > MOST_CARDS:
            return None
        gone = sorted(number for number in changed if not self.picture.plan.has_step(number))
        ops = [*self._cards(changed, self._sentences(entries)), *(encoded(Drop(number)) for number in gone)]
        ops += self._header(prev)
        ops += [
            encoded(Count(column, self.picture.counts[column]))
            for column, at in self._count_at.items()
            if at > prev
        ]
        text = messages.frame(self.picture.plan.namespace, prev=prev, now=self.version, ops=ops)
        return text if len(text.encode()) <= MOST_BYTES else None

    def _header(self, prev: int) -> list[str]:
        """Write the header for those who have ``prev``, unless it is better sent afterwards."""
        if self.owes_head and len(self.picture.plan.steps) > HEAD_STEPS:
            return []
        html, changed_at = self._drawn_head()
        return [encoded(Head(html))] if changed_at > prev else []

    def _drawn_head(self) -> tuple[str, int]:
        """Give the header and the revision that changed it last."""
        html, drawn_at, changed_at = self._head
        if drawn_at != self.version.rev:
            drawn = _text(self._brush.head(self.picture))
            changed_at = changed_at if drawn == html else self.version.rev
            self._head = (drawn, self.version.rev, changed_at)
        return self._head[0], self._head[2]

    def _sentences(self, entries: Sequence[Entry]) -> dict[int, str]:
        """Give the newest sentence about each step."""
        return {
            number: sentence
            for entry in entries
            for line in entry.lines
            if entry.before < line.rev <= entry.rev and len(line.set) <= TELLING
            for sentence in (self._brush.told(line),)
            for number in line.touches()
        }

    def _cards(self, changed: Collection[int], sentences: Mapping[int, str]) -> list[str]:
        """Write cards in display order, so that what a card stands below is placed before it."""
        shown = [number for number in changed if self.picture.plan.has_step(number)]
        shown.sort(key=self._place)
        return [encoded(self._card(number, sentences.get(number, ""))) for number in shown]

    def _place(self, number: int) -> tuple[bool, int]:
        return is_behind(self.picture.standings[number]), self.picture.plan.positions[number]

    def _card(self, number: int, sentence: str) -> Card:
        picture = self.picture
        if number not in self._html:
            self._html[number] = (_text(self._brush.card(picture, number)), picture.plan.revision)
        html, at = self._html[number]
        return Card(
            id=number,
            col=picture.standings[number].column,
            after=after(picture, number),
            rev=picture.plan.step(number).revision,
            at=at,
            html=html,
            sum=sentence,
        )


def _span(before: Picture, now: Picture) -> tuple[int, int]:
    return before.plan.revision, now.plan.revision


def _text(drawn: str) -> str:
    """Take plain text: templates give a kind of str that only they know."""
    return drawn[:]


def _parts(ops: Sequence[str]) -> list[list[str]]:
    """Cut ops into as many messages as they need."""
    parts: list[list[str]] = [[]]
    size = 0
    for op in ops:
        size += len(op.encode())
        if size > MOST_BYTES and parts[-1]:
            parts.append([])
            size = len(op.encode())
        parts[-1].append(op)
    return parts
