"""`planboard`: the command line for agents, and for the person at the terminal. Never imports Django."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING, Final

from plans.agents import lean  # noqa: F401 - before anything that imports msgspec
from plans.agents.commands.table import GROUPS, overview

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plans.agents.call import Call, Command
    from plans.domain.errors import PlanError

_INTERRUPTED: Final = 130
_PIPE_CLOSED: Final = 141
_HELP: Final = ("-h", "--help")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit code (contract: ``planboard --help`` lists them)."""
    if argv is None:
        return _alone(sys.argv[1:])
    try:
        code = _run(list(argv))
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing more can be said there
        return _PIPE_CLOSED
    return code


def _alone(words: list[str]) -> int:
    """Run in a process of its own: short as it is, collecting garbage would cost more than it frees."""
    gc.disable()
    try:
        return main(words)
    finally:
        gc.freeze()


def _run(words: list[str]) -> int:
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
        sys.stderr.write(_unknown(group, verb))
        return 2
    if verb == ["up"]:
        return _up(rest)
    return _command(group, verb[0], rest)


def _command(group: str, verb: str, words: list[str]) -> int:
    from plans.domain.errors import PlanError, StorageFailed  # noqa: PLC0415 - start-up time

    asked: list[Call] = []
    as_json = "--json" in words
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
    _speak_utf8(as_json=args.json)
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
    sys.stderr.write(said + "\n")
    return exits.of_refusal(refused)


def _speak_utf8(*, as_json: bool) -> None:
    """JSON is UTF-8 whatever the locale; text that the terminal cannot show is escaped."""
    import io  # noqa: PLC0415

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8" if as_json else None, errors="backslashreplace")


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


def _unknown(group: str, verb: list[str]) -> str:
    what = f"There is no command {verb[0]!a}" if verb else "No command was given"
    near = " ".join(f"planboard {group}".split())
    return f"planboard: {what}. See `{near} --help`.\n"


if __name__ == "__main__":
    sys.exit(main())
