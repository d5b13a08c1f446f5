"""A live sample: a small plan, and pretend sessions that work through it by the same actions as real ones.

Nothing is remembered between two moves: what a session does next follows from the plan as it stands. So it
goes on after a restart, and a person may approve, reject, reassign, edit or delete at any time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from plans.actions.drafts import PlanDraft, StepDraft
from plans.actions.planning import create_plan
from plans.actions.working import block_step, claim_step, complete_step, say
from plans.domain.actor import session
from plans.domain.errors import PlanError, PlanExists, PlanNotFound
from plans.domain.graph import hands_out_work, is_ready
from plans.domain.step import Kind, Progress, RequestKind, Status, Verdict

if TYPE_CHECKING:
    from plans.actions.desk import Desk
    from plans.domain.actor import Actor
    from plans.domain.plan import Plan
    from plans.domain.step import Step

NAMESPACE: Final = "sample.photos"
SESSIONS: Final = ("sample-lister", "sample-finder", "sample-shrinker", "sample-namer", "sample-builder")
_PIECES: Final = 3
_CHORES: Final = (
    "reading the list",
    "trying it on ten photos",
    "going through the rest",
    "checking the result",
)
_ASKS: Final = "212 photos were not shown for a year. Move them to the archive?"
_SAMPLE: Final = PlanDraft(
    title="Sample: tidy the photos of a shop",
    status="pretend sessions at work; delete it when you have seen enough",
    steps=(
        StepDraft(title="List every photo in the shop", phase="Look"),
        StepDraft(title="Find those that nobody looks at", phase="Look"),
        StepDraft(title="Archive last year's photos", phase="Clean", extra={"asks": _ASKS}),
        StepDraft(title="Shrink the large ones", phase="Clean", needs=(1,)),
        StepDraft(title="Name them after their products", phase="Clean", needs=(1, 2)),
        StepDraft(title="Rebuild the gallery", phase="Publish", needs=(3,)),
        StepDraft(title="Compare how fast it loads", phase="Publish", needs=(4, 6)),
        StepDraft(title="Show the new gallery to everyone", phase="Publish", kind=Kind.GATE, needs=(5, 7)),
        StepDraft(title="Delete the old thumbnails", phase="Publish", needs=(8,)),
    ),
)


def open_sample(desk: Desk, *, by: Actor) -> None:
    """Create the sample's plan, unless it is there."""
    try:
        create_plan(desk, NAMESPACE, sent=_SAMPLE, by=by)
    except PlanExists:
        return


def play(desk: Desk, turn: int) -> bool:
    """Let one of the sessions make one move; False when there is nothing left to play.

    ``turn`` counts the moves: each session has its turn after the others.
    """
    try:
        plan = desk.store.read(NAMESPACE).plan
    except PlanNotFound:
        return False
    except PlanError:
        return True  # it cannot be read now: look again next time
    if not any(step.is_open for step in plan.steps) or not hands_out_work(plan):
        return False
    name = SESSIONS[turn % len(SESSIONS)]
    try:
        _move(desk, plan, name)
    except PlanError:
        return True  # a person was faster, or the file cannot be written now: look again next time
    return True


def _move(desk: Desk, plan: Plan, name: str) -> None:
    mine = next((step for step in plan.steps if step.owner == name and step.is_open), None)
    desk.sessions.beat(name)
    if mine is None:
        _take(desk, plan, name)
    elif mine.status is Status.IN_PROGRESS:
        _work(desk, mine, name)
    elif mine.status is Status.PENDING and is_ready(plan, mine):
        claim_step(desk, NAMESPACE, mine.number, by=session(name))


def _take(desk: Desk, plan: Plan, name: str) -> None:
    free = (step for step in plan.steps if step.owner is None and not step.is_gate and is_ready(plan, step))
    step = next(free, None)
    if step is not None:
        claim_step(desk, NAMESPACE, step.number, by=session(name))


def _work(desk: Desk, step: Step, name: str) -> None:
    """Do a piece; after the last one ask, where the step has something to ask, or finish."""
    by, done = session(name), step.progress.done if step.progress else 0
    question = step.extra.get("asks")
    agreed = step.decision is not None and step.decision.verdict is Verdict.APPROVED
    if isinstance(question, str) and not agreed and done:
        note = step.decision.note if step.decision else ""
        text = f"Done again as you said: {note}" if note else question
        block_step(desk, NAMESPACE, step.number, by=by, kind=RequestKind.APPROVAL, text=text)
    elif done < _PIECES:
        piece = Progress(done + 1, _PIECES)
        say(desk, NAMESPACE, step.number, by=by, active_form=_CHORES[done % len(_CHORES)], progress=piece)
    else:
        complete_step(desk, NAMESPACE, step.number, by=by)
