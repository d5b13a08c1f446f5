"""The routes of those who work: next, claim, heartbeat, comment, block, complete, fail, release."""

# The annotations are read by ninja when the program runs: no `from __future__ import annotations` here.

from django.http import HttpRequest, HttpResponse

from plans.actions import assigning, working
from plans.agents.http_api.answers import changed_step
from plans.agents.http_api.asking import writing
from plans.agents.http_api.bodies import Ask, Remark
from plans.agents.http_api.desk import desk
from plans.agents.http_api.places import HeartbeatBody, Namespace, NoBody, NoteBody, Number
from plans.agents.http_api.representations import StepAnswer
from plans.agents.http_api.routing import posts
from plans.domain.step import RequestKind, Risk


@posts("/plans/{namespace}/next", StepAnswer)
def next_step(
    request: HttpRequest,
    *,
    namespace: Namespace,
    body: NoBody,  # noqa: ARG001 - refuses fields
) -> HttpResponse:
    """Claim one ready step, whichever is due; null where none is. Two callers never get the same one."""
    asked = writing(request, "next", namespace)
    changed, step = working.next_step(desk(), namespace, **asked.terms)
    return changed_step(changed, None if step is None else step.number)


@posts("/plans/{namespace}/steps/{number}/claim", StepAnswer)
def claim_step(
    request: HttpRequest,
    *,
    namespace: Namespace,
    number: Number,
    body: NoBody,  # noqa: ARG001 - refuses fields
) -> HttpResponse:
    """Claim a ready step that nobody else owns."""
    asked = writing(request, "claim", namespace)
    return changed_step(working.claim_step(desk(), namespace, number, **asked.terms), number)


@posts("/plans/{namespace}/steps/{number}/heartbeat", StepAnswer)
def heartbeat(
    request: HttpRequest, *, namespace: Namespace, number: Number, body: HeartbeatBody
) -> HttpResponse:
    """Say that you are alive, and what you do. Refused where the step is no longer yours to work on."""
    asked, sent = writing(request, "heartbeat", namespace), body.progress
    changed = working.say(
        desk(),
        namespace,
        number,
        active_form=body.active_form,
        progress=working.progress_of(sent.done, sent.total) if sent is not None else None,
        **asked.terms,
    )
    if body.agent or body.pid is not None:
        desk().sessions.beat(asked.by.name, agent=body.agent, pid=body.pid)
    return changed_step(changed, number)


@posts("/plans/{namespace}/steps/{number}/comment", StepAnswer)
def comment_step(request: HttpRequest, *, namespace: Namespace, number: Number, body: Remark) -> HttpResponse:
    """Remark on a step, whoever owns it."""
    asked = writing(request, "comment", namespace)
    return changed_step(
        assigning.comment_step(desk(), namespace, number, text=body.text, **asked.terms), number
    )


@posts("/plans/{namespace}/steps/{number}/block", StepAnswer)
def block_step(request: HttpRequest, *, namespace: Namespace, number: Number, body: Ask) -> HttpResponse:
    """Stop until a person answers. The request's id is `step.request.id`; wait with `decision`."""
    asked = writing(request, "block", namespace)
    changed = working.block_step(
        desk(),
        namespace,
        number,
        kind=RequestKind(body.kind),
        text=body.text,
        risk=Risk(body.risk) if body.risk else None,
        **asked.terms,
    )
    return changed_step(changed, number)


@posts("/plans/{namespace}/steps/{number}/complete", StepAnswer)
def complete_step(
    request: HttpRequest, *, namespace: Namespace, number: Number, body: NoteBody
) -> HttpResponse:
    """Finish your step. One that must be reviewed waits for a person then."""
    asked = writing(request, "complete", namespace)
    return changed_step(
        working.complete_step(desk(), namespace, number, note=body.note, **asked.terms), number
    )


@posts("/plans/{namespace}/steps/{number}/fail", StepAnswer)
def fail_step(request: HttpRequest, *, namespace: Namespace, number: Number, body: NoteBody) -> HttpResponse:
    """Give your step up; the note says why."""
    asked = writing(request, "fail", namespace)
    return changed_step(working.fail_step(desk(), namespace, number, reason=body.note, **asked.terms), number)


@posts("/plans/{namespace}/steps/{number}/release", StepAnswer)
def release_step(
    request: HttpRequest, *, namespace: Namespace, number: Number, body: NoteBody
) -> HttpResponse:
    """Put your step back for anyone to claim; an open request is withdrawn."""
    asked = writing(request, "release", namespace)
    return changed_step(
        working.release_step(desk(), namespace, number, note=body.note, **asked.terms), number
    )
