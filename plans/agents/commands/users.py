"""`planboard user …`: who may come in by name and password, and what they may do with which plans."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final, Protocol, cast

from plans.agents import options
from plans.agents.call import Call, Command
from plans.agents.office import open_office
from plans.domain.errors import WrongInput
from plans.domain.rights import EVERYTHING, Role
from plans.security.text import clean_line
from plans.wiring import now_ms

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from plans.actions.wire import Json

_ROLES: Final = [role.value for role in Role]


class Office(Protocol):
    """What the site does with accounts; it has the database, which commands do not know."""

    def users(self) -> list[Json]: ...
    def check(self, role: str, plans: Sequence[str]) -> None: ...
    def add(self, name: str, password: str, *, role: str, plans: Sequence[str], now: int) -> Json: ...
    def set_role(
        self, name: str, *, role: str, plans: Sequence[str], also: bool, keep: bool, now: int
    ) -> Json: ...
    def set_password(self, name: str, password: str, *, now: int) -> Json: ...
    def switch(self, name: str, *, on: bool, keep: bool, now: int) -> Json: ...


def _name_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="as they sign in")
    options.home(parser)


def _plans_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--plans", default=EVERYTHING, metavar="PATTERNS", help="payments.* or ops,web.*; default all"
    )


def _add_options(parser: argparse.ArgumentParser) -> None:
    _name_option(parser)
    parser.add_argument("--role", choices=_ROLES, default=Role.VIEWER.value, help="default viewer")
    _plans_option(parser)


def _add(call: Call) -> int:
    office, plans = _office(call), options.listed(call.args.plans)
    office.check(call.args.role, plans)
    password = _password(f"Password for {call.args.name}: ")
    return _said(call, office.add(call.args.name, password, role=call.args.role, plans=plans, now=now_ms()))


def _list(call: Call) -> int:
    found = _office(call).users()
    lines = [_line(user) for user in found] or ["nobody has an account yet"]
    return call.answer(lambda: {"users": found}, lambda: lines)


def _role_options(parser: argparse.ArgumentParser) -> None:
    _name_option(parser)
    parser.add_argument("role", choices=_ROLES)
    _plans_option(parser)
    parser.add_argument("--also", action="store_true", help="keep what they may do with other plans")
    _keep_option(parser)


def _role(call: Call) -> int:
    plans, role = options.listed(call.args.plans), call.args.role
    changed = _office(call).set_role(
        call.args.name, role=role, plans=plans, also=call.args.also, keep=call.args.keep, now=now_ms()
    )
    return _said(call, changed)


def _change_password(call: Call) -> int:
    office = _office(call)
    password = _password(f"New password for {call.args.name}: ")
    return _said(call, office.set_password(call.args.name, password, now=now_ms()))


def _disable_options(parser: argparse.ArgumentParser) -> None:
    _name_option(parser)
    _keep_option(parser)


def _keep_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--keep", action="store_true", help="let tokens and webhooks go on that an admin made; else they rest"
    )


def _disable(call: Call) -> int:
    return _said(call, _office(call).switch(call.args.name, on=False, keep=call.args.keep, now=now_ms()))


def _enable(call: Call) -> int:
    return _said(call, _office(call).switch(call.args.name, on=True, keep=False, now=now_ms()))


def _said(call: Call, user: Json) -> int:
    lines = [_line(user)]
    if user.get("rests"):
        lines.append(f"what they made rests: {user['rests']}; see `planboard token list`")
    if user.get("taken_over"):
        lines.append(f"goes on, as if made at the terminal: {user['taken_over']}")
    return call.answer(lambda: {"user": user}, lambda: lines)


def _password(prompt: str) -> str:
    """Ask twice at a terminal; else take the first line of what comes in. Never from the arguments.

    Those are seen by everybody who lists processes, and kept by the shell.
    """
    try:
        return _typed(prompt) if sys.stdin.isatty() else _sent()
    except EOFError:
        raise WrongInput("No password was given", advice="Nothing was changed. Try again.") from None
    except UnicodeDecodeError:
        raise WrongInput("The password is not UTF-8", advice="Nothing was changed. Try again.") from None


def _sent() -> str:
    line = sys.stdin.buffer.readline()
    if not line:
        raise EOFError
    return line.decode().rstrip("\r\n")


def _typed(prompt: str) -> str:
    import getpass  # noqa: PLC0415 - start-up time

    first = getpass.getpass(prompt)
    if getpass.getpass("Once more: ") != first:
        raise WrongInput("The two passwords differ", advice="Nothing was changed. Try again.")
    return first


def _line(user: Json) -> str:
    rights = cast("list[dict[str, str]]", user["rights"])
    may = ", ".join(f"{right['role']} of {right['plans']}" for right in rights) or "may nothing"
    rest = "" if user["active"] else "  (disabled)"
    rest += "" if user["password"] else "  (no password)"
    return f"{clean_line(str(user['name']))}  {may}{rest}"


def _office(call: Call) -> Office:
    return cast("Office", open_office(call, "plans_site.users", what="manage users"))


COMMANDS: Final = {
    "add": Command(_add_options, _add),
    "list": Command(options.home, _list),
    "role": Command(_role_options, _role),
    "password": Command(_name_option, _change_password),
    "disable": Command(_disable_options, _disable),
    "enable": Command(_name_option, _enable),
}
