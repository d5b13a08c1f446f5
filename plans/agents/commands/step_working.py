"""`planboard step …` for those who work: claim, next, heartbeat, block, wait, complete, fail, release."""

from __future__ import annotations

import gc
from argparse import ArgumentTypeError
from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING, Final

from plans.actions import wire, working
from plans.agents import exits, options, text
from plans.agents.call import Call, Command, step_value
from plans.domain.errors import WrongInput
from plans.domain.step import Progress, RequestKind, Risk

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from plans.domain.actor import Actor

_ASKS: Final = (RequestKind.APPROVAL, RequestKind.INPUT, RequestKind.PROBLEM)
DEFAULT_WAIT: Final = 3600.0


def _plain(parser: argparse.ArgumentParser) -> None:
    options.place(parser, step=True)
    options.change(parser)


def _noted(parser: argparse.ArgumentParser) -> None:
    _plain(parser)
    parser.add_argument("--note", default="", metavar="TEXT", help="kept in the history")


def _claim(call: Call) -> int:
    changed = working.claim_step(call.desk, call.namespace, call.number, **call.terms(call.by_session))
    return call.answer_step(changed, call.number)


def _next_options(parser: argparse.ArgumentParser) -> None:
    options.place(parser, step=False)
    options.change(parser)


def _next(call: Call) -> int:
    changed, step = working.next_step(call.desk, call.namespace, **call.terms(call.by_session))
    if step is not None:
        return call.answer_step(changed, step.number)
    plan = call.settled(changed)
    return call.answer(lambda: step_value(plan, None), lambda: ["no step is ready"])


def _heartbeat_options(parser: argparse.ArgumentParser) -> None:
    _plain(parser)
    parser.add_argument("--active-form", metavar="TEXT", help='what you do now: "running 212 tests"')
    parser.add_argument("--progress", type=_progress, metavar="DONE/TOTAL")
    parser.add_argument("--agent", default="", metavar="NAME", help="the program you are")
    parser.add_argument("--pid", type=_pid, metavar="PID", help="your process")


def _pid(word: str) -> int:
    if not (word.isascii() and word.isdecimal() and len(word) <= 10 and int(word) < 2**31):  # noqa: PLR2004
        message = f"{word!r} is no process"
        raise ArgumentTypeError(message)
    return int(word)


def _progress(word: str) -> Progress:
    done, _, total = word.partition("/")
    if not (done.isdecimal() and total.isdecimal() and int(done) <= int(total) < 10**9):
        raise WrongInput(f"{word!r} is no progress", advice="Write it as DONE/TOTAL, 3/10 for example.")
    return Progress(int(done), int(total))


def _heartbeat(call: Call) -> int:
    by = call.by_session
    changed = working.say(
        call.desk,
        call.namespace,
        call.number,
        active_form=call.args.active_form,
        progress=call.args.progress,
        **call.terms(by),
    )
    if call.args.agent or call.args.pid is not None:
        call.desk.sessions.beat(by.name, agent=call.args.agent, pid=call.args.pid)
    return call.answer_step(changed, call.number)


def _block_options(parser: argparse.ArgumentParser) -> None:
    _plain(parser)
    asks = parser.add_mutually_exclusive_group(required=True)
    asks.add_argument("--approval", metavar="TEXT", help="ask for a yes or no")
    asks.add_argument("--input", metavar="TEXT", help="ask a question")
    asks.add_argument("--problem", metavar="TEXT", help="ask for help")
    parser.add_argument("--risk", choices=[risk.value for risk in Risk], help="how much harm a yes can do")
    parser.add_argument("--wait", type=_seconds, metavar="SECONDS", help="wait so long for the decision")


def _seconds(word: str) -> float:
    with suppress(ValueError):
        seconds = float(word)
        if 0 <= seconds < 10**9:
            return seconds
    message = f"{word!r} is no number of seconds"
    raise ArgumentTypeError(message)


def _block(call: Call) -> int:
    with _told_if_interrupted(call) if call.args.wait is not None else nullcontext():
        return _asked(call, call.by_session)


