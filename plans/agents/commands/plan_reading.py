"""`planboard plan list`, `show` and `export`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from plans.actions import wire
from plans.agents import options, text
from plans.agents.call import Call, Command, say
from plans.domain.errors import PlanError, StorageFailed
from plans.security.text import clean_line

if TYPE_CHECKING:
    import argparse

    from plans.domain.plan import Plan


def _list_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--archived", action="store_true", help="list archived plans too")


def _list(call: Call) -> int:
    plans: list[wire.Json] = []
    lines: list[str] = []
    for namespace in call.desk.store.namespaces():
        try:
            reading = call.desk.store.read(namespace)
        except PlanError as refused:
            plans.append({"namespace": namespace, "problem": {"message": refused.message}})
            lines.append(f"{namespace}  cannot be read: {refused.message}")
            continue
        if reading.plan.archived and not call.args.archived:
            continue
        plans.append(wire.summary_json(reading.plan) | wire.reading_json(reading))
        problem = f"  its file cannot be used: {reading.problem.message}" if reading.problem else ""
        lines.append(text.plan_line(reading.plan) + clean_line(problem))
    return call.answer(lambda: {"plans": plans}, lambda: lines or ["there are no plans yet"])


def _show_options(parser: argparse.ArgumentParser) -> None:
    options.place(parser, step=False)
    parser.add_argument("--rev", type=int, metavar="N", help="the plan as it was at this revision")


def _show(call: Call) -> int:
    if call.args.rev is not None:
        plan = call.desk.store.at(call.namespace, call.args.rev)
        return call.answer(lambda: {"plan": wire.plan_json(plan)}, lambda: text.plan_lines(plan))
    reading = call.reading()
    return call.answer(
        lambda: {"plan": wire.whole_json(reading)},
        lambda: [*text.plan_lines(reading.plan), *text.document_lines(reading.document)],
    )


def _export_options(parser: argparse.ArgumentParser) -> None:
    options.place(parser, step=False)
    parser.add_argument("--format", choices=["md", "json"], help="default by the file's name, else md")
    parser.add_argument("--output", metavar="FILE", help="a new file; default standard output")


def _export(call: Call) -> int:
    plan = call.read()
    output: str | None = call.args.output
    written = _as_json(plan) if _format(call.args) == "json" else _as_markdown(plan)
    if output is None:
        say(written.removesuffix("\n"))
        return 0
    data = written.encode("utf-8", "replace")
    try:
        # A new file: an export never overwrites, and never follows a link that waits at its place.
        fd = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        with open(fd, "wb") as file:  # noqa: PTH123 - a descriptor
            file.write(data)
    except OSError as error:
        advice = "Name a file that is not there yet, in a folder you may write to."
        raise StorageFailed(f"Could not write {output}: {error.strerror}", advice=advice) from error
    value: wire.Json = {
        "name": plan.namespace,
        "path": os.path.abspath(output),  # noqa: PTH100
        "revision": plan.revision,
        "bytesWritten": len(data),
    }
    return call.answer(lambda: value, lambda: [f"{plan.namespace}: written to {output}"])


def _format(args: argparse.Namespace) -> str:
    by_name = "json" if (args.output or "").endswith(".json") else "md"
    return args.format or ("json" if args.json else by_name)


def _as_json(plan: Plan) -> str:
    return wire.encoded({"plan": wire.plan_json(plan)}, indent=2) + "\n"


def _as_markdown(plan: Plan) -> str:
    from plans.actions.markdown_list import write_markdown  # noqa: PLC0415 - start-up time
    from plans.security.text import clean_text  # noqa: PLC0415

    return clean_text(write_markdown(plan))


COMMANDS: Final = {
    "list": Command(_list_options, _list),
    "show": Command(_show_options, _show),
    "export": Command(_export_options, _export),
}
