"""`planboard plan list`, `show` and `export`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

from plans.actions import wire
from plans.agents import options, streams, text
from plans.agents.call import Call, Command, say
from plans.agents.exits import DONE
from plans.domain.errors import PlanError, StorageFailed
from plans.security.text import clean_line, clean_text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from plans.actions.desk import Reading
    from plans.domain.plan import Plan


def _list_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--archived", action="store_true", help="list archived plans too")


def _list(call: Call) -> int:
    """List the plans; a person sees each as soon as it is read: thousands of them take seconds."""
    if call.args.json:
        plans = [_value(namespace, found) for namespace, found in _found(call)]
        return call.answer(lambda: {"plans": plans}, lambda: ())
    count = 0
    for count, (namespace, found) in enumerate(_found(call), 1):  # noqa: B007 - how many there were
        say(_line(namespace, found))
    if not count:
        say("there are no plans yet")
    return DONE


def _found(call: Call) -> Iterator[tuple[str, Reading | PlanError]]:
    """Read every plan that is to be listed, or say why it cannot be read."""
    for namespace in call.desk.store.namespaces():
        try:
            reading = call.desk.store.look(namespace)
        except PlanError as refused:
            yield namespace, refused
            continue
        if call.args.archived or not reading.plan.archived:
            yield namespace, reading


def _value(namespace: str, found: Reading | PlanError) -> wire.Json:
    if isinstance(found, PlanError):
        return {"namespace": namespace, "problem": {"message": found.message}}
    return wire.summary_json(found.plan) | wire.reading_json(found)


def _line(namespace: str, found: Reading | PlanError) -> str:
    if isinstance(found, PlanError):
        return f"{namespace}  cannot be read: {clean_line(found.message)}"
    problem = f"  its file cannot be used: {clean_line(found.problem.message)}" if found.problem else ""
    return text.plan_line(found.plan) + problem


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
    words = "default by the file's name, else md; with --json json"
    parser.add_argument("--format", choices=["md", "json"], help=words)
    parser.add_argument("--output", metavar="FILE", help="a new file; default standard output")


def _export(call: Call) -> int:
    plan = call.read()
    output: str | None = call.args.output
    is_json = _format(call.args) == "json"
    written = _as_json(plan) if is_json else _as_markdown(plan)
    if output is None and call.args.json and not is_json:
        said: wire.Json = {"name": plan.namespace, "revision": plan.revision, "content": written}
        return call.answer(lambda: said, lambda: ())
    if output is None:
        streams.speak_utf8(as_json=is_json)
        say((clean_text(written) if sys.stdout.isatty() else written).removesuffix("\n"))
        return DONE
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
    """Say what is written: what is asked for, else as the file is named, else as the answer is."""
    is_json = args.output.endswith(".json") if args.output else args.json
    return args.format or ("json" if is_json else "md")


def _as_json(plan: Plan) -> str:
    return wire.encoded({"plan": wire.plan_json(plan)}, indent=2) + "\n"


def _as_markdown(plan: Plan) -> str:
    from plans.actions.markdown_plan import write_document  # noqa: PLC0415 - start-up time

    return write_document(plan)


COMMANDS: Final = {
    "list": Command(_list_options, _list),
    "show": Command(_show_options, _show),
    "export": Command(_export_options, _export),
}
