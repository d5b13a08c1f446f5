"""The route of a decision: asked again and again, for at most 25 s each time; no thread is held meanwhile."""

# The annotations are read by ninja when the program runs: no `from __future__ import annotations` here.

from asyncio import to_thread
from time import monotonic
from typing import Final

from django.http import HttpRequest, HttpResponse

from plans.actions import wire
from plans.actions.proving import prove
from plans.actions.waiting import BEAT_EVERY, Wait, WaitTimedOut
from plans.agents.http_api.answers import answered
from plans.agents.http_api.asking import reading, session_named, speaker
from plans.agents.http_api.desk import desk
from plans.agents.http_api.following import following
from plans.agents.http_api.places import Namespace, Number, RequestId, Seconds
from plans.agents.http_api.representations import DecisionAnswer
from plans.agents.http_api.routing import reads
from plans.agents.http_api.threads import give_thread_back
from plans.domain.step import Decision
from plans.security.rates import WAITS

LONGEST: Final = 25.0
"""Seconds that one request waits at most, whatever it asks for: proxies cut longer ones."""


@reads("/plans/{namespace}/steps/{number}/decision", DecisionAnswer, etag=False, more=(410, 429))
async def wait_for_decision(
    request: HttpRequest, *, namespace: Namespace, number: Number, wait: Seconds = 0, asked: RequestId = None
) -> HttpResponse:
    """Read what a person answered, or wait for it: `decision` is null while nobody has decided.

    410: the request was withdrawn. 404: the step never asked, or not by this request. Waiting shows that your
    session lives.
    """
    grant = reading(request, namespace)
    by = speaker(request)
    seconds = min(wait, LONGEST)
    waiting = await to_thread(lambda: Wait(desk(), namespace, number, by=by, request=asked))
    with WAITS.one(grant.number, session_named(request)):
        decision = await _decided(waiting, namespace, seconds=seconds)
    plan = await to_thread(lambda: desk().store.read(namespace).plan)
    value: wire.Json = {"request": waiting.request, "namespace": namespace, "revision": plan.revision}
    if decision is None:
        late = wire.refusal_json(WaitTimedOut(number, seconds=seconds))["error"]
        return answered({"decision": None, **value, "waiting": late})
    proof = await to_thread(lambda: prove(desk(), namespace, number, request=waiting.request))
    told = wire.decision_json(decision)
    return answered({"decision": told, **value, "same_text": not proof.is_other_text})


async def _decided(waiting: Wait, namespace: str, *, seconds: float) -> Decision | None:
    """Look whenever the plan changes, and when the heart is to beat. Raises RequestWithdrawn."""
    until = monotonic() + seconds
    decision = await to_thread(waiting.look)
    if decision is not None or seconds <= 0:
        return decision
    await give_thread_back()
    async with following().plan(namespace) as news:
        while (decision := await to_thread(waiting.look)) is None:
            left = until - monotonic()
            if left <= 0:
                return None
            await news.wait(min(left, BEAT_EVERY))
    return decision
