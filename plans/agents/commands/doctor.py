"""`planboard doctor`: looks at what the board needs and says what to change; changes nothing."""

from __future__ import annotations

import os
from contextlib import suppress
from pwd import getpwuid
from typing import TYPE_CHECKING, Final

import msgspec

from plans.agents import options
from plans.agents.call import Call, Command
from plans.agents.exits import DONE
from plans.doctor.examination import examine
from plans.doctor.finding import Level
from plans.doctor.place import Place
from plans.security.text import clean_line
from plans.wiring import now_ms, plan_store

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from plans.doctor.finding import Finding

_BROKEN: Final = 1
_WIDTH: Final = 12


def _options(parser: argparse.ArgumentParser) -> None:
    options.home(parser)
    parser.add_argument("--quick", action="store_true", help="do not replay the plans' journals")
    parser.add_argument("--all", action="store_true", help="also say what is well")


def _examine(call: Call) -> int:
    """Say what was found; ends with 1 where something is broken."""
    here = call.environment
    uid = _board_user(here.home_folder)
    place = Place(settings=here, store=plan_store(here), uid=uid, groups=_groups(uid), now=now_ms())
    found = list(examine(place, plans=not call.args.quick))
    is_broken = any(finding.level is Level.BROKEN for finding in found)
    shown = found if call.args.all else [finding for finding in found if finding.level is not Level.WELL]
    call.answer(
        lambda: {"ok": not is_broken, "findings": [msgspec.to_builtins(finding) for finding in found]},
        lambda: [*_lines(shown), _summary(found)],
    )
    return _BROKEN if is_broken else DONE


def _board_user(home: str) -> int:
    """Root looks for the user whose home it is: what root may do helps no board of that user's."""
    uid = os.geteuid()
    if uid == 0:
        with suppress(OSError):
            return os.stat(home).st_uid  # noqa: PTH116
    return uid


def _groups(uid: int) -> frozenset[int]:
    if uid == os.geteuid():
        return frozenset({os.getegid(), *os.getgroups()})
    try:
        found = getpwuid(uid)
    except KeyError:
        return frozenset()
    return frozenset(os.getgrouplist(found.pw_name, found.pw_gid))


def _lines(found: Iterable[Finding]) -> Iterable[str]:
    for finding in found:
        yield f"{finding.level:<7} {finding.topic:<{_WIDTH}}{clean_line(finding.message)}"
        if finding.advice:
            yield f"{'':<20}{clean_line(finding.advice)}"
        if finding.command:
            yield f"{'':<20}$ {clean_line(finding.command)}"


def _summary(found: list[Finding]) -> str:
    counts = {level: sum(finding.level is level for finding in found) for level in Level}
    well = f"{counts[Level.WELL]} of {len(found)} looked at are well"
    if not counts[Level.BROKEN] and not counts[Level.ADVICE]:
        return f"all {len(found)} looked at are well"
    return (
        f"{well}, {counts[Level.ADVICE]} could be better, {counts[Level.BROKEN]} broken; nothing was changed"
    )


COMMANDS: Final = {"doctor": Command(_options, _examine)}
