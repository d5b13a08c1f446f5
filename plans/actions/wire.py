"""Plans as JSON: what programs are sent and what they may send; people export and import the same."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

from plans.actions.drafts import PlanDraft, StepDraft
from plans.domain.errors import PlanError, WrongInput
from plans.domain.graph import Condition
from plans.domain.standing import Column, standings
from plans.domain.step import Decision, Step

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plans.actions.desk import Reading
    from plans.actions.proving import Proof
    from plans.domain.plan import Plan
    from plans.domain.standing import Standing

type Json = dict[str, object]

_FIELDS: Final = tuple(name for name in Step.__struct_fields__ if name != "beyond")
_PLAN_WORDS: Final = ("title", "status", "group", "draft", "removed")
_OF_PLANS: Final = frozenset(
    {*_PLAN_WORDS, "namespace", "state", "archived", "revision", "own_revision", "epoch", "counts"}
    | {"created_at", "created_by", "updated_at", "updated_by", "problem", "warnings", "document"}
)
"""What an object may hold that is a plan without steps."""
_DERIVED: Final = frozenset({"ready", "waiting", "doomed", "waits_on", "wave", "column", "asks"})
_DRAFT: Final = frozenset(StepDraft.__struct_fields__)
_OURS: Final = (frozenset(Step.__struct_fields__) | _DERIVED) - _DRAFT
"""What this program says of a step and nobody else: left out when a step is read back."""
_UNSAFE: Final = "[\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e0fff]"


def step_json(plan: Plan, number: int) -> Json:
    """Give everything known of a step: its fields, and what is derived of it."""
    return _step(plan.step(number), standings(plan)[number])


def steps_json(plan: Plan) -> list[Json]:
    """Give all steps, in plan order."""
    known = standings(plan)
    return [_step(step, known[step.number]) for step in plan.steps]


def plan_json(plan: Plan) -> Json:
    """Give a plan with all its steps."""
    removed: Json = {"removed": list(plan.removed)} if plan.removed else {}
    return {**summary_json(plan), **removed, "steps": steps_json(plan)}


def summary_json(plan: Plan) -> Json:
    """Give a plan's own fields and how many of its steps stand where."""
    columns = [standing.column for standing in standings(plan).values()]
    return {
        **plan.beyond,
        "namespace": plan.namespace,
        "title": plan.title,
        "status": plan.status,
        "state": plan.state,
        "group": plan.group_name,
        "archived": plan.archived,
        "revision": plan.revision,
        "own_revision": plan.own_revision,
        "epoch": plan.epoch,
        "created_at": plan.created_at,
        "created_by": plan.created_by,
        "updated_at": plan.updated_at,
        "updated_by": plan.updated_by,
        "counts": {column.value: columns.count(column) for column in Column},
    }


def reading_json(reading: Reading) -> Json:
    """Give what is wrong with a plan's files, if anything is."""
    problem: Json = {"problem": msgspec.to_builtins(reading.problem)} if reading.problem else {}
    return problem | ({"warnings": list(reading.warnings)} if reading.warnings else {})


def whole_json(reading: Reading) -> Json:
    """Give a plan with all its steps, what is wrong with its files, and the text that its steps stand in."""
    document: Json = {} if reading.document is None else {"document": reading.document}
    return plan_json(reading.plan) | reading_json(reading) | document


def decision_json(decision: Decision) -> Json:
    """Give a person's answer."""
    return {
        "verdict": decision.verdict,
        "by": decision.by,
        "at": decision.at,
        "note": decision.note,
        "request": decision.request,
        "revision": decision.revision,
        "text": decision.text,
        "sig": decision.sig,
    }


def proof_json(proof: Proof) -> Json:
    """Give a decision with what it rests on."""
    said: Json = msgspec.to_builtins(proof)
    return said | {"holds": proof.holds}


