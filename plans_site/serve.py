"""`planboard up`: pages, sockets and the worker in one process, on one event loop."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, Final

from plans.domain.errors import PlanError
from plans.environment import DEFAULT_PORT, LOG_FORMATS
from plans.security.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Sequence

HOST: Final = "127.0.0.1"
_FAILED: Final = 1
_MOST_PORT: Final = 65_535
_DIGITS: Final = 10
"""Longer numbers are not looked at."""


def main(words: Sequence[str]) -> int:
    """Serve until told to stop; gives the exit code. Everything that can be wrong is one sentence."""
    options = _parser().parse_args(words)
    _into_environment(options)
    try:
        return _serve(options)
    except PlanError as refused:
        _say(f"{refused.message.rstrip('.')}. {refused.advice}")
    except OSError as error:
        _say(f"The system refused: {error}")
    return _FAILED


def _serve(options: argparse.Namespace) -> int:
    from plans_site.preparing import prepare  # noqa: PLC0415 - settings are read on import

    notes = prepare(options.host)
    from plans_site.server import BoardServer  # noqa: PLC0415 - needs Django's apps

    for note in notes:
        _say(note)
    return BoardServer(options.host, options.port, opens=not options.no_open).serve()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="planboard up",
        description="Show the board of the plans under a folder, live, until it is stopped with Ctrl+C.",
    )
    parser.add_argument("--root", metavar="DIR", help="the folder of the plans; default PLANBOARD_ROOT")
    parser.add_argument("--home", metavar="DIR", help="database and secrets; default PLANBOARD_HOME")
    parser.add_argument("--host", default=HOST, help=f"the address to listen on; default {HOST}")
    parser.add_argument(
        "--port", type=_port, default=DEFAULT_PORT, help=f"default {DEFAULT_PORT}; 0: any free one"
    )
    parser.add_argument(
        "--log-format", choices=LOG_FORMATS, help="lines for people or programs; default PLANBOARD_LOG_FORMAT"
    )
    parser.add_argument("--no-open", action="store_true", help="do not open a browser")
    return parser


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < _DIGITS and int(text) <= _MOST_PORT):
        message = f"{text} is no port"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _into_environment(options: argparse.Namespace) -> None:
    """Settings are read from the environment, once, by whoever needs them first."""
    named = {
        "PLANBOARD_ROOT": options.root,
        "PLANBOARD_HOME": options.home,
        "PLANBOARD_LOG_FORMAT": options.log_format,
    }
    for name, value in named.items():
        if value:
            os.environ[name] = value
    # Whatever other Django project this shell was used for.
    os.environ["DJANGO_SETTINGS_MODULE"] = "plans_site.settings"


def _say(text: str) -> None:
    sys.stderr.write(f"planboard: {clean_line(text)}\n")
    sys.stderr.flush()
