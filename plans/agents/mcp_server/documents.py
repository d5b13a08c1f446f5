"""Plans as the eight plan tools know them: one markdown document with a name, a status and a revision.

Names, fields and sentences are those of docker-agent's shared plans (formats.md, 3.2 and 3.3).
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from plans.actions.desk import wrong_with
from plans.actions.lost_lines import named
from plans.actions.markdown_plan import write_document
from plans.actions.strict_json import LIMIT
from plans.agents.mcp_server.refusals import WordedRefusal, worded
from plans.agents.mcp_server.shown import cleaned
from plans.domain.actor import Actor
from plans.domain.errors import PlanExists, PlanNotFound, TooLarge
from plans.domain.expected import StaleRevision
from plans.domain.numbers import LAST_DATE
from plans.security.text import clean_line, clean_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from plans.actions.desk import Reading
    from plans.actions.drafts import PlanDraft
    from plans.actions.markdown_plan import Document
    from plans.actions.wire import Json
    from plans.agents.mcp_server.caller import Caller
    from plans.domain.plan import Plan

Name = Annotated[str, Meta(description="The plan's name, its namespace: payments.ledger.", min_length=1)]
LastKnown = Annotated[
    int,
    Meta(
        description="The revision you last read; refused if the plan changed since. 0: only create. "
        "Left out: what this connection last read of the plan.",
        ge=0,
    ),
]


class PlanSummary(msgspec.Struct, kw_only=True):
    """A plan without its content."""

    name: str
    revision: Annotated[int, Meta(description="Send it as last_known_revision with your next write.")]
    updatedAt: Annotated[str, Meta(description="UTC.")]  # noqa: N815 - docker-agent's name
    title: str | UnsetType = UNSET
    author: Annotated[str, Meta(description="Who made the plan.")] | UnsetType = UNSET
    status: Annotated[str, Meta(description="Free text.")] | UnsetType = UNSET


class PlanDocument(PlanSummary, kw_only=True):
    """A plan with its content."""

    content: Annotated[str, Meta(description="Markdown: headings are phases, list items are steps.")]
    warnings: (
        Annotated[
            tuple[str, ...], Meta(description="What could not be kept, or is wrong with the plan's files.")
        ]
        | UnsetType
    ) = UNSET
    document: (
        Annotated[
            str,
            Meta(
                description="The whole text of a plan that docker-agent keeps: its checkboxes are the steps. "
                "Only to be read; write_plan takes the content."
            ),
        ]
        | UnsetType
    ) = UNSET


class PlanStatus(msgspec.Struct):
    """How a plan says it stands."""

    name: str
    status: str
    revision: int
    warnings: (
        Annotated[tuple[str, ...], Meta(description="What is wrong with the plan's files.")] | UnsetType
    ) = UNSET


def summary(plan: Plan) -> Json:
    """Give a plan without its content; what is empty is left out."""
    made = Actor.parse(plan.created_by).name if plan.created_by else ""
    words = {"title": plan.title, "author": made, "status": plan.status}
    said = {name: cleaned(text) for name, text in words.items() if text}
    return {"name": plan.namespace, **said, "revision": plan.revision, "updatedAt": _time(plan.updated_at)}


def document(plan: Plan) -> Json:
    """Give a plan with its content."""
    return summary(plan) | {"content": write_document(plan)}


def reading(read: Reading) -> Json:
    """Give a plan with its content, the text around its steps, and what is wrong with its files."""
    text: Json = {} if read.document is None else {"document": clean_text(read.document)}
    return document(read.plan) | text | warned(read)


def warned(read: Reading) -> Json:
    """Say what is wrong with a plan's files, if anything is."""
    said = [clean_line(sentence) for sentence in wrong_with(read)]
    return {"warnings": said} if said else {}


def status(plan: Plan) -> Json:
    """Give how a plan says it stands."""
    return {"name": plan.namespace, "status": cleaned(plan.status), "revision": plan.revision}


def read_content(content: str, by: Callable[[str], Document]) -> tuple[PlanDraft, list[str]]:
    """Read a plan that was sent, and say what of it could not be kept. Raises WrongInput, TooLarge."""
    if not content.strip():
        raise worded("content must not be empty", advice="Send the plan's text, one step a line.")
    if len(content.encode("utf-8", "surrogatepass")) > LIMIT:
        raise TooLarge(f"The content is larger than {LIMIT:,} bytes")
    read = by(content)
    return read.plan, [clean_line(line) for line in named(read.lost)]


def found(caller: Caller, name: str, *, verb: str = "read", missing: str = 'plan "{}" not found') -> Plan:
    """Read a plan that must be there; ``missing`` is the sentence for one that is not."""
    return looked_at(caller, name, verb=verb, missing=missing).plan


def looked_at(
    caller: Caller, name: str, *, verb: str = "read", missing: str = 'plan "{}" not found'
) -> Reading:
    """Read a plan that must be there, with what surrounds it."""
    caller.rights.check(verb, name)
    try:
        return caller.desk.store.read(name)
    except PlanNotFound as error:
        raise WordedRefusal(error, missing.format(name)) from error


@contextmanager
def in_its_words(caller: Caller, name: str, expected: int | None) -> Iterator[None]:
    """Tell of a plan that changed, or that is there already, as docker-agent does."""
    try:
        yield
    except (StaleRevision, PlanExists) as error:
        actual = caller.desk.store.read(name).plan.revision
        raise WordedRefusal(error, conflict(name, expected or 0, actual)) from error


def conflict(name: str, expected: int, actual: int) -> str:
    """Say that a plan is at another revision."""
    return (
        f'version conflict on plan "{name}": last_known_revision {expected} does not match current revision '
        f"{actual}; re-read the plan and retry"
    )


def _time(ms: int) -> str:
    return datetime.fromtimestamp(min(ms, LAST_DATE) / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
