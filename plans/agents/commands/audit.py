"""`planboard audit`: who came in, who decided, who changed what others may do."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from plans.agents import options
from plans.agents.call import Call, Command
from plans.domain.actor import require_person
from plans.domain.errors import WrongInput
from plans.security.audit_reading import entries
from plans.security.text import clean_line
from plans.wiring import now_ms

if TYPE_CHECKING:
    import argparse

    from plans.security.audit import Entry

_AGO: Final = re.compile(r"(\d{1,6})([mhd])", re.ASCII)
_UNITS: Final = {"m": 60_000, "h": 3_600_000, "d": 86_400_000}
_NAMED: Final = frozenset({"at", "who", "what"})


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", metavar="WHEN", help="30m, 2h, 7d, or a time such as 2026-01-31T08:00")
    parser.add_argument("--who", default="", metavar="NAME", help="who did it, or whom it was done to")
    options.home(parser)


def _audit(call: Call) -> int:
    require_person(call.by, "read who came in")
    since = _since(call.args.since) if call.args.since else 0
    found = list(entries(call.environment.home, since=since, who=call.args.who))
    lines = [_line(entry) for entry in found] or ["nothing was noted"]
    return call.answer(lambda: {"audit": [dict(entry) for entry in found]}, lambda: lines)


def _since(text: str) -> int:
    ago = _AGO.fullmatch(text)
    if ago:
        return now_ms() - int(ago[1]) * _UNITS[ago[2]]
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        advice = "Write 30m, 2h or 7d for so long ago, or a time such as 2026-01-31T08:00 (UTC)."
        raise WrongInput(f"{text!r} is no time", advice=advice) from None
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)


def _line(entry: Entry) -> str:
    at = datetime.fromtimestamp(int(entry["at"] or 0) / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
    facts = "  ".join(f"{name}={value}" for name, value in entry.items() if name not in _NAMED)
    return clean_line(f"{at}  {entry.get('who', '')}  {entry.get('what', '')}  {facts}".rstrip())


COMMANDS: Final = {"audit": Command(_options, _audit)}
