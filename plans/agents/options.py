"""The options that commands share."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, NoReturn, override

from plans.agents.exits import Usage
from plans.domain.errors import WrongInput
from plans.domain.step import Review, Risk

if TYPE_CHECKING:
    from plans.domain.verbs.shaping import Details


class _Formatter(argparse.HelpFormatter):
    """Help of a fixed width: asking the terminal costs an import that every call would pay for."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=96)


class Parser(argparse.ArgumentParser):
    """A parser whose errors are refusals like all others; the plan and the step may stand anywhere."""

    def __init__(self, name: str, summary: str) -> None:
        super().__init__(prog=name, description=summary, allow_abbrev=False, formatter_class=_Formatter)
        everywhere(self)

    def read(self, words: list[str]) -> argparse.Namespace:
        """Parse the words after the command's name. Raises Usage."""
        args, left = self.parse_known_args(words)
        strange = [word for word in left if word.startswith("-") or not hasattr(args, "where")]
        if strange:
            self.error(f"unrecognized: {' '.join(strange)}")
        if left:
            args.where = [*args.where, *left]
        return args

    @override
    def error(self, message: str) -> NoReturn:
        raise Usage(message[:1].upper() + message[1:], advice=f"See `{self.prog} --help`.")


def place(parser: argparse.ArgumentParser, *, step: bool) -> None:
    """Take the plan, and the step where one is meant."""
    shown = "[NAMESPACE] NUMBER" if step else "[NAMESPACE]"
    words = "the plan and the step's number" if step else "the plan"
    parser.add_argument("where", nargs="*", metavar=shown, help=words)
    parser.add_argument("--namespace", metavar="NS", help="the plan; default PLANBOARD_NAMESPACE")
    parser.set_defaults(takes_step=step)


def everywhere(parser: argparse.ArgumentParser) -> None:
    """Take what every command takes."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--root", metavar="DIR", help="the folder of plans; default PLANBOARD_ROOT")
    parser.set_defaults(session=None, revision=None, key=None, namespace=None, home=None)


def home(parser: argparse.ArgumentParser) -> None:
    """Take which board is meant, where it is not that of the settings."""
    parser.add_argument("--home", metavar="DIR", help="of the board; default PLANBOARD_HOME")


def author(parser: argparse.ArgumentParser) -> None:
    """Take who asks."""
    parser.add_argument(
        "--as", dest="session", metavar="SESSION", help="your session id; default PLANBOARD_SESSION"
    )


def change(parser: argparse.ArgumentParser) -> None:
    """Take the terms of a change."""
    author(parser)
    parser.add_argument("--revision", type=int, metavar="N", help="the revision you last read")
    parser.add_argument("--key", metavar="KEY", help="a call repeated with its key changes nothing")


def details(parser: argparse.ArgumentParser) -> None:
    """Take what a step is given."""
    parser.add_argument("--title", metavar="TEXT")
    parser.add_argument("--notes", metavar="MARKDOWN")
    parser.add_argument("--needs", type=_numbers, metavar="1,2", help="steps to be completed before")
    parser.add_argument("--phase", metavar="TEXT")
    parser.add_argument("--review", choices=[review.value for review in Review])
    parser.add_argument("--risk", choices=[risk.value for risk in Risk])
    parser.add_argument("--critical", action="store_true", default=None)
    parser.add_argument("--no-critical", dest="critical", action="store_false", default=None)
    parser.add_argument(
        "--set",
        action="append",
        type=_setting,
        default=[],
        metavar="KEY=VALUE",
        help="an extra value: JSON, or plain text; null deletes it. Beside what you ask, people see a list of"
        " objects as a table, and CSV under a name like runs.csv",
    )


def given_details(args: argparse.Namespace) -> Details:
    """Give what was set of a step, its title apart."""
    found: Details = {}
    if args.notes is not None:
        found["notes"] = args.notes
    if args.needs is not None:
        found["needs"] = args.needs
    if args.phase is not None:
        found["phase"] = args.phase
    return found | _marks(args)


def _marks(args: argparse.Namespace) -> Details:
    found: Details = {}
    if args.review is not None:
        found["review"] = Review(args.review)
    if args.risk is not None:
        found["risk"] = Risk(args.risk)
    if args.critical is not None:
        found["critical"] = args.critical
    if args.set:
        found["extra"] = dict(args.set)
    return found


def listed(text: str) -> list[str]:
    """Split a value that names several things, with commas or blanks between."""
    return text.replace(",", " ").split()


def _numbers(word: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in listed(word))
    except ValueError:
        message = f"{word!r} are no numbers of steps"
        raise argparse.ArgumentTypeError(message) from None


def _setting(word: str) -> tuple[str, object]:
    from plans.actions.strict_json import read_json  # noqa: PLC0415 - start-up time: few calls set anything

    name, separator, value = word.partition("=")
    if not name.isprintable() or not name or not separator:
        raise WrongInput(f"{word!r} is not KEY=VALUE", advice="Write --set timeout=900, for example.")
    try:
        return name, read_json(value.encode("utf-8", "surrogatepass"), what=f"The value of {name}")
    except WrongInput:
        if value.startswith(("{", "[", '"')):
            raise
        return name, value
