"""`planboard sources`: which other programs' lists were looked for on this machine, and what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from plans import wiring
from plans.agents import options
from plans.agents.call import Call, Command
from plans.security.text import clean_line

if TYPE_CHECKING:
    import argparse

    from plans.actions.wire import Json


def _options(parser: argparse.ArgumentParser) -> None:
    options.home(parser)


def _sources(call: Call) -> int:
    """Say of each place why it was looked at and what is there."""
    found = wiring.plan_store(call.environment).found()
    plans = sum(len(source.namespaces) for source in found)
    values: list[Json] = [
        {
            "kind": source.kind,
            "label": source.label,
            "place": source.place,
            "why": source.why,
            "problem": source.problem,
            "editable": source.editable,
            "plans": list(source.namespaces),
        }
        for source in found
    ]
    lines: list[str] = []
    for source in found:
        shown = "shown and edited here, too" if source.editable else "only shown here"
        state = clean_line(source.problem) or shown
        lines.append(f"{source.kind}  {clean_line(source.place)}  {state}  ({source.why})")
        lines += [f"  {namespace}" for namespace in source.namespaces]
    none = "no other program's lists are looked for; PLANBOARD_SOURCES says so"
    return call.answer(lambda: {"sources": values, "plans": plans}, lambda: lines or [none])


COMMANDS: Final = {"sources": Command(_options, _sources)}
