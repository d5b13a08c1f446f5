"""The route of events: revisions as JSON pages, or as a stream that goes on where the last one ended."""

# The annotations are read by ninja when the program runs: no `from __future__ import annotations` here.

from asyncio import to_thread

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from msgspec import to_builtins

from plans.actions import wire
from plans.agents.http_api.answers import answered, not_modified
from plans.agents.http_api.asking import reading
from plans.agents.http_api.desk import desk
from plans.agents.http_api.places import After, MostEvents, Namespace
from plans.agents.http_api.representations import EventsAnswer
from plans.agents.http_api.routing import reads
from plans.agents.http_api.streaming import STREAM, streamed
from plans.agents.http_api.versions import etag_of
from plans.domain.history import sentence
from plans.domain.revision import Line
from plans.security.text import clean_line

USUAL = 200


@reads("/plans/{namespace}/events", EventsAnswer, more=(429,))
async def list_events(
    request: HttpRequest,
    *,
    namespace: Namespace,
    after: After = 0,
    limit: MostEvents = USUAL,
) -> HttpResponseBase:
    """List the revisions after one, oldest first: what was set, by whom, when.

    With `Accept: text/event-stream` they come as a stream of server-sent events that goes on; the id of
    each is its revision, and `Last-Event-ID` resumes after one. An event `gone` is the last of a plan that
    was deleted; `reset` comes first where the plan is another one than that of your last event.
    """
    grant = reading(request, namespace)
    if STREAM in request.headers.get("Accept", ""):
        return await streamed(request, grant, namespace, after=after, shown=event_json)
    return await to_thread(_page, request, namespace, after=after, limit=limit)


def event_json(line: Line) -> wire.Json:
    """Show a revision. Keys and checksums are the store's own business."""
    return {
        "rev": line.rev,
        "at": line.at,
        "by": line.by,
        "verb": line.verb,
        "step": line.step,
        "said": clean_line(sentence(line)),
        "note": line.note,
        "set": line.set,
        "was": line.was,
        "moved": to_builtins(line.moved),
        "forged": list(line.forged),
    }


def _page(request: HttpRequest, namespace: str, *, after: int, limit: int) -> HttpResponse:
    plan = desk().store.read(namespace).plan
    etag = etag_of(plan)
    known = not_modified(request, etag)
    if known is not None:
        return known
    lines = [
        line
        for line in desk().store.lines(namespace, after=after, limit=limit + 1)
        if line.rev <= plan.revision
    ]
    value: wire.Json = {
        "events": [event_json(line) for line in lines[:limit]],
        "namespace": namespace,
        "revision": plan.revision,
        "epoch": plan.epoch,
        "next": lines[limit - 1].rev if len(lines) > limit else None,
    }
    return answered(value, etag=etag)
