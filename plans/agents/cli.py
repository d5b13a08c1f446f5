"""`planboard`: the command line for agents, and for the person at the terminal. Never imports Django."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING, Final

from plans.agents import lean, streams  # noqa: F401 - before anything that imports msgspec
from plans.agents.commands.table import GROUPS, overview

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plans.agents.call import Call, Command
    from plans.domain.errors import PlanError

_INTERRUPTED: Final = 130
_PIPE_CLOSED: Final = 141
_HELP: Final = ("-h", "--help")
_JSON: Final = "--json"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit code (contract: ``planboard --help`` lists them)."""
    if argv is None:
        return _alone(sys.argv[1:])
    words = list(argv)
    try:
        code = _ended(words)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        streams.silence(sys.stdout)
        return _PIPE_CLOSED
    except OSError as error:
        streams.silence(sys.stdout)
        return _untold(error, as_json=_JSON in words)
    return code


def _alone(words: list[str]) -> int:
    """Run in a process of its own: short as it is, collecting garbage would cost more than it frees."""
    gc.disable()
    streams.open_closed()
    try:
        return main(words)
    finally:
        gc.freeze()


def _ended(words: list[str]) -> int:
    """Run to the end, argparse's way of ending after its ``--help`` included."""
    try:
        return _run(words)
    except SystemExit as ended:
        if not isinstance(ended.code, int):
            raise
        return ended.code


def _run(words: list[str]) -> int:
    streams.speak_utf8(as_json=_JSON in words)
    if words and words[0] in _HELP:
        sys.stdout.write(overview())
        return 0
    if words == ["--version"]:
        return _version()
    group = words[0] if words and words[0] in GROUPS else ""
    verb, rest = (words[1:2], words[2:]) if group else (words[:1], words[1:])
    if group and verb and verb[0] in _HELP:
        sys.stdout.write(overview(group))
        return 0
    if not verb or verb[0] not in GROUPS[group]:
        return _unknown(group, verb, as_json=_JSON in words)
    if verb == ["up"]:
        return _up(rest)
    return _command(group, verb[0], rest)


def _command(group: str, verb: str, words: list[str]) -> int:
    from plans.domain.errors import PlanError, StorageFailed  # noqa: PLC0415 - start-up time

    asked: list[Call] = []
    as_json = _JSON in words
    try:
        return _called(group, verb, words, asked=asked)
    except PlanError as error:
        refused = error
    except BrokenPipeError:
        raise
    except OSError as error:
        refused = StorageFailed(f"The system refused: {error}")
    return _refused(refused, asked[0] if asked else None, as_json=as_json)


def _called(group: str, verb: str, words: list[str], *, asked: list[Call]) -> int:
    """Parse the words and do what they say; ``asked`` gets the call, for whoever explains a refusal."""
    from importlib import import_module  # noqa: PLC0415 - start-up time: only the command that runs

    from plans.agents.call import Call  # noqa: PLC0415
    from plans.agents.options import Parser  # noqa: PLC0415

    module, summary = GROUPS[group][verb]
    command: Command = import_module(f"plans.agents.commands.{module}").COMMANDS[verb]
    name = " ".join(filter(None, ("planboard", group, verb)))
    parser = Parser(name, summary)
    command.options(parser)
    args = parser.read(words)
    call = Call(args, os.environ)
    asked.append(call)
    return command.run(call)


def _refused(refused: PlanError, call: Call | None, *, as_json: bool) -> int:
    from plans.actions import wire  # noqa: PLC0415
    from plans.agents import exits, text  # noqa: PLC0415

    if as_json:
        current = call.current(refused) if call is not None else None
        said = wire.encoded(wire.refusal_json(refused, current=current))
    else:
        said = text.refusal_said(refused)
    streams.tell(said)
    return exits.of_refusal(refused)


def _untold(error: OSError, *, as_json: bool) -> int:
    """Say that the answer got lost, and the exit code with it: the caller must not take it for a refusal."""
    from plans.agents.exits import Untold  # noqa: PLC0415

    return _refused(Untold(error), None, as_json=as_json)


def _up(words: list[str]) -> int:
    from importlib import import_module  # noqa: PLC0415

    gc.enable()
    # By name: the command line itself never knows the site, and never imports Django.
    code: int = import_module("plans_site.serve").main(words)
    return code


def _version() -> int:
    from importlib.metadata import version  # noqa: PLC0415

    sys.stdout.write(f"planboard {version('planboard')}\n")
    return 0


def _unknown(group: str, verb: list[str], *, as_json: bool) -> int:
    from plans.agents.exits import Usage  # noqa: PLC0415 - start-up time

    what = f"There is no command {verb[0]!a}" if verb else "No command was given"
    near = " ".join(f"planboard {group}".split())
    return _refused(Usage(what, advice=f"See `{near} --help`."), None, as_json=as_json)


if __name__ == "__main__":
    sys.exit(main())
