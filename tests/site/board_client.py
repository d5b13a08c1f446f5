"""A page without a browser: signs in with the printed link, opens the socket, follows the frames."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from http import HTTPStatus
from http.cookiejar import CookieJar
from typing import TYPE_CHECKING, Self
from urllib.parse import urlencode

from websockets.sync.client import connect

from tests.waiting import PATIENCE, until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    from websockets.sync.client import ClientConnection


def signed_in(link: str) -> str:
    """Exchange a login link for the cookies of a session."""
    origin, _, code = link.partition("/login/#code=")
    jar = CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    with opener.open(f"{origin}/login/") as answer:
        page = answer.read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token, page
    form = urlencode({"code": code, "csrfmiddlewaretoken": token[1]}).encode()
    opener.open(urllib.request.Request(f"{origin}/login/", data=form, headers={"Origin": origin})).close()
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def newest(root: Path, namespace: str) -> int:
    """Read a plan's newest revision from its journal."""
    lines = (root / namespace / "journal.jsonl").read_text().splitlines()
    return int(json.loads(lines[-1]).get("rev", 0))


class BoardPage:
    """An open board: acknowledges every frame and checks that each starts where the last one ended."""

    def __init__(self, link: str, root: Path, namespace: str) -> None:
        origin = link.partition("/login/")[0]
        self._board = f"{origin}/plans/{namespace}/"
        self._cookies = signed_in(link)
        self.epoch, self.rev = "", 0
        until(lambda: self._fetched() and self.rev >= newest(root, namespace))
        self.frames: list[dict[str, object]] = []
        self.states: list[dict[str, object]] = []
        self.resyncs = 0
        self._connecting = connect(
            f"{origin.replace('http', 'ws', 1)}/ws/plans/{namespace}/",
            additional_headers={"Cookie": self._cookies, "Origin": origin},
            compression=None,
        )

    def __enter__(self) -> Self:
        self._socket: ClientConnection = self._connecting.__enter__()
        self._say({"type": "hello", "epoch": self.epoch, "rev": self.rev})
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connecting.__exit__(kind, error, trace)

    def until(self, claim: Callable[[], object]) -> None:
        """Take in what comes until something holds."""
        while not claim():
            self._take(json.loads(self._socket.recv(timeout=PATIENCE)))

    def _take(self, message: dict[str, object]) -> None:
        if "prev" in message:
            self._take_frame(message)
        elif message["type"] == "state":
            self.states.append(message)
        elif message["type"] == "resync":
            self.resyncs += 1
            self._start_over()

    def _take_frame(self, frame: dict[str, object]) -> None:
        rev = frame["rev"]
        assert isinstance(rev, int)
        if rev > self.rev:  # else it was under way when the board was fetched
            assert frame["prev"] == self.rev, (frame["prev"], rev, self.rev, self.resyncs)
            self.rev = rev
            self.frames.append(frame)
        self._say({"type": "ack", "rev": rev})

    def _start_over(self) -> None:
        """Fetch the board, and say hello with what it shows."""
        assert self._fetched()
        self._say({"type": "hello", "epoch": self.epoch, "rev": self.rev})

    def _fetched(self) -> bool:
        """Fetch the board; false where it is not copied yet."""
        asked = urllib.request.Request(self._board, headers={"Cookie": self._cookies})
        try:
            with urllib.request.urlopen(asked) as answer:
                page = answer.read().decode()
        except urllib.error.HTTPError as refused:
            if refused.code != HTTPStatus.NOT_FOUND:
                raise
            return False
        epoch, rev = re.search(r'data-epoch="([^"]*)"', page), re.search(r'data-revision="(\d+)"', page)
        assert epoch, page
        assert rev, page
        self.epoch, self.rev = epoch[1], int(rev[1])
        return True

    def _say(self, message: dict[str, object]) -> None:
        self._socket.send(json.dumps(message))
