"""`planboard step add` and `planboard step edit`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from plans.actions import shaping
from plans.agents import options
from plans.agents.call import Call, Command
from plans.agents.exits import Usage
from plans.domain.step import Kind

if TYPE_CHECKING:
    import argparse

    from plans.domain.verbs.shaping import Changes


def _add_options(parser: argparse.ArgumentParser) -> None:
    options.place(parser, step=False)
    options.change(parser)
    options.details(parser)
    parser.add_argument("--gate", action="store_true", help="a step that only a person completes")
    parser.add_argument("--after", type=int, metavar="NUMBER", help="behind this step; default at the end")


def _add(call: Call) -> int:
    if call.args.title is None:
        raise Usage("The step's --title is missing")
    changed = shaping.add_step(
        call.desk,
        call.namespace,
        title=call.args.title,
        kind=Kind.GATE if call.args.gate else Kind.WORK,
        after=call.args.after,
        **call.terms(call.by),
        **options.given_details(call.args),
    )
    number = changed.line.step if changed.line is not None else None
    return call.answer_step(changed, number or 0)


def _edit_options(parser: argparse.ArgumentParser) -> None:
    options.place(parser, step=True)
    options.change(parser)
    options.details(parser)


def _edit(call: Call) -> int:
    changes = cast("Changes", options.given_details(call.args))
    if call.args.title is not None:
        changes["title"] = call.args.title
    if not changes:
        raise Usage("Nothing to change was given")
    changed = shaping.edit_step(call.desk, call.namespace, call.number, **call.terms(call.by), **changes)
    return call.answer_step(changed, call.number)


COMMANDS: Final = {"add": Command(_add_options, _add), "edit": Command(_edit_options, _edit)}
