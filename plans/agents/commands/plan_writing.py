"""`planboard plan create`, `write`, `status` and `delete`."""

from __future__ import annotations

import sys
from codecs import BOM_UTF8
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from plans.actions import planning, wire
from plans.actions.drafts import PlanDraft
from plans.agents import options
from plans.agents.call import Call, Command
from plans.agents.exits import Usage
from plans.domain.errors import WrongInput
from plans.security.text import clean_line

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from plans.actions.markdown_plan import Document
    from plans.domain.plan import Plan

_BRACKETS = (b"{", b"[")


def _create_options(parser: argparse.ArgumentParser) -> None:
    options.place(parser, step=False)
    options.change(parser)
    parser.add_argument("--title", metavar="TEXT")
    parser.add_argument(
        "--from", dest="source", metavar="FILE", help="a markdown list, one step a line, or JSON; - is stdin"
    )
    parser.add_argument("--draft", action="store_true", help="hand out no steps yet")


def _create(call: Call) -> int:
    sent = _sent(call, call.args.source, read=_read_text) if call.args.source else PlanDraft()
    if call.args.title is not None:
        sent = replace(sent, title=call.args.title)
    if call.args.draft:
        sent = replace(sent, draft=True)
    changed = planning.create_plan(call.desk, call.namespace, sent=sent, **call.terms(call.by))
    return call.answer_plan(changed, said="created ")


def _write_options(parser: argparse.ArgumentParser) -> None:
    options.place(parser, step=False)
    options.change(parser)
    parser.add_argument(
        "--from", dest="source", metavar="FILE", help="a markdown list or JSON, no other text; default stdin"
    )


def _write(call: Call) -> int:
    sent = _sent(call, call.args.source or "-", read=_read_list)
    changed = planning.write_plan(call.desk, call.namespace, sent=sent, **call.terms(call.by))
    return call.answer_plan(changed)


def _status_options(parser: argparse.ArgumentParser) -> None:
    options.place(parser, step=False)
    options.change(parser)
    parser.add_argument("--set", metavar="TEXT", help="say how the plan stands; without it, read it")


def _status(call: Call) -> int:
    if call.args.set is None:
        plan = call.read()
        return call.answer(lambda: wire.summary_json(plan), lambda: [_standing(plan)])
    changed = planning.describe_plan(call.desk, call.namespace, status=call.args.set, **call.terms(call.by))
    return call.answer_plan(changed)


def _standing(plan: Plan) -> str:
    return f"{plan.state}: {clean_line(plan.status)}".rstrip(": ")


def _delete_options(parser: argparse.ArgumentParser) -> None:
    options.place(parser, step=False)
    options.change(parser)


def _delete(call: Call) -> int:
    where = planning.delete_plan(call.desk, call.namespace, **call.terms(call.by))
    return call.answer(
        lambda: {"deleted": call.namespace, "trash": where},
        lambda: [f"deleted {call.namespace}; it is kept in {where}"],
    )


def _sent(call: Call, source: str, *, read: Callable[[str], Document]) -> PlanDraft:
    """Read a plan from a file or from standard input: JSON if it begins like it, else by ``read``."""
    from plans.actions.strict_json import LIMIT, read_json  # noqa: PLC0415 - start-up time

    data = _bytes(source, len(BOM_UTF8) + LIMIT + 1).removeprefix(BOM_UTF8)
    if source.endswith(".json") or data.lstrip()[:1] in _BRACKETS:
        return wire.plan_draft(read_json(data, what="The plan"))
    return _markdown(call, data, read)


def _read_text(text: str) -> Document:
    from plans.actions.importing import read_text  # noqa: PLC0415 - start-up time

    return read_text(text)


def _read_list(text: str) -> Document:
    from plans.actions.importing import read_list  # noqa: PLC0415 - start-up time

    return read_list(text)


def _markdown(call: Call, data: bytes, read: Callable[[str], Document]) -> PlanDraft:
    from plans.actions.lost_lines import named  # noqa: PLC0415 - start-up time
    from plans.actions.strict_json import LIMIT  # noqa: PLC0415
    from plans.domain.errors import TooLarge  # noqa: PLC0415

    if len(data) > LIMIT:
        raise TooLarge(f"The list has more than {LIMIT:,} bytes")
    try:
        found = read(data.decode())
    except UnicodeDecodeError as error:
        raise WrongInput(f"The list cannot be read: byte {error.start} is not UTF-8") from error
    for line in named(found.lost):
        call.warn(line)
    return found.plan


def _bytes(source: str, limit: int) -> bytes:
    if source == "-":
        if sys.stdin.isatty():
            raise Usage("Nothing to read", advice="Name a file with --from, or pipe the plan in.")
        return sys.stdin.buffer.read(limit)
    try:
        with open(source, "rb") as file:  # noqa: PTH123 - start-up time: no pathlib
            return file.read(limit)
    except OSError as error:
        raise WrongInput(
            f"Could not read {source}: {error.strerror}", advice="Name a file to read."
        ) from error


COMMANDS: Final = {
    "create": Command(_create_options, _create),
    "write": Command(_write_options, _write),
    "status": Command(_status_options, _status),
    "delete": Command(_delete_options, _delete),
}
