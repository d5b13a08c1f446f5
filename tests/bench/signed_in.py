"""A real board with somebody signed in: pages over plain HTTP, and what a socket needs to get in."""

from __future__ import annotations

import http.client
import os
import re
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import override
from urllib.parse import urlencode

from tests.acceptance.board_process import Board
from tests.waiting import PATIENCE

_VERSION = re.compile(rb'data-epoch="([^"]*)" data-revision="(\d+)"')
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class SignedIn(Board):
    """`planboard up`, and a person's session on it."""

    def __init__(self, place: Path) -> None:
        place.mkdir(parents=True, exist_ok=True)
        # All viewers are one person here, of whom a board refuses the twenty-first page.
        super().__init__(
            place, settings={"PLANBOARD_SOCKETS_EACH": "10000", "PLANBOARD_SOCKETS_ALL": "10000"}
        )
        self.cookie = ""

    @override
    def start(self) -> None:
        super().start()
        if not self.cookie:
            self.sign_in(self.login_link)

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def cpu_ms(self) -> float:
        """Tell how much CPU time it has used, ms: a busy machine changes it less than the clock."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")

    def get(self, path: str, *, gzipped: bool = False) -> tuple[int, bytes]:
        """Fetch a page; gives status and body."""
        headers = {"Cookie": self.cookie} | ({"Accept-Encoding": "gzip"} if gzipped else {})
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as connection:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def version(self, namespace: str) -> tuple[str, int]:
        """Read epoch and revision off a board's page, as soon as the worker has copied the plan."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            status, page = self.get(f"/plans/{namespace}/")
            found = _VERSION.search(page)
            if status == http.HTTPStatus.OK and found:
                return found[1].decode(), int(found[2])
            time.sleep(0.05)
        raise TimeoutError(namespace)

    def wait_for_plans(self, count: int) -> None:
        """Wait until the mirror holds so many plans."""
        path = f"file:{self.home / 'board.sqlite3'}?mode=ro"
        deadline = time.monotonic() + PATIENCE * 10
        with closing(sqlite3.connect(path, uri=True)) as mirror:
            while mirror.execute("SELECT count(*) FROM plans_plan").fetchone()[0] < count:
                assert time.monotonic() < deadline, "the worker does not get on"
                time.sleep(0.1)

    def sign_in(self, link: str) -> None:
        """Take a session by a login link."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        with closing(connection):
            connection.request("GET", "/login/")
            answer = connection.getresponse()
            token = _TOKEN.search(answer.read().decode())
            assert token
            cookies = _cookies(answer)
            form = {"code": link.partition("#code=")[2], "csrfmiddlewaretoken": token[1]}
            headers = {
                "Cookie": cookies,
                "Origin": self.url,
                "Content-Type": "application/x-www-form-urlencoded",
            }
            connection.request("POST", "/login/", urlencode(form), headers)
            answer = connection.getresponse()
            answer.read()
            self.cookie = _cookies(answer)
            assert answer.status == http.HTTPStatus.SEE_OTHER, answer.status


def _cookies(answer: http.client.HTTPResponse) -> str:
    return "; ".join(line.partition(";")[0] for line in answer.headers.get_all("Set-Cookie", []))
