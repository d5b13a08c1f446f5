"""Every tool there is, in the order a model reads them."""

from __future__ import annotations

from typing import Final

from plans.agents.mcp_server import (
    plan_reading,
    plan_writing,
    step_reading,
    step_shaping,
    step_waiting,
    step_working,
)

TOOLS: Final = (
    *step_working.TOOLS,
    *step_waiting.TOOLS,
    *step_reading.TOOLS,
    *step_shaping.TOOLS,
    *plan_reading.TOOLS,
    *plan_writing.TOOLS,
)
