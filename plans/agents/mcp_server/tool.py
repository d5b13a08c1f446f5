"""What a tool is: a name, words for a model, schemas of what it takes and gives, and what it does."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from plans.agents.mcp_server.schemas import Arguments, read_arguments, schema_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import msgspec

    from plans.actions.wire import Json
    from plans.agents.mcp_server.caller import Caller
    from plans.domain.errors import PlanError


class Effect(StrEnum):
    """What calling a tool may do to the world, as clients ask people about it."""

    READS = "reads"
    WRITES = "writes"
    DESTROYS = "destroys"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An answer that is not there yet: look until it is, for at most so long (None: as fits the client)."""

    look: Callable[[], Json | None]
    late: Callable[[float], PlanError]
    """Makes the refusal for who waited so many seconds."""
    said: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """One tool; ``call`` does the work, in whichever thread, and raises PlanError to refuse."""

    name: str
    title: str
    description: str
    effect: Effect
    takes: Json
    gives: Json
    call: Callable[[Caller, Json], Json | Waiting]


def tool[A: Arguments](
    name: str,
    title: str,
    run: Callable[[Caller, A], Json | Waiting],
    *,
    takes: type[A],
    gives: type[msgspec.Struct],
    effect: Effect = Effect.WRITES,
) -> Tool:
    """Make a tool; its words for the model are the docstring of what it takes."""

    def call(caller: Caller, sent: Json) -> Json | Waiting:
        return run(caller, read_arguments(takes, sent, tool=name))

    schema = schema_of(takes)
    return Tool(
        name=name,
        title=title,
        description=str(schema.pop("description")),
        effect=effect,
        takes=schema,
        gives=schema_of(gives),
        call=call,
    )
