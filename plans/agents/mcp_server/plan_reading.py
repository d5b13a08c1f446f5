"""The plan tools that only read: list, read, status, export."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import msgspec
from msgspec import UNSET, Meta, UnsetType

from plans.actions.desk import wrong_with
from plans.agents.mcp_server import documents
from plans.agents.mcp_server.documents import Name, PlanDocument, PlanStatus, PlanSummary
from plans.agents.mcp_server.schemas import Arguments
from plans.agents.mcp_server.tool import Effect, tool
from plans.domain.errors import PlanError
from plans.security.text import clean_line

if TYPE_CHECKING:
    from plans.actions.wire import Json
    from plans.agents.mcp_server.caller import Caller


class ListPlans(Arguments, frozen=True, kw_only=True):
    """List all shared plans: name, title, author, status, revision. Archived ones are left out."""


class ReadPlan(Arguments, frozen=True, kw_only=True):
    """Read a whole plan as one markdown document, with its revision.

    Headings are phases, list items are steps with a box: [x] completed, [-] cancelled. The comment behind a
    step holds its number and what markdown cannot say: keep it when you write the plan back. To work on
    single steps, use list_steps and next_step instead.
    """

    name: Name


class GetPlanStatus(Arguments, frozen=True, kw_only=True):
    """Read only a plan's status text and revision."""

    name: Name


class ExportPlanToFile(Arguments, frozen=True, kw_only=True):
    """Write a plan's markdown into a file, over one that is there; the text itself is not returned.

    Edit the file then, and bring it back with update_plan_from_file.
    """

    name: Name
    path: Annotated[str, Meta(description="Below a folder this server was started with.")]


class PlansAnswer(msgspec.Struct):
    """All plans, by name."""

    plans: tuple[PlanSummary, ...]
    warnings: (
        Annotated[
            tuple[str, ...],
            Meta(description="Plans that cannot be read, and what is wrong with files of others."),
        ]
        | UnsetType
    ) = UNSET


class ExportAnswer(msgspec.Struct):
    """Where a plan was written."""

    name: str
    path: str
    revision: int
    bytesWritten: int  # noqa: N815 - docker-agent's name
    title: str | UnsetType = UNSET
    status: str | UnsetType = UNSET
    warnings: (
        Annotated[tuple[str, ...], Meta(description="What is wrong with the plan's files.")] | UnsetType
    ) = UNSET


def _list_plans(caller: Caller, _: ListPlans) -> Json:
    plans: list[Json] = []
    warnings: list[str] = []
    for name in sorted(filter(caller.rights.sees, caller.desk.store.namespaces())):
        try:
            read = caller.desk.store.read(name)
        except PlanError as refused:
            warnings.append(f'skipped "{name}": {clean_line(refused.message)}')
            continue
        if not read.plan.archived:
            caller.seen.words(read.plan)
            plans.append(documents.summary(read.plan))
            warnings += [f'"{name}": {clean_line(sentence)}' for sentence in wrong_with(read)]
    return {"plans": plans} | ({"warnings": warnings} if warnings else {})


def _read_plan(caller: Caller, asked: ReadPlan) -> Json:
    read = documents.looked_at(caller, asked.name)
    caller.seen.whole(read.plan)
    return documents.reading(read)


def _get_plan_status(caller: Caller, asked: GetPlanStatus) -> Json:
    read = documents.looked_at(caller, asked.name)
    caller.seen.words(read.plan)
    return documents.status(read.plan) | documents.warned(read)


def _export_plan_to_file(caller: Caller, asked: ExportPlanToFile) -> Json:
    caller.rights.check("write", asked.name)  # it writes a file of the machine that the server runs on
    read = documents.looked_at(caller, asked.name)
    plan, document = read.plan, documents.document(read.plan)
    data = str(document["content"]).encode("utf-8", "replace")
    where = caller.files.write(asked.path, data)
    caller.seen.whole(plan)
    kept: Json = {name: document[name] for name in ("title", "status", "revision") if name in document}
    written: Json = {"name": plan.namespace, "path": where, **kept, "bytesWritten": len(data)}
    return written | documents.warned(read)


TOOLS: Final = (
    tool("list_plans", "List plans", _list_plans, takes=ListPlans, gives=PlansAnswer, effect=Effect.READS),
    tool("read_plan", "Read a plan", _read_plan, takes=ReadPlan, gives=PlanDocument, effect=Effect.READS),
    tool(
        "get_plan_status",
        "Read a plan's status",
        _get_plan_status,
        takes=GetPlanStatus,
        gives=PlanStatus,
        effect=Effect.READS,
    ),
    tool(
        "export_plan_to_file",
        "Write a plan into a file",
        _export_plan_to_file,
        takes=ExportPlanToFile,
        gives=ExportAnswer,
        effect=Effect.DESTROYS,
    ),
)
