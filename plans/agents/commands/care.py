"""`planboard verify`, `restore`, `unlock`, `login`: what a person does at the terminal."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from plans.actions import planning
from plans.agents import options
from plans.agents.call import Call, Command
from plans.agents.exits import DONE
from plans.domain.actor import require_person
from plans.domain.errors import Busy, PlanError
from plans.environment import DEFAULT_ORIGIN
from plans.security.text import clean_line

if TYPE_CHECKING:
    import argparse

_DIFFERENT = 1


def _verify_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("where", nargs="*", metavar="NAMESPACE", help="default: all plans")
    options.home(parser)


def _verify(call: Call) -> int:
    """Check plans; ends with 1 where something does not fit."""
    store = call.desk.store
    found: dict[str, list[str]] = {}
    for namespace in call.args.where or store.namespaces():
        try:
            found[namespace] = store.verify(namespace)
        except PlanError as refused:
            if call.args.where:
                raise
            found[namespace] = [refused.message]
    lines = [f"{name}: {clean_line(fault)}" for name, faults in found.items() for fault in faults]
    good = [f"{len(found)} {'plan' if len(found) == 1 else 'plans'} checked: all well"]
    call.answer(lambda: {"plans": found, "ok": not lines}, lambda: lines or good)
    return _DIFFERENT if lines else DONE


def _restore_options(parser: argparse.ArgumentParser) -> None:
    options.place(parser, step=False)
    options.change(parser)
    parser.add_argument("--rev", type=int, required=True, metavar="N", help="the revision to go back to")
    options.home(parser)


def _restore(call: Call) -> int:
    terms = call.terms(call.by)
    if call.args.revision is None:  # who sits at the terminal means the plan as it is now
        terms["expected"] = call.desk.store.read(call.namespace).plan.revision
    changed = planning.restore_plan(call.desk, call.namespace, revision=call.args.rev, **terms)
    made = changed.line.rev if changed.line is not None else changed.plan.revision
    return call.answer_plan(changed, said=f"restored revision {call.args.rev} as revision {made}: ")


def _unlock_options(parser: argparse.ArgumentParser) -> None:
    options.place(parser, step=False)
    options.home(parser)


def _unlock(call: Call) -> int:
    said = _unlocked(call)
    return call.answer(lambda: {"unlocked": call.namespace, "message": said}, lambda: [said])


def _unlocked(call: Call) -> str:
    """Remove the lock; where it must be watched first, do that. One that changes meanwhile is alive: Busy."""
    try:
        return planning.unlock_plan(call.desk, call.namespace, by=call.by)
    except Busy as busy:
        left = busy.facts().get("retry_after")
        if not isinstance(left, int):
            raise
        call.warn(f"{busy.message}; watching it for {left} s")
        time.sleep(left)
    return planning.unlock_plan(call.desk, call.namespace, by=call.by)


def _login_options(parser: argparse.ArgumentParser) -> None:
    options.home(parser)
    parser.add_argument("--origin", metavar="URL", help="default: where the board was opened last")


def _login(call: Call) -> int:
    from plans.security.home_format import refuse_newer  # noqa: PLC0415 - start-up time
    from plans.security.login_codes import create_login_code  # noqa: PLC0415
    from plans.security.origin_note import noted_origin  # noqa: PLC0415
    from plans.wiring import now_ms  # noqa: PLC0415

    require_person(call.by, "log in to the board")
    home = call.environment.home
    refuse_newer(home)
    code = create_login_code(home, now=now_ms())
    origin = call.args.origin or call.environment.public_origin or noted_origin(home) or DEFAULT_ORIGIN
    link = f"{origin.rstrip('/')}/login/#code={code}"
    lines = [link, "It works once, for five minutes."]
    return call.answer(lambda: {"url": link, "code": code}, lambda: lines)


COMMANDS: Final = {
    "verify": Command(_verify_options, _verify),
    "restore": Command(_restore_options, _restore),
    "unlock": Command(_unlock_options, _unlock),
    "login": Command(_login_options, _login),
}
