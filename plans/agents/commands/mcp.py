"""`planboard mcp`: the plans as tools for an agent that speaks the Model Context Protocol."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING, Final

from plans.agents import options
from plans.agents.call import Call, Command
from plans.agents.exits import DONE

if TYPE_CHECKING:
    import argparse


def _mcp_options(parser: argparse.ArgumentParser) -> None:
    options.author(parser)
    options.home(parser)
    parser.add_argument("--namespace", metavar="NS", help="the default plan; default PLANBOARD_NAMESPACE")
    parser.add_argument(
        "--files",
        action="append",
        default=[],
        metavar="DIR",
        help="let export_plan_to_file and update_plan_from_file use files below this folder; may be repeated",
    )


def _mcp(call: Call) -> int:
    """Serve until standard input is closed."""
    from plans.agents.mcp_server.files import FileRoots  # noqa: PLC0415 - start-up time of other commands
    from plans.agents.mcp_server.stdio import serve  # noqa: PLC0415

    gc.enable()
    if sys.stdin.isatty():
        call.warn(
            "an agent's program starts this and speaks MCP with it; docs/connect-*.md say how. Ctrl+D ends it"
        )
    here, args = call.environment, call.args
    files = FileRoots.of(tuple(args.files), closed=(here.root_folder, here.home_folder))
    by = here.session if args.session is None else args.session
    serve(call.desk, session_id=by, namespace=args.namespace or here.namespace, files=files)
    return DONE


COMMANDS: Final = {"mcp": Command(_mcp_options, _mcp)}
