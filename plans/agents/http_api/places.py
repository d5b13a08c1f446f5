"""What routes take from an address and its query, as ninja reads it and the document shows it."""

# The annotations are read by ninja when the program runs: no `from __future__ import annotations` here.

from typing import Annotated, Final, Literal

from ninja.params.functions import Body, Path, Query
from pydantic import Field

from plans.agents.http_api.bodies import Heartbeat, Noted, Nothing

MOST_PLANS: Final = 1_000
MOST_EVENTS: Final = 1_000
_MOST: Final = 10**9
# Names are checked by the store, in its own words; the document only shows the form.
_SHAPE: Final = {"pattern": "^[a-zA-Z0-9][a-zA-Z0-9._-]{0,127}$"}

Namespace = Annotated[str, Field(json_schema_extra=_SHAPE), Path(description="The plan's name.")]
Number = Annotated[int, Path(description="The step's number.", ge=1, lt=_MOST)]

At = Annotated[int | None, Query(description="The plan as it was at this revision.", ge=0, lt=_MOST)]
After = Annotated[int, Query(description="Revisions after this one.", ge=0, lt=_MOST)]
MostEvents = Annotated[int, Query(ge=1, le=MOST_EVENTS)]
RequestId = Annotated[
    int | None,
    Query(alias="request", description="The id of the request; without it the last one.", ge=1, lt=_MOST),
]
Seconds = Annotated[
    float, Query(description="Seconds to wait; an answer comes after 25 at most.", ge=0, le=3_600)
]

Archived = Annotated[bool, Query(description="List archived plans too.")]
Group = Annotated[str, Query(description="Only plans of this group.")]
Behind = Annotated[str, Query(description="Begin behind this plan.")]
MostPlans = Annotated[int, Query(ge=1, le=MOST_PLANS)]

WithStatus = Annotated[
    Literal["pending", "in_progress", "blocked", "in_review", "completed", "failed", "cancelled"] | None,
    Query(description="Only steps that stand so."),
]
Owner = Annotated[str, Query(description="Only what this session owns.")]
Ready = Annotated[
    bool, Query(description="Only what can be claimed now; by your session, where you name it.")
]

NoBody = Annotated[Nothing, Body(Nothing())]
NoteBody = Annotated[Noted, Body(Noted())]
HeartbeatBody = Annotated[Heartbeat, Body(Heartbeat())]
