"""The adapter for vectors that run a plan: each of their steps is a verb of ours, saved as a revision."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec.structs import replace

from plans.domain.errors import NeedsRefused, PlanError, Refusal
from plans.domain.graph import Condition, check_plan, conditions, is_ready
from plans.domain.plan import Plan, PlanState
from plans.domain.revision import Line, diff, fold, line_of
from plans.domain.step import Kind, Review, Status, Step
from plans.domain.verbs import assigning, deciding, planning, working
from tests.domain.pipelines import ANA, NODE, NotYet, Object, needing, planned, refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

LOST = (Status.FAILED, Status.CANCELLED)
HTTP = {Refusal.RULE: 422, Refusal.FORBIDDEN: 403}

STATUSES = {Status.IN_PROGRESS: "running", Status.IN_REVIEW: "pending_review", Status.BLOCKED: "waiting"}
CONDITIONS = {Condition.READY: "queued", Condition.WAITING: "pending", Condition.DOOMED: "blocked"}


class Run:
    """A plan, and the revisions that its vector made of it."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.lines: list[Line] = []
        self.withdrawn: list[str] = []
        self.number = {step.title: step.number for step in plan.steps}

    def do(self, step: Sequence[object]) -> dict[str, object]:
        """Do one step; gives what stands afterwards, and whether it was taken."""
        verb, *what = step
        handed_out = self.claimable()
        told: dict[str, object] = {"step": list(step), "accepted": True}
        try:
            self.act(str(verb), *what)
        except PlanError as refused:
            told |= {"accepted": False, "status": HTTP[refused.refusal]}
        if verb == "abort":
            self.withdrawn += [name for name in handed_out if name not in self.claimable()]
        return told | self.stands()

    def act(self, verb: str, *what: object) -> None:
        verbs: Mapping[str, Callable[..., None]] = {
            "approve": lambda: self.save(planning.activate(self.plan, by=ANA)),
            "abort": lambda note: self.save(planning.abort(self.plan, by=ANA), note=note),
            "claim": lambda name, _node: self.claim(name),
            "start": lambda _name: None,
            "complete": self.complete,
            "fail": self.fail,
            "cancel": lambda name: self.save(assigning.cancel(self.plan, self.number[name], by=ANA)),
            "approve_task": self.approve,
            "reject_task": self.reject,
            "subtask_update": self.open_gate,
        }
        if verb not in verbs:
            raise NotYet
        verbs[verb](*what)

    def save(self, after: Plan, *, note: str = "") -> None:
        line = line_of(diff(self.plan, after), rev=self.plan.revision + 1, at=0, by=str(ANA), verb="run")
        self.lines.append(replace(line, note=note))
        self.plan = fold(self.plan, line)

    def claim(self, name: str) -> None:
        """Claim a step, unless it is in the node's hands already."""
        self.save(working.claim(self.plan, self.number[name], by=NODE))

    def complete(self, name: str, result: Object | None = None) -> None:
        if result is not None:
            raise NotYet
        self.claim(name)
        self.save(working.complete(self.plan, self.number[name], by=NODE, at=0))

    def fail(self, name: str, reason: str) -> None:
        self.claim(name)
        self.save(working.fail(self.plan, self.number[name], by=NODE, reason=reason))

    def approve(self, name: str) -> None:
        seen = self.plan.revision
        self.save(deciding.approve(self.plan, self.number[name], by=ANA, at=0, seen=seen))

    def reject(self, name: str, note: str) -> None:
        seen = self.plan.revision
        self.save(deciding.reject(self.plan, self.number[name], by=ANA, at=0, note=note, seen=seen))

    def open_gate(self, name: str, report: Object) -> None:
        """Report a human step as done: a person opens the gate. Other raw statuses have no verb."""
        if report != {"status": "completed"}:
            raise NotYet
        self.approve(name)

    def claimable(self) -> list[str]:
        plan = self.plan
        return [s.title for s in plan.steps if is_ready(plan, s) and plan.stored_state is PlanState.ACTIVE]

    def stands(self) -> dict[str, object]:
        return {"plan": plan_word(self.plan), "subtasks": {s.title: self.word(s) for s in self.plan.steps}}

    def word(self, step: Step) -> str:
        if step.is_open and self.plan.stored_state is PlanState.ABORTED:
            return "blocked"
        standing = conditions(self.plan).get(step.number)
        if standing is None:
            return STATUSES.get(step.status, str(step.status))
        if standing is Condition.READY and step.is_gate:
            return "waiting"
        return CONDITIONS[standing]

    def final(self) -> dict[str, object]:
        failed = any(step.status is Status.FAILED for step in self.plan.steps)
        final = {**self.stands(), "has_failures": failed}
        if final["plan"] == "completed":
            final["success"] = not failed
        reasons = {step.title: self.reason(step) for step in self.plan.steps if self.word(step) == "blocked"}
        parts = {"reasons": reasons, "withdrawn": self.withdrawn}
        return final | {name: part for name, part in parts.items() if part}

    def reason(self, step: Step) -> str:
        lost = ", ".join(self.plan.step(number).title for number in lost_needs(self.plan, step))
        return f"Blocked by failed dependency: {lost}" if lost else f"Plan aborted: {self.lines[-1].note}"


