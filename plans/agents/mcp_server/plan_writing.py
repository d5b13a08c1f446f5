"""The plan tools that write: the whole plan, from a file too, its status, and deleting it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import msgspec
from msgspec import UNSET, Meta, UnsetType
from msgspec.structs import replace

from plans.actions import planning
from plans.actions.importing import read_list, read_text
from plans.agents.mcp_server import documents
from plans.agents.mcp_server.documents import LastKnown, Name, PlanDocument, PlanStatus, found, in_its_words
from plans.agents.mcp_server.refusals import WordedRefusal, worded
from plans.agents.mcp_server.schemas import Arguments, given
from plans.agents.mcp_server.tool import Effect, tool
from plans.domain.errors import PlanNotFound
from plans.domain.expected import StaleRevision

if TYPE_CHECKING:
    from plans.actions.desk import Changed
    from plans.actions.wire import Json
    from plans.agents.mcp_server.caller import Caller
    from plans.domain.plan import Plan


class _Words(Arguments, frozen=True, kw_only=True):
    name: Name
    title: Annotated[str, Meta(description="Left out or empty: stays as it is.")] | UnsetType = UNSET
    author: (
        Annotated[str, Meta(description="Not used: the board shows the session that is connected.")]
        | UnsetType
    ) = UNSET
    status: Annotated[str, Meta(description="Free text; left out or empty: stays.")] | UnsetType = UNSET
    last_known_revision: LastKnown | UnsetType = UNSET


class WritePlan(_Words, frozen=True, kw_only=True):
    """Create a plan, or write a whole plan over the one you read.

    Every list item becomes a step, headings become phases, what is indented under an item becomes its notes;
    [x] completes a step, [-] cancels it. Only a new plan may be one step a line instead. An existing plan's
    steps are found by the number in their comment, else by their exact text. Every change obeys the rules:
    you cannot finish, change or remove other sessions' steps, nor remove gates, critical steps or steps that
    must be reviewed. To work on single steps, use the step tools instead.
    """

    content: Annotated[str, Meta(description="The whole plan as markdown, at most 1 MiB.")]


class UpdatePlanFromFile(_Words, frozen=True, kw_only=True):
    """Write a plan from a markdown file, just as write_plan does with its content."""

    path: Annotated[str, Meta(description="Below a folder this server was started with.")]


class SetPlanStatus(Arguments, frozen=True, kw_only=True):
    """Say in a few words how the plan stands. It is free text and changes no step."""

    name: Name
    status: Annotated[str, Meta(description="idle, in-progress, blocked or done, for example.")]
    last_known_revision: LastKnown | UnsetType = UNSET


class DeletePlan(Arguments, frozen=True, kw_only=True):
    """Move a plan to the trash. You may delete only plans that you made and in which no person has a say."""

    name: Name
    last_known_revision: LastKnown | UnsetType = UNSET


class DeleteAnswer(msgspec.Struct):
    """What was deleted."""

    deleted: str


def _write_plan(caller: Caller, asked: WritePlan) -> Json:
    return _written(caller, asked, asked.content)


def _update_plan_from_file(caller: Caller, asked: UpdatePlanFromFile) -> Json:
    caller.rights.check("write", asked.name)
    data = caller.files.read(asked.path)
    if not data.strip():
        raise worded("file is empty; plan content must not be empty", advice="Write the plan into it first.")
    return _written(caller, asked, data.decode("utf-8-sig", "replace"))


def _written(caller: Caller, asked: _Words, content: str) -> Json:
    caller.rights.check("read", asked.name)  # else two refusals would tell whether there is such a plan
    plan = _there(caller, asked.name)
    draft, warnings = documents.read_content(content, read_text if plan is None else read_list)
    title, status = given(asked.title), given(asked.status)
    draft = replace(draft, title=title or draft.title, status=status or draft.status)
    known = given(asked.last_known_revision)
    if plan is None:
        caller.rights.check("create", asked.name)
        if known:
            stale = StaleRevision(expected=known, actual=0)
            raise WordedRefusal(stale, documents.conflict(asked.name, known, 0))
        with in_its_words(caller, asked.name, known):
            changed = planning.create_plan(caller.desk, asked.name, sent=draft, **caller.terms())
    else:
        caller.rights.check("write", asked.name)
        expected = caller.seen.revision_of_whole(plan, said=known)
        with in_its_words(caller, asked.name, expected):
            terms = caller.terms(expected=expected)
            changed = planning.write_plan(caller.desk, asked.name, sent=draft, **terms)
    caller.seen.whole(changed.plan)
    return documents.document(changed.plan) | _warned(changed, warnings)


def _there(caller: Caller, name: str) -> Plan | None:
    try:
        return caller.desk.store.read(name).plan
    except PlanNotFound:
        return None


def _warned(changed: Changed, warnings: list[str]) -> Json:
    said = [*warnings, *filter(None, [changed.late])]
    return {"warnings": said} if said else {}


def _set_plan_status(caller: Caller, asked: SetPlanStatus) -> Json:
    if not asked.status.strip():
        raise worded("status must not be empty", advice="Say in a few words how the plan stands.")
    plan = found(caller, asked.name, verb="status", missing='plan not found: "{}"')
    expected = caller.seen.revision_of_words(plan, said=given(asked.last_known_revision))
    with in_its_words(caller, asked.name, expected):
        changed = planning.describe_plan(
            caller.desk, asked.name, status=asked.status, **caller.terms(expected=expected)
        )
    caller.seen.words(changed.plan)
    return documents.status(changed.plan)


def _delete_plan(caller: Caller, asked: DeletePlan) -> Json:
    plan = found(caller, asked.name, verb="delete")
    expected = caller.seen.revision_of_words(plan, said=given(asked.last_known_revision))
    with in_its_words(caller, asked.name, expected):
        planning.delete_plan(caller.desk, asked.name, **caller.terms(expected=expected))
    caller.seen.forget(asked.name)
    return {"deleted": asked.name}


TOOLS: Final = (
    tool(
        "write_plan", "Write a plan", _write_plan, takes=WritePlan, gives=PlanDocument, effect=Effect.DESTROYS
    ),
    tool(
        "update_plan_from_file",
        "Write a plan from a file",
        _update_plan_from_file,
        takes=UpdatePlanFromFile,
        gives=PlanDocument,
        effect=Effect.DESTROYS,
    ),
    tool("set_plan_status", "Set a plan's status", _set_plan_status, takes=SetPlanStatus, gives=PlanStatus),
    tool(
        "delete_plan",
        "Delete a plan",
        _delete_plan,
        takes=DeletePlan,
        gives=DeleteAnswer,
        effect=Effect.DESTROYS,
    ),
)
