"""What is refused before any page is reached: a noun, a sentence, and which setting to change."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from plans.security.headers import secured
from plans.security.text import clean_line

if TYPE_CHECKING:
    from asgiref.typing import ASGISendCallable, WebSocketScope

ECHOED_CHARACTERS: Final = 120


class DoorRefused(Exception):
    """A request that is answered here; the application never sees it."""

    status: int = 403
    code: str = "refused"
    advice: str = ""
    headers: tuple[tuple[bytes, bytes], ...] = ()

    def __init__(self, message: str, *, advice: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if advice is not None:
            self.advice = advice


class NoHost(DoorRefused):
    """HTTP/1.1 asks for exactly one Host (RFC 9112, 3.2)."""

    status = 400
    code = "no_host"
    advice = "Send exactly one Host header."


class SentTwice(DoorRefused):
    """A header that says one thing came twice: two programs on the way might each believe another one."""

    status = 400
    code = "sent_twice"
    advice = "Nothing was changed. Send it once."

    def __init__(self, header: str) -> None:
        super().__init__(f"The header {header} came twice.")


class NulInAddress(DoorRefused):
    """No name or word of ours holds the character NUL, and a database takes none."""

    status = 400
    code = "nul_in_address"
    advice = "Open the board's first page and find the place from there."

    def __init__(self) -> None:
        super().__init__("This address holds a character that no address has (NUL).")


class ForeignHost(DoorRefused):
    """The request names another host: a DNS-rebinding page, or a setting that is missing."""

    code = "foreign_host"

    def __init__(self, host: str) -> None:
        super().__init__(
            f"This board does not answer to the name {echo(host)}.",
            advice="If that is its name, add it to PLANBOARD_ALLOWED_HOSTS and start it again.",
        )


class ForeignOrigin(DoorRefused):
    """The request was made by a page of another site."""

    code = "foreign_origin"

    def __init__(self, origin: str) -> None:
        super().__init__(
            f"A page of {echo(origin)} may not use this board.",
            advice="If the board is opened at that address, set PLANBOARD_PUBLIC_ORIGIN to it"
            " and start it again.",
        )


class ForeignPage(DoorRefused):
    """The browser says that another site's page made this request."""

    code = "foreign_page"
    advice = (
        "Open the board itself; if it is opened under another address than its own,"
        " set PLANBOARD_PUBLIC_ORIGIN to that address and start it again."
    )

    def __init__(self) -> None:
        super().__init__("A page of another site may link to this board, but not use it.")


class NoOrigin(DoorRefused):
    """A signed-in browser always says where a change or a socket comes from."""

    code = "no_origin"
    advice = (
        "Use the board's own pages, or the API with a token; if a proxy in front drops the Origin"
        " header, let it pass and set PLANBOARD_PUBLIC_ORIGIN."
    )

    def __init__(self) -> None:
        super().__init__("A signed-in request did not say which page it comes from.")


class NotTheProxy(DoorRefused):
    """A request that no proxy of this board sent names a person."""

    code = "not_the_proxy"
    advice = "Open the board through its proxy. If this was the proxy, add its address to PLANBOARD_PROXIES."

    def __init__(self, header: str) -> None:
        super().__init__(f"The header {header} counts only from this board's proxy.")


class HeaderTwice(DoorRefused):
    """The proxy adds its own header to one that it let through."""

    status = 400
    code = "header_twice"
    advice = "Let the proxy replace the header that comes from outside, and not add to it."

    def __init__(self, header: str) -> None:
        super().__init__(f"The header {header} came twice.")


class BodyTooLarge(DoorRefused):
    """The body is over the limit, whatever its Content-Length said."""

    status = 413
    code = "too_large"
    advice = "Nothing was changed. Send less, or split it."
    headers = ((b"connection", b"close"),)

    def __init__(self, limit: int) -> None:
        super().__init__(f"The request is larger than {limit:,} bytes.")


class BodyTooSlow(DoorRefused):
    """The body did not arrive in time; slow senders must not hold the door."""

    status = 408
    code = "too_slow"
    advice = "Nothing was changed. Send it again over a better connection."
    headers = ((b"connection", b"close"),)

    def __init__(self, seconds: float) -> None:
        super().__init__(f"The request did not arrive within {seconds:g} seconds.")


class BodyCompressed(DoorRefused):
    """A small compressed body can unpack to any size."""

    status = 415
    code = "compressed"
    advice = "Nothing was changed. Send it again without Content-Encoding."
    headers = ((b"accept-encoding", b"identity"), (b"connection", b"close"))

    def __init__(self) -> None:
        super().__init__("Compressed requests are not accepted.")


class Broken(DoorRefused):
    """The application raised something that nothing inside it caught."""

    status = 500
    code = "broken"
    advice = "Try again; if it happens again, the board's log says what went wrong."

    def __init__(self) -> None:
        super().__init__("The board could not answer this request.")


def echo(value: str) -> str:
    """Return what a stranger sent in a form that is safe to show: one line, clean, not long."""
    line = clean_line(value)
    return line if len(line) <= ECHOED_CHARACTERS else f"{line[:ECHOED_CHARACTERS]}…"


async def answer(send: ASGISendCallable, refused: DoorRefused, *, path: str) -> None:
    """Send the refusal: plain text, or JSON where programs ask."""
    kind, body = _body_at(path, refused)
    await send(
        {
            "type": "http.response.start",
            "status": refused.status,
            "headers": [
                (b"content-type", kind),
                (b"content-length", str(len(body)).encode()),
                *refused.headers,
            ],
            "trailers": False,
        }
    )
    await send({"type": "http.response.body", "body": body, "more_body": False})


def text_body(refused: DoorRefused) -> tuple[bytes, bytes]:
    """Return (content type, body) for people; never HTML, since it repeats what a stranger sent."""
    return b"text/plain; charset=utf-8", f"{refused.message}\n{refused.advice}\n".encode()


def json_body(refused: DoorRefused) -> tuple[bytes, bytes]:
    """Return (content type, body) in the form of every error of the API."""
    error = {"code": refused.code, "message": refused.message, "advice": refused.advice}
    return b"application/json", json.dumps({"error": error}).encode()


def _body_at(path: str, refused: DoorRefused) -> tuple[bytes, bytes]:
    return json_body(refused) if path.startswith(("/api/", "/mcp")) else text_body(refused)


async def answer_socket(send: ASGISendCallable, refused: DoorRefused, scope: WebSocketScope) -> None:
    """Refuse the handshake without accepting it; with the sentence where the server can send one.

    A page of another site must not learn more than "no": accepting first, as for our own pages
    (close codes 44xx), would tell it that a board is here.
    """
    if "websocket.http.response" not in (scope.get("extensions") or {}):
        await send({"type": "websocket.close", "code": 1008, "reason": None})
        return
    kind, body = _body_at(scope["path"], refused)
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    await send(
        {
            "type": "websocket.http.response.start",
            "status": refused.status,
            "headers": secured(headers),
        }
    )
    await send({"type": "websocket.http.response.body", "body": body, "more_body": False})
