"""One try of one delivery, over the network: what came of it, in words for the log."""

from __future__ import annotations

import asyncio
import socket
import ssl
from time import monotonic
from typing import TYPE_CHECKING, Final, NamedTuple

import httpx

from plans.notices.signing import headers
from plans.notices.targets import TargetRefused, judged
from plans.people.deliveries import EXCERPT
from plans.security.text import clean_line

if TYPE_CHECKING:
    from plans.notices.targets import Targets
    from plans.people.deliveries import Delivery

SECONDS: Final = 10.0
"""How long one try may take in all."""
_READ: Final = 4 * EXCERPT
_OK: Final = range(200, 300)
_REDIRECT: Final = range(300, 400)


class Outcome(NamedTuple):
    """What came of a try; it worked where ``error`` is empty."""

    status: int | None = None
    error: str = ""
    excerpt: str = ""


def client() -> httpx.AsyncClient:
    """Make what sends: no redirects, no proxy or password of the environment, the system's certificates."""
    # No connection is kept: they are kept by address, and one whose certificate is of another name that leads
    # to the same address would be used without asking for ours.
    return httpx.AsyncClient(
        verify=ssl.create_default_context(),
        follow_redirects=False,
        trust_env=False,
        timeout=SECONDS,
        limits=httpx.Limits(max_keepalive_connections=0),
    )


async def post(
    delivery: Delivery, *, client: httpx.AsyncClient, targets: Targets, now: int, seconds: float = SECONDS
) -> dict[str, object]:
    """Try once; gives the outcome as the log keeps it."""
    began = monotonic()
    try:
        async with asyncio.timeout(seconds):
            outcome = await _sent(delivery, client=client, targets=targets, now=now)
    except TimeoutError:
        outcome = Outcome(error=f"It did not answer within {seconds:g} s.")
    except (OSError, httpx.HTTPError) as error:
        outcome = Outcome(error=_said(error))
    except (ValueError, httpx.InvalidURL):  # a name with a label that is too long, for one
        outcome = Outcome(error="Its address cannot be used; write another one.")
    except TargetRefused as refused:
        outcome = Outcome(error=f"{refused.message}. {refused.advice}")
    return {**outcome._asdict(), "took": round((monotonic() - began) * 1000)}


async def _sent(delivery: Delivery, *, client: httpx.AsyncClient, targets: Targets, now: int) -> Outcome:
    url, body = httpx.URL(delivery.webhook.url), delivery.body.encode()
    address = await _address(url, targets)
    signed = headers(delivery.webhook.secret, uid=delivery.uid, kind=delivery.kind, body=body, now=now)
    request = client.build_request(
        "POST",
        url.copy_with(host=address),
        content=body,
        headers={**signed, "Host": url.netloc.decode("ascii")},
        # The certificate must be that of the name, whatever address it has.
        extensions={"sni_hostname": url.raw_host.decode("ascii")},
    )
    answer = await client.send(request, stream=True)
    try:
        return _outcome(answer.status_code, await _beginning(answer))
    finally:
        await answer.aclose()


async def _address(url: httpx.URL, targets: Targets) -> str:
    port = url.port or (443 if url.scheme == "https" else 80)
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
    return judged([str(entry[4][0]).partition("%")[0] for entry in found], host=url.host, targets=targets)


async def _beginning(answer: httpx.Response) -> bytes:
    """Read a little of what was answered, as it came: packed, a little may be gigabytes."""
    read = b""
    async for part in answer.aiter_raw():
        read += part
        if len(read) >= _READ:
            break
    return read[:_READ]


def _outcome(status: int, body: bytes) -> Outcome:
    excerpt = clean_line(body.decode("utf-8", "replace"))[:EXCERPT]
    if status in _OK:
        return Outcome(status, excerpt=excerpt)
    if status in _REDIRECT:
        error = (
            f"It answered {status}: it is somewhere else. Redirects are not followed; write the new address."
        )
        return Outcome(status, error, excerpt)
    return Outcome(status, f"It answered {status}.", excerpt)


def _said(error: Exception) -> str:
    """Say in a sentence why nothing was answered."""
    if isinstance(error, socket.gaierror):
        return "Its name leads nowhere."
    if isinstance(error, httpx.ConnectError):
        return f"It could not be reached: {clean_line(str(error)) or 'no connection'}."
    if isinstance(error, httpx.TimeoutException):
        return "It did not answer in time."
    return f"The connection failed: {clean_line(str(error)) or type(error).__name__}."
