"""A person without a browser: the pages as the server sends them, and forms as they are posted."""

from __future__ import annotations

import re
from html import unescape
from http.cookiejar import CookieJar
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, OpenerDirector, Request, build_opener

from tests.waiting import PATIENCE

_TAG = re.compile(r"<[^>]*>")
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Answer(NamedTuple):
    """What the server said; redirects are not followed."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def said(self) -> str:
        """Give what stands on the page, without its markup."""
        return " ".join(unescape(_TAG.sub(" ", self.text)).split())


class Person:
    """Signed in by a link from the terminal."""

    def __init__(self, url: str, link: str) -> None:
        self.url = url
        self.cookies = CookieJar()
        self._opener: OpenerDirector = build_opener(HTTPCookieProcessor(self.cookies), _Stay)
        self._token = _TOKEN.findall(self.get("/login/").text)[0]
        signed_in = self.post("/login/", code=link.partition("#code=")[2])
        assert signed_in.status == 303, signed_in
        self._token = _TOKEN.findall(self.get("/plans/").text)[0]

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for a page."""
        return self._send(Request(self.url + path, headers=headers))

    def post(self, path: str, **fields: object) -> Answer:
        """Send a form."""
        body = urlencode({"csrfmiddlewaretoken": self._token, **fields}).encode()
        return self._send(Request(self.url + path, data=body))

    def _send(self, request: Request) -> Answer:
        try:
            with self._opener.open(request, timeout=PATIENCE) as answer:
                return Answer(answer.status, dict(answer.headers), answer.read())
        except HTTPError as error:
            with error:
                return Answer(error.code, dict(error.headers), error.read())


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Follow nothing: the test looks at where it was sent."""
