"""A refusal by HTTP status, before the SDK sees the message; light, since strangers get nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from plans.actions import wire
from plans.actions.refusals import retry_after, status_of
from plans.domain.errors import PlanError, Refusal

if TYPE_CHECKING:
    from asgiref.typing import ASGISendCallable


INVALID_REQUEST: Final = -32_600


async def answer(send: ASGISendCallable, refused: PlanError, *, to: object = None) -> None:
    """Send a refusal as HTTP and JSON-RPC alike; ``to`` is the id of the message that is refused."""
    error = {
        "code": INVALID_REQUEST,
        "message": f"{refused.message.rstrip('.')}. {refused.advice}",
        "data": wire.refusal_json(refused),
    }
    body = wire.encoded({"jsonrpc": "2.0", "id": to, "error": error}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    seconds = retry_after(refused)
    if seconds is not None:
        headers.append((b"retry-after", str(seconds).encode()))
    if refused.refusal is Refusal.STRANGER:
        headers.append((b"www-authenticate", b"Bearer"))
    await send(
        {
            "type": "http.response.start",
            "status": status_of(refused),
            "headers": headers,
            "trailers": False,
        }
    )
    await send({"type": "http.response.body", "body": body, "more_body": False})
