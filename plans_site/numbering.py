"""Gives every request and every socket a number, before anything else looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.security.request_number import HEADER, number_of, remember

if TYPE_CHECKING:
    from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, ASGISendEvent, Scope


def numbered(app: ASGI3Application) -> ASGI3Application:
    """Put the number on the answer, and where the log finds it."""

    async def answer(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if scope["type"] == "lifespan":
            await app(scope, receive, send)
            return
        given = [value for name, value in scope["headers"] if name == HEADER]
        number = number_of(given[0] if len(given) == 1 else None)
        remember(number)

        async def tell(event: ASGISendEvent) -> None:
            if event["type"] == "http.response.start":
                event = {**event, "headers": [*event.get("headers", ()), (HEADER, number.encode())]}
            await send(event)

        await app(scope, receive, tell)

    return answer
