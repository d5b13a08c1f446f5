"""The tools that change what a step says, and add one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, cast

from msgspec import UNSET, Meta, UnsetType

from plans.actions import shaping
from plans.agents.mcp_server.schemas import Arguments, given
from plans.agents.mcp_server.shown import StepAnswer, changed_answer
from plans.agents.mcp_server.tool import tool
from plans.agents.mcp_server.words import Key, Namespace, Number, Revision
from plans.domain.errors import WrongInput
from plans.domain.step import Kind, Review, Risk

if TYPE_CHECKING:
    from plans.actions.wire import Json
    from plans.agents.mcp_server.caller import Caller
    from plans.domain.verbs.shaping import Changes, Details

_DETAILS: Final = ("notes", "needs", "phase", "review", "risk", "critical", "extra")


class _Details(Arguments, frozen=True, kw_only=True):
    namespace: Namespace | UnsetType = UNSET
    key: Key | UnsetType = UNSET
    notes: Annotated[str, Meta(description="Markdown; replaces the old notes.")] | UnsetType = UNSET
    needs: (
        Annotated[tuple[int, ...], Meta(description="All steps that must be completed before.")] | UnsetType
    ) = UNSET
    phase: Annotated[str, Meta(description="A label that groups steps.")] | UnsetType = UNSET
    review: Annotated[Review, Meta(description="required: a person checks the result.")] | UnsetType = UNSET
    risk: Annotated[Risk, Meta(description="How much harm doing it can do.")] | UnsetType = UNSET
    critical: Annotated[bool, Meta(description="Whether much depends on it.")] | UnsetType = UNSET
    extra: (
        Annotated[
            dict[str, object],
            Meta(
                description="Any other values; null deletes one. People see a list of objects as a table, "
                "and CSV under a name like runs.csv."
            ),
        ]
        | UnsetType
    ) = UNSET

    def details(self) -> Details:
        """Give what was sent of the step, its title apart."""
        sent = {name: getattr(self, name) for name in _DETAILS}
        return cast("Details", {name: value for name, value in sent.items() if value is not UNSET})


class UpdateStep(_Details, frozen=True, kw_only=True):
    """Change a step's title, notes, needs, phase, review, risk or extra values. What is left out stays.

    You may edit a step that you own, or that you made and nobody owns; you may add needs and require a
    review, never take them away. Send the `revision` you read: if somebody changed the step since, this
    is refused, nothing is written, and the answer shows the step as it is now. To report what you do, use
    heartbeat; to finish, complete_step.
    """

    number: Number
    revision: Revision | UnsetType = UNSET
    title: Annotated[str, Meta(description="One line.")] | UnsetType = UNSET


class AddStep(_Details, frozen=True, kw_only=True):
    """Add a step to the plan, at the end or behind another one.

    Send a `key`, so that a call that is repeated adds nothing.
    """

    title: Annotated[str, Meta(description="One line.", min_length=1)]
    gate: Annotated[bool, Meta(description="true: only a person completes it.")] | UnsetType = UNSET
    after: Annotated[int, Meta(description="Behind this step; else at the end.", ge=1)] | UnsetType = UNSET


def _update_step(caller: Caller, asked: UpdateStep) -> Json:
    namespace = caller.plan_named(given(asked.namespace), verb="edit")
    changes = cast("Changes", asked.details())
    if asked.title is not UNSET:
        changes["title"] = asked.title
    if not changes:
        raise WrongInput("Nothing to change was sent", advice="Send at least one field besides the number.")
    terms = caller.step_terms(namespace, asked.number, said=given(asked.revision), key=given(asked.key))
    changed = shaping.edit_step(caller.desk, namespace, asked.number, **terms, **changes)
    return changed_answer(caller, changed, asked.number)


def _add_step(caller: Caller, asked: AddStep) -> Json:
    changed = shaping.add_step(
        caller.desk,
        caller.plan_named(given(asked.namespace), verb="add"),
        title=asked.title,
        kind=Kind.GATE if given(asked.gate) else Kind.WORK,
        after=given(asked.after),
        **caller.terms(key=given(asked.key)),
        **asked.details(),
    )
    return changed_answer(caller, changed, changed.line.step if changed.line is not None else None)


TOOLS: Final = (
    tool("update_step", "Edit a step", _update_step, takes=UpdateStep, gives=StepAnswer),
    tool("add_step", "Add a step", _add_step, takes=AddStep, gives=StepAnswer),
)
