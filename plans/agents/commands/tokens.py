"""`planboard token create`, `list` and `revoke`: what lets agents in through the API and MCP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol, cast

from plans.agents import options, streams
from plans.agents.call import Call, Command
from plans.agents.office import open_office
from plans.domain.errors import PlanError, Refusal
from plans.security.text import clean_line
from plans.security.tokens import METRICS, VERBS, check_terms
from plans.wiring import now_ms

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from plans.actions.wire import Json

_ONCE: Final = "Keep it: it is shown this once. Who has it acts as such a session; `token revoke` ends it."


class TokenNotFound(PlanError):
    """There is no such token (any more)."""

    refusal = Refusal.NOT_FOUND
    code = "token_not_found"
    advice = "See `planboard token list`."

    def __init__(self, number: int) -> None:
        super().__init__(f"There is no token {number} that works")


class Office(Protocol):
    """What the site does with tokens; it has the database, which commands do not know."""

    def issue(self, *, session: str, plans: Sequence[str], verbs: Sequence[str], now: int) -> Json: ...
    def tokens(self, *, revoked: bool) -> list[Json]: ...
    def take(self, number: int, *, now: int) -> bool: ...
    def revoke(self, number: int, *, now: int) -> bool: ...


def _create_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--session", dest="holder", required=True, metavar="PATTERN", help="agent-7 or agent-*"
    )
    parser.add_argument(
        "--plans", required=True, metavar="PATTERNS", help="payments.* or ops,web.*; * is all"
    )
    parser.add_argument("--verbs", metavar="VERBS", help=f"of {','.join(VERBS)}; default all; or {METRICS}")
    options.home(parser)


def _create(call: Call) -> int:
    verbs = options.listed(call.args.verbs) if call.args.verbs is not None else list(VERBS)
    plans = options.listed(call.args.plans)
    allowed = check_terms(session=call.args.holder, plans=plans, verbs=verbs)
    made = _office(call).issue(session=call.args.holder, plans=plans, verbs=allowed, now=now_ms())
    code = call.answer(lambda: made, lambda: [str(made["token"])])
    if not call.args.json:
        streams.tell(f"planboard: token {made['number']}. {_ONCE}")
    return code


def _list_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--revoked", action="store_true", help="list those that were revoked too")
    options.home(parser)


def _list(call: Call) -> int:
    found = _office(call).tokens(revoked=call.args.revoked)
    lines = [_line(token) for token in found] or ["there are no tokens yet"]
    return call.answer(lambda: {"tokens": found}, lambda: lines)


def _number_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("number", type=int, metavar="NUMBER", help="as `planboard token list` shows it")
    options.home(parser)


def _take(call: Call) -> int:
    number: int = call.args.number
    if not _office(call).take(number, now=now_ms()):
        raise TokenNotFound(number)
    return call.answer(lambda: {"taken": number}, lambda: [f"token {number} goes on"])


def _revoke(call: Call) -> int:
    number: int = call.args.number
    if not _office(call).revoke(number, now=now_ms()):
        raise TokenNotFound(number)
    return call.answer(lambda: {"revoked": number}, lambda: [f"token {number} is revoked"])


def _office(call: Call) -> Office:
    return cast("Office", open_office(call, "plans_site.tokens", what="hand out tokens"))


def _line(token: Json) -> str:
    used = f"used {_when(token['used_at'])}" if token["used_at"] else "never used"
    by = f" by {clean_line(str(token['used_by']))}" if token["used_by"] else ""
    maker = clean_line(str(token["made_by"]))
    rests = f", rests: {maker} is no admin any more" if token["rests"] else ""
    made = f", made by {maker}" if maker and not rests else ""
    ended = ", revoked" if token["revoked_at"] else made + rests
    session, plans = clean_line(str(token["session"])), " ".join(_list_of(token["plans"]))
    verbs = _list_of(token["verbs"])
    may = "all verbs" if verbs == list(VERBS) else " ".join(verbs)
    return f"{token['number']:>4}  {session}  {plans}  ({may})  {used}{by}{ended}"


def _list_of(value: object) -> list[str]:
    return [str(word) for word in value] if isinstance(value, list) else []


def _when(at: object) -> str:
    from datetime import UTC, datetime  # noqa: PLC0415 - start-up time

    return datetime.fromtimestamp(int(str(at)) / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")


COMMANDS: Final = {
    "create": Command(_create_options, _create),
    "list": Command(_list_options, _list),
    "take": Command(_number_option, _take),
    "revoke": Command(_number_option, _revoke),
}
