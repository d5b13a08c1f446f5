"""What the server of a stage answers over HTTP: the real pages of its plan, under the real policy."""

from __future__ import annotations

import json
import mimetypes
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from django.template.loader import render_to_string
from django.test import RequestFactory
from websockets.datastructures import Headers
from websockets.http11 import Response

from plans.security.headers import SECURITY_HEADERS
from plans.web.allowed import VERBS
from plans.web.drawer import drawer_view
from plans.web.matching import matching_answer
from plans.web.pages import board_page, step_page

if TYPE_CHECKING:
    from pathlib import Path

    from websockets.http11 import Request

    from plans.domain.picture import Picture

_PARTS = {"facts": "plans/drawer/_facts.html", "reject": "plans/dialogs/_reject.html"}


def page_answer(picture: Picture, request: Request) -> Response:
    """Answer for a page of the plan: its board, a part of that, or one step."""
    address = urlsplit(request.path)
    asked = {key: values[-1] for key, values in parse_qs(address.query).items()}
    if address.path == "/plans/":
        return answer_of("")
    board = f"/plans/{picture.plan.namespace}/"
    number = address.path.removeprefix(board).removeprefix("steps/").strip("/")
    return _step(picture, int(number), asked, request) if number else _board(picture, asked, request)


def file_answer(path: Path) -> Response:
    """Answer with a static file."""
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return answer_of(path.read_bytes(), kind=kind)


def broken_off(answer: Response) -> Response:
    """Give the first half of an answer, under headers that tell of all of it."""
    half = bytes(answer.body[: len(answer.body) // 2])
    return Response(answer.status_code, answer.reason_phrase, answer.headers, half)


def _step(picture: Picture, number: int, asked: dict[str, str], request: Request) -> Response:
    whole = "plans/drawer/_drawer.html" if "HX-Request" in request.headers else "plans/step.html"
    context = dict(step_page(picture, drawer_view(picture, number)))
    return answer_of(_drawn(_PARTS.get(asked.get("part", ""), whole), context))


def _board(picture: Picture, asked: dict[str, str], request: Request) -> Response:
    etag = f'"{picture.plan.revision}{sorted(asked.items())}"'
    if request.headers.get("If-None-Match") == etag:
        return answer_of("", status=HTTPStatus.NOT_MODIFIED, etag=etag)
    query, more = asked.get("q", ""), asked.get("more", "")
    if asked.get("fragment") == "matching":
        return answer_of(json.dumps(matching_answer(picture, query)), kind="application/json")
    opened = drawer_view(picture, int(asked["step"])) if "step" in asked else None
    context = dict(board_page(picture, can=VERBS, query=query, more=more, drawer=opened))
    template = "plans/board/_again.html" if asked.get("fragment") == "board" else "plans/board.html"
    return answer_of(_drawn(template, context), etag=etag)


def _drawn(template: str, context: dict[str, object]) -> str:
    return render_to_string(template, context, RequestFactory().get("/"))


def answer_of(
    body: str | bytes,
    *,
    kind: str = "text/html; charset=utf-8",
    status: HTTPStatus = HTTPStatus.OK,
    etag: str = "",
) -> Response:
    """Answer as the real server does: with the same policy on what scripts may do."""
    raw = body.encode() if isinstance(body, str) else body
    headers = Headers([(name.decode(), value.decode()) for name, value in SECURITY_HEADERS])
    headers["Content-Type"] = kind
    headers["Content-Length"] = str(len(raw))
    if etag:
        headers["ETag"] = etag
    headers["Connection"] = "close"
    return Response(status.value, status.phrase, headers, raw)