def refusal_json(refused: PlanError, *, current: Json | None = None) -> Json:
    """Give a refusal; ``current`` is what a stale caller should look at."""
    said = {"code": refused.code, "message": refused.message, "advice": refused.advice, **refused.facts()}
    return {"error": said | ({"current": current} if current is not None else {})}


def encoded(value: object, *, indent: int = 0) -> str:
    """Write JSON. What a terminal would obey or not show is escaped; half characters become U+FFFD."""
    try:
        data = msgspec.json.encode(value)
    except UnicodeEncodeError:
        data = msgspec.json.encode(_whole(msgspec.to_builtins(value)))
    text = (msgspec.json.format(data, indent=indent) if indent else data).decode()
    return text if text.isascii() and "\x7f" not in text else re.sub(_UNSAFE, _escape, text)


def plan_draft(value: object) -> PlanDraft:
    """Read a plan that was sent: an object with ``steps``, one in a ``plan`` key, or a list of steps.

    A step is a title or an object. Keys that are no field of a step are kept in its ``extra``; what
    only this program says of steps (revisions, stamps, requests, decisions) is passed over.
    """
    sent = value.get("plan", value) if isinstance(value, dict) else {"steps": value}
    steps = sent.get("steps", []) if isinstance(sent, dict) else None
    if not isinstance(sent, dict) or not isinstance(steps, list):
        message = "This is no plan: it has no list of steps"
        raise WrongInput(message, advice='Send {"title": …, "steps": […]}, or a list of steps.')
    if "steps" not in sent:
        _refuse_strange(sent)
    words = {name: sent[name] for name in _PLAN_WORDS if name in sent} | {
        "draft": sent.get("draft", sent.get("state") == "draft")
    }
    if words.get("group") and words["group"] == str(sent.get("namespace", "")).partition(".")[0]:
        words.pop("group")  # nobody chose it: it comes from the name
    drafts = tuple(_step_draft(step, place) for place, step in enumerate(steps, 1))
    return msgspec.structs.replace(_converted(words, PlanDraft, "The plan"), steps=drafts)


def field_values_of(step: Step, names: Iterable[str]) -> Json:
    """Give some of a step's fields as plain JSON values."""
    return {name: msgspec.to_builtins(getattr(step, name)) for name in names}


def _step(step: Step, standing: Standing) -> Json:
    return {
        **step.beyond,
        **field_values_of(step, _FIELDS),
        "ready": standing.condition is Condition.READY,
        "doomed": standing.condition is Condition.DOOMED,
        "waits_on": list(standing.waits_on),
        "wave": standing.wave,
        "column": standing.column.value,
    }


def _refuse_strange(sent: Json) -> None:
    """Refuse a plan without steps that has what no plan has: they may stand there, under another name."""
    strange = [name for name in sent if name not in _OF_PLANS]
    if strange:
        message = f"This is no plan: it has no `steps`, and {str(strange[0])[:80]!r} means nothing here"
        raise WrongInput(message, advice='Send {"title": …, "steps": […]}, or a list of steps.')


def _step_draft(value: object, place: int) -> StepDraft:
    if isinstance(value, str):
        return StepDraft(title=value)
    if not isinstance(value, dict):
        message = f"Step {place} of the list is neither a title nor an object"
        raise WrongInput(message)
    known = {name: sent for name, sent in value.items() if name in _DRAFT}
    rest = {name: sent for name, sent in value.items() if name not in _DRAFT | _OURS}
    extra = known.get("extra", {})
    if rest and isinstance(extra, dict):
        known["extra"] = rest | extra
    return _converted(known, StepDraft, f"Step {place} of the list")


def _converted[T](value: Json, kind: type[T], what: str) -> T:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        message = f"{what} cannot be used: {error}"
        raise WrongInput(message) from error


def _whole(value: object) -> object:
    if isinstance(value, str):
        return re.sub("[\ud800-\udfff]", "\ufffd", value)
    if isinstance(value, list):
        return [_whole(child) for child in value]
    if isinstance(value, dict):
        return {_whole(name): _whole(child) for name, child in value.items()}
    return value


def _escape(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))