def _asked(call: Call, by: Actor) -> int:
    kind = next(kind for kind in _ASKS if getattr(call.args, kind) is not None)
    changed = working.block_step(
        call.desk,
        call.namespace,
        call.number,
        kind=kind,
        text=getattr(call.args, kind),
        risk=Risk(call.args.risk) if call.args.risk else None,
        **call.terms(by),
    )
    if call.args.wait is None or changed.line is None:
        return call.answer_step(changed, call.number)
    call.warn(changed.late)
    return _waited(call, by, seconds=call.args.wait, request=changed.line.rev)


def _wait_options(parser: argparse.ArgumentParser) -> None:
    options.place(parser, step=True)
    options.author(parser)
    parser.add_argument(
        "--wait", "--timeout", type=_seconds, default=DEFAULT_WAIT, metavar="SECONDS", help="default an hour"
    )


def _wait(call: Call) -> int:
    with _told_if_interrupted(call):
        return _waited(call, call.by, seconds=call.args.wait, request=None)


@contextmanager
def _told_if_interrupted(call: Call) -> Iterator[None]:
    """Say on SIGINT what became of the request: true whether it was saved before or not."""
    try:
        yield
    except KeyboardInterrupt:
        call.warn("nobody waits any more; a request that was made stays open: `step wait` waits for it again")
        raise


def _waited(call: Call, by: Actor, *, seconds: float, request: int | None) -> int:
    from plans.actions.proving import prove  # noqa: PLC0415 - start-up time
    from plans.actions.waiting import wait_for_decision, waits_for_claim  # noqa: PLC0415

    gc.enable()  # this may take hours
    decision = wait_for_decision(
        call.desk, call.namespace, call.number, by=by, seconds=seconds, request=request
    )
    if waits_for_claim(call.desk, call.namespace, call.number):
        call.warn(f"step {call.number} has not begun: claim it before you work on it, once it is ready")
    proof = prove(call.desk, call.namespace, call.number, request=decision.request)
    if proof.is_other_text:
        call.warn(
            f"the text of step {call.number} was changed since: read it again, and ask again before you act"
        )
    value: wire.Json = {"decision": wire.decision_json(decision), "same_text": not proof.is_other_text}
    call.answer(lambda: value, lambda: [f"step {call.number}: {text.decision_said(decision)}"])
    return exits.of_verdict(decision.verdict)


def _complete(call: Call) -> int:
    terms = call.terms(call.by_session)
    changed = working.complete_step(call.desk, call.namespace, call.number, note=call.args.note, **terms)
    return call.answer_step(changed, call.number)


def _fail(call: Call) -> int:
    terms = call.terms(call.by_session)
    changed = working.fail_step(call.desk, call.namespace, call.number, reason=call.args.note, **terms)
    return call.answer_step(changed, call.number)


def _release(call: Call) -> int:
    terms = call.terms(call.by_session)
    changed = working.release_step(call.desk, call.namespace, call.number, note=call.args.note, **terms)
    return call.answer_step(changed, call.number)


def _comment_options(parser: argparse.ArgumentParser) -> None:
    _plain(parser)
    parser.add_argument(
        "--text",
        required=True,
        metavar="TEXT",
        help="a remark; @people calls somebody, @ana the person so named",
    )


def _comment(call: Call) -> int:
    from plans.actions.assigning import comment_step  # noqa: PLC0415 - start-up time: few calls comment

    terms = call.terms(call.by_session)
    changed = comment_step(call.desk, call.namespace, call.number, text=call.args.text, **terms)
    return call.answer_step(changed, call.number)


COMMANDS: Final = {
    "claim": Command(_plain, _claim),
    "next": Command(_next_options, _next),
    "heartbeat": Command(_heartbeat_options, _heartbeat),
    "block": Command(_block_options, _block),
    "wait": Command(_wait_options, _wait),
    "comment": Command(_comment_options, _comment),
    "complete": Command(_noted, _complete),
    "fail": Command(_noted, _fail),
    "release": Command(_noted, _release),
}
