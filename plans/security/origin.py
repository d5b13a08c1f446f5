"""The one door before routing: who may speak to this board at all, over HTTP and WebSocket.

A page of another site can make a browser send requests here, cookies included, and can point its own
name at 127.0.0.1 (DNS rebinding: CVE-2025-49596, CVE-2025-66414; a socket opened by a foreign page:
CVE-2026-25253). So, before Django sees anything:

* Host must be exactly a name of this board, port included.
* Origin, where sent, must be exactly an origin of this board; another port is a stranger.
* Sec-Fetch-Site, where sent, must be `same-origin` or `none`. Two exceptions: following a link to the
  board from a chat or a mail is a top-level GET from another site. GET changes nothing here, and the
  page that opens cannot be read or framed by the site it came from. A badge was made to be shown as a
  picture on pages elsewhere; its address is all that it tells.
* With a cookie, a socket and a change need an Origin. Only a plain form post may come without (older
  browsers leave it out); Django's CSRF token decides about that one.
* A header that says who speaks, or on what terms, comes once: joined with a comma, as Django gives
  it on, two sessions would be a third one.
* Cookies are taken away from the API, MCP and metrics, bearer tokens from the pages: a credential
  works at its own door only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from plans.security.refusals import (
    ForeignHost,
    ForeignOrigin,
    ForeignPage,
    NoHost,
    NoOrigin,
    NulInAddress,
    SentTwice,
)

if TYPE_CHECKING:
    from asgiref.typing import HTTPScope, WebSocketScope

    from plans.security.door import Door

type Headers = list[tuple[bytes, bytes]]

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
FORM_TYPES: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
OWN_PAGES: Final = ("same-origin", "none")
BADGES: Final = "/badge/"
TOKEN_DOORS: Final = ("/api/", "/mcp/", "/metrics/")
SINGLE_HEADERS: Final = (
    b"authorization",
    b"content-type",
    b"idempotency-key",
    b"if-match",
    b"last-event-id",
    b"mcp-session-id",
    b"x-planboard-session",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What a request says about where it comes from. A header that came twice is a tuple of two."""

    method: str
    path: str
    host: tuple[str, ...]
    origin: tuple[str, ...]
    fetch_site: tuple[str, ...]
    fetch_mode: tuple[str, ...]
    fetch_dest: tuple[str, ...]
    content_type: tuple[str, ...]
    has_cookie: bool
    is_socket: bool

    @classmethod
    def of(cls, scope: HTTPScope | WebSocketScope, headers: Headers) -> Self:
        """Read a request's scope; the headers are those its door left."""

        def values(name: bytes) -> tuple[str, ...]:
            return tuple(value.decode("latin-1") for found, value in headers if found == name)

        return cls(
            method=scope["method"] if scope["type"] == "http" else "GET",
            path=scope["path"],
            host=values(b"host"),
            origin=values(b"origin"),
            fetch_site=values(b"sec-fetch-site"),
            fetch_mode=values(b"sec-fetch-mode"),
            fetch_dest=values(b"sec-fetch-dest"),
            content_type=values(b"content-type"),
            has_cookie=bool(values(b"cookie")),
            is_socket=scope["type"] == "websocket",
        )

    @property
    def follows_a_link(self) -> bool:
        """A person opens a page here from elsewhere, in a tab of its own (not a frame)."""
        return (
            self.method in {"GET", "HEAD"}
            and not self.is_socket
            and self.fetch_mode == ("navigate",)
            and self.fetch_dest == ("document",)
        )

    @property
    def shows_a_badge(self) -> bool:
        """A page elsewhere shows a plan's badge: a picture, for which no cookie counts."""
        return (
            self.method in {"GET", "HEAD"}
            and not self.is_socket
            and self.path.startswith(BADGES)
            and self.fetch_dest == ("image",)
        )

    @property
    def needs_an_origin(self) -> bool:
        """A signed-in browser opens a socket, or changes something other than by a plain form."""
        if not self.has_cookie:
            return False
        return self.is_socket or (self.method not in SAFE_METHODS and not self.is_form)

    @property
    def is_form(self) -> bool:
        """A form post, which carries a CSRF token that Django checks."""
        kind = self.content_type[0].partition(";")[0].strip().lower() if self.content_type else ""
        return self.method == "POST" and kind in FORM_TYPES


def check_visit(visit: Visit, door: Door) -> None:
    """Raise the DoorRefused that fits, or return nothing."""
    _check_host(visit, door)
    _check_origin(visit, door)
    is_let_in = visit.follows_a_link or visit.shows_a_badge
    if any(site not in OWN_PAGES for site in visit.fetch_site) and not is_let_in:
        raise ForeignPage


def check_single(headers: Headers) -> None:
    """Raise SentTwice where a header that may say one thing came twice."""
    names = [name for name, _ in headers]
    for name in SINGLE_HEADERS:
        if names.count(name) > 1:
            raise SentTwice(name.decode())


def check_address(path: str, query: bytes) -> None:
    """Raise NulInAddress for a path, already unquoted, or a query that holds one."""
    if "\0" in path or b"\0" in query or b"%00" in query:
        raise NulInAddress


def credentials_for(path: str, headers: Headers) -> Headers:
    """Return the headers without the credential that does not count at this path."""
    foreign = b"cookie" if is_token_door(path) else b"authorization"
    return [header for header in headers if header[0] != foreign]


def _check_host(visit: Visit, door: Door) -> None:
    if len(visit.host) != 1:
        raise NoHost("The request does not name one host.")
    if visit.host[0].lower() not in door.hosts:
        raise ForeignHost(visit.host[0])


def _check_origin(visit: Visit, door: Door) -> None:
    for origin in visit.origin:
        if origin not in door.origins:
            raise ForeignOrigin(origin)
    if visit.needs_an_origin and len(visit.origin) != 1:
        raise NoOrigin


def is_token_door(path: str) -> bool:
    """Tell whether agents come in here, with tokens and without cookies."""
    return f"{path.rstrip('/')}/".startswith(TOKEN_DOORS)
