"""The numbers a plan can hold: those that are a date, that every database keeps, and no others.

They are read into these types wherever they come from a file, so that one which is none of them is found in
its line and not where it is copied or shown. What callers keep in ``extra`` may be of any size.
"""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta

LATEST: Final = 8_640_000_000_000_000
"""The last moment a JavaScript date can hold, ms: what peers may write, we read."""
LAST_DATE: Final = 253_402_300_799_000
"""The last second of the year 9999, ms: what is later only JavaScript can write down as a date."""
LAST_NUMBER: Final = 2**31 - 1
"""The last number a step can have."""

type Moment = Annotated[int, Meta(ge=0, le=LATEST)]
"""A time, ms since the epoch."""
type Number = Annotated[int, Meta(ge=1, le=LAST_NUMBER)]
"""A step's."""
type Revision = Annotated[int, Meta(ge=0, le=2**53 - 1)]
"""Of a plan or a step; JavaScript reads it, too."""
type Count = Annotated[int, Meta(ge=0, le=2**63 - 1)]
"""How many there are of anything."""
