"""`planboard step list` and `planboard step show`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from plans.actions import wire
from plans.agents import options, text
from plans.agents.call import Call, Command, step_value
from plans.domain.step import Status
from plans.domain.verbs.working import claimable

if TYPE_CHECKING:
    import argparse

    from plans.domain.plan import Plan
    from plans.domain.step import Step


def _list_options(parser: argparse.ArgumentParser) -> None:
    options.place(parser, step=False)
    options.author(parser)
    parser.add_argument("--status", choices=[status.value for status in Status])
    parser.add_argument("--owner", metavar="SESSION", help="only what this session owns")
    parser.add_argument(
        "--ready", action="store_true", help="only what can be claimed now; with a session, by it"
    )


def _list(call: Call) -> int:
    plan = call.read()
    steps = _chosen(plan, call)
    numbers = {step.number for step in steps}

    def value() -> wire.Json:
        listed = [step for step in wire.steps_json(plan) if step["number"] in numbers]
        return {"steps": listed, "namespace": plan.namespace, "revision": plan.revision}

    return call.answer(value, lambda: text.step_lines(plan, steps))


def _chosen(plan: Plan, call: Call) -> list[Step]:
    args = call.args
    steps = claimable(plan, by=call.by) if args.ready else list(plan.steps)
    if args.status:
        steps = [step for step in steps if step.status == args.status]
    if args.owner:
        steps = [step for step in steps if step.owner == args.owner]
    return steps


def _show_options(parser: argparse.ArgumentParser) -> None:
    options.place(parser, step=True)


def _show(call: Call) -> int:
    number, plan = call.number, call.read()
    plan.step(number)
    return call.answer(lambda: step_value(plan, number), lambda: text.step_details(plan, number))


COMMANDS: Final = {"list": Command(_list_options, _list), "show": Command(_show_options, _show)}
