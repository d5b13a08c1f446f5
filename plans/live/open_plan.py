"""One plan that pages of this process look at: its board, its viewers, and who is sent what when."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from time import monotonic, time
from typing import TYPE_CHECKING

from plans.live import messages
from plans.live.board import STATE_SECONDS, Board
from plans.live.messages import TOO_SLOW, Version
from plans.live.viewer import Viewer
from plans.metrics import figures

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plans.live.news import Brush, News
    from plans.live.viewer import Socket

log = logging.getLogger(__name__)

HEAD_SECONDS = 0.2
"""How far behind its cards a header may be."""
NOWHERE = Version("", 0)
"""What a page has of a plan that is gone."""
READ_SECONDS = 30.0
"""How long a reading is trusted: what has no revision may have changed, and the poke been lost."""
LINGER_SECONDS = 60.0
"""How long a plan stays open without viewers: a page that reloads finds what it missed."""


@dataclass(slots=True)
class Tally:
    """What is counted over all plans of a process, those included that nobody looks at any more."""

    resyncs: int = 0
    """Pages that were told to start over; a measure of how well the rest works."""
    mismatches: int = 0
    """Pages that held something else than the board at the same revision; must stay 0."""


class OpenPlan:
    """A page is only sent frames that start at what it has, so anything lost shows as a gap and is healed."""

    def __init__(self, namespace: str, brush: Brush, tally: Tally) -> None:
        self.namespace = namespace
        self.viewers: set[Viewer] = set()
        self._brush, self._tally = brush, tally
        self._board: Board | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._head_timer: asyncio.TimerHandle | None = None
        self._read_at = self._left_at = monotonic()

    @property
    def version(self) -> Version | None:
        """What is shown; None before the first reading."""
        return self._board.version if self._board else None

    def join(self, socket: Socket) -> Viewer:
        """Let a socket in; it is sent nothing until it says hello."""
        viewer = Viewer(socket, now=monotonic())
        self.viewers.add(viewer)
        return viewer

    def leave(self, viewer: Viewer) -> None:
        """Forget a socket."""
        self.viewers.discard(viewer)
        self._left_at = monotonic()

    def greet(self, viewer: Viewer, version: Version) -> bool:
        """Start to follow what the page has; False when the plan has to be read first."""
        board = self._board
        if board is None or version.epoch != board.version.epoch or version.rev > board.version.rev:
            viewer.asked = version
            return False
        viewer.follows(version)
        self._serve(viewer, board)
        if viewer.has is not None:
            self._send_state(board, [viewer], since=monotonic() - STATE_SECONDS)
        return True

    def acknowledged(self, viewer: Viewer, rev: int) -> None:
        """Take note of what a page has applied, and send what waited for that."""
        viewer.acknowledged(rev)
        if self._board:
            self._serve(viewer, self._board)

    def differed(self, rev: int) -> None:
        """Count a page whose checksum was another one; it fetches the board by itself."""
        self._tally.mismatches += 1
        figures.MISMATCHES.add()
        log.warning("A page held something else than %r at revision %d", self.namespace, rev)

    def show(self, news: News | None, *, written_at: float = 0.0) -> None:
        """Put news on the board and let every page have them; None: there is no such plan any more.

        ``written_at`` is when the file was (s since the epoch), if how late pages are told is to be noted.
        """
        self._read_at, sent = monotonic(), figures.FRAMES.total
        if news is None:
            self._close()
            return
        board = self._board
        if board is None:
            board = self._board = Board(news.picture, self._brush)
        else:
            self._advance(board, news)
        for viewer in tuple(self.viewers):
            if viewer.asked is not None and not self.greet(viewer, viewer.asked):
                self._resync(viewer, board)
        if written_at and figures.FRAMES.total > sent:
            figures.TO_FRAME.observe(time() - written_at)

    def tell(self, viewers: Iterable[Viewer], op: str) -> None:
        """Send what has no revision and no drawing to some of the viewers."""
        if self._board is None:
            return
        text = messages.state(self.namespace, epoch=self._board.version.epoch, ops=[op])
        now = monotonic()
        for viewer in tuple(viewers):
            if viewer in self.viewers:
                viewer.send(text, now=now)

    def care(self, now: float) -> None:
        """Let go of pages that do not keep up, and keep the others sure of the line."""
        for viewer in tuple(self.viewers):
            if viewer.is_too_slow(now):
                self.leave(viewer)
                viewer.close(TOO_SLOW)
                figures.TOO_SLOW.add()
            elif viewer.is_silent(now) and (text := self._proof(viewer)):
                viewer.send_heartbeat(text, now=now)

    def _proof(self, viewer: Viewer) -> str:
        """Say what a page should hold, or once more that it has to start over; "" before its first hello."""
        if viewer.starts_over:
            return messages.resync(self.version or NOWHERE)
        if self._board is None or viewer.has is None:
            return ""
        # Of something older, where it owes acknowledgements, no sum is known.
        return self._board.heartbeat() if viewer.has == self.version else messages.heartbeat(viewer.has, "")

    def is_behind(self, version: tuple[str, int] | None, now: float) -> bool:
        """Tell whether somebody looks at something older than the mirror has, or than can be trusted."""
        return bool(self.viewers) and (version != self.version or now - self._read_at > READ_SECONDS)

    def is_idle(self, now: float) -> bool:
        """Tell whether nobody has looked for a while."""
        return not self.viewers and now - self._left_at > LINGER_SECONDS

    def _advance(self, board: Board, news: News) -> None:
        now = monotonic()
        starts = board.starts
        board.advance(news, now=now)
        for viewer in tuple(self.viewers):
            if viewer.has is not None and board.starts != starts:
                self._resync(viewer, board)
            else:
                self._serve(viewer, board)
        if board.state_changed_at() == now:
            self._send_state(board, [viewer for viewer in self.viewers if viewer.has], since=now)

    def _close(self) -> None:
        """Every page finds out by fetching it; each is told once more when there is such a plan again."""
        for viewer in tuple(self.viewers):
            if viewer.has or viewer.asked not in {None, NOWHERE}:
                self._start_over(viewer, self.version or NOWHERE)
                viewer.asked = NOWHERE
        self._board = None

    def _serve(self, viewer: Viewer, board: Board) -> None:
        """Send a page what it lacks, now or as soon as it may be sent more."""
        if viewer.has is None or viewer.has == board.version or not viewer.may_take():
            return
        now = monotonic()
        if (wait := viewer.due_in(now)) > 0:
            self._serve_later(wait)
            return
        text = self._frame(board, viewer.has.rev)
        if text is None:
            self._resync(viewer, board)
        else:
            viewer.send_frame(text, board.version, now=now)
            figures.FRAMES.add()
            self._send_head_later(board)

    def _send_head_later(self, board: Board) -> None:
        """A header that frames leave out goes to everybody soon behind them."""
        if self._head_timer is None and board.owes_head:
            self._head_timer = asyncio.get_running_loop().call_later(HEAD_SECONDS, self._send_head)

    def _send_head(self) -> None:
        self._head_timer = None
        board = self._board
        if board is None or not board.owes_head:
            return
        try:
            text = board.head()
        except Exception:
            log.exception("Drawing the header of %r failed", self.namespace)
            return
        now = monotonic()
        for viewer in tuple(self.viewers):
            if viewer.has is not None:
                viewer.send(text, now=now)

    def _frame(self, board: Board, prev: int) -> str | None:
        try:
            return board.frame(prev)
        except Exception:
            log.exception("Drawing a change of %r failed; its pages fetch it", self.namespace)
            return None

    def _serve_later(self, wait: float) -> None:
        """Wake once for everybody: pages that wait were mostly served at the same moment."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(wait, self._serve_all)

    def _serve_all(self) -> None:
        self._timer = None
        if self._board:
            for viewer in tuple(self.viewers):
                self._serve(viewer, self._board)

    def _send_state(self, board: Board, viewers: list[Viewer], *, since: float) -> None:
        try:
            texts = board.states(since)
        except Exception:
            log.exception("Drawing the state of %r failed", self.namespace)
            return
        now = monotonic()
        for viewer in viewers:
            for text in texts:
                viewer.send(text, now=now)

    def _resync(self, viewer: Viewer, board: Board) -> None:
        self._start_over(viewer, board.version)

    def _start_over(self, viewer: Viewer, version: Version) -> None:
        self._tally.resyncs += 1
        figures.RESYNCS.add()
        viewer.send_resync(messages.resync(version), now=monotonic())