def plan_word(plan: Plan) -> str:
    """Say where the plan stands.

    cascade-01 and others: where nothing can go on, theirs is completed; ours stays active, since a
    person may retry what failed, and is done once every step is closed.
    """
    if plan.state in (PlanState.ABORTED, PlanState.DRAFT):
        return {PlanState.ABORTED: "aborted", PlanState.DRAFT: "draft"}[plan.state]
    found = conditions(plan)
    stuck = all(found.get(step.number) is Condition.DOOMED for step in plan.steps if step.is_open)
    return "completed" if stuck else "executing"


def lost_needs(plan: Plan, step: Step) -> list[int]:
    """Follow a doomed step's needs to the lost ones."""
    lost: list[int] = []
    for need in step.needs:
        status = plan.status_of(need)
        if status in LOST:
            lost.append(need)
        elif status is Status.PENDING:
            lost += lost_needs(plan, plan.step(need))
    return list(dict.fromkeys(lost))


def run(given: object) -> object:
    asked = cast("Mapping[str, object]", given)
    subtasks = cast("Mapping[str, Mapping[str, object]]", asked["subtasks"])
    if asked["policy"] != "continue_best_effort" or any("scope" in task for task in subtasks.values()):
        raise NotYet
    needs = {name: cast("list[str]", task.get("deps", [])) for name, task in subtasks.items()}
    plan = needing(needs)
    try:
        check_plan(plan)
    except NeedsRefused as refused:
        return refusal(refused, needs)
    steps = (meant(step, subtasks[step.title]) for step in plan.steps)
    ran = Run(replace(plan, steps=tuple(steps), stored_state=PlanState.DRAFT))
    after = [ran.do(step) for step in cast("list[list[object]]", asked["steps"])]
    return {"after": after, "final": ran.final()}


def meant(step: Step, task: Object) -> Step:
    """Make a human task a gate; one whose metric is null is to be reviewed."""
    kind = Kind.GATE if task.get("mode") == "human" else Kind.WORK
    review = Review.REQUIRED if task.get("metric", "make test") is None else Review.NONE
    return replace(step, kind=kind, review=review)


def progress(given: object) -> object:
    """Tell whether a plan with these statuses has ended; what is blocked needs what failed."""
    ours = {"queued": Status.PENDING, "blocked": Status.PENDING, "running": Status.IN_PROGRESS}
    words = list(enumerate(cast("Mapping[str, list[str]]", given)["statuses"], start=1))
    failed = tuple(number for number, word in words if word == "failed")
    steps = [Step(number=number, title="a", status=ours.get(word) or Status(word)) for number, word in words]
    needing_lost = [
        replace(step, needs=failed) if word == "blocked" else step
        for step, (_, word) in zip(steps, words, strict=True)
    ]
    final = Run(planned(*needing_lost)).final()
    return {"complete": final["plan"] == "completed", "has_failures": final["has_failures"]}
