"""The arguments that tools share, and how each is explained to a model."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

Namespace = Annotated[
    str,
    Meta(
        description="The plan, payments.ledger for example; may be left out where a default plan is set.",
        min_length=1,
    ),
]
Number = Annotated[int, Meta(description="The step's number.", ge=1)]
Revision = Annotated[
    int,
    Meta(
        description="The step's `revision` as you last read it: an edit of something older is refused.", ge=0
    ),
]
Checked = Annotated[
    int, Meta(description="Only if the step is still at this revision; may be left out.", ge=0)
]
Key = Annotated[
    str,
    Meta(
        description="Any text of your own, a UUID for example. A repeated call with the same key changes "
        "nothing and gives the first result: use it when you may have to try again.",
        min_length=1,
    ),
]
Note = Annotated[str, Meta(description="A remark for the people who read the history; markdown.")]
