"""One call of a command: its arguments as typed values, the desk it works at, and what it prints."""

from __future__ import annotations

import sys
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from plans import wiring
from plans.actions import wire
from plans.actions.desk import Desk, Terms, first_result, repeated_said, wrong_with
from plans.agents import streams, text
from plans.agents.exits import DONE, Untold, Usage
from plans.domain.actor import Actor, person, session
from plans.domain.errors import PlanError
from plans.domain.expected import StaleRevision
from plans.environment import Environment
from plans.security.text import clean_line

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Mapping

    from plans.actions.desk import Changed, Reading
    from plans.domain.plan import Plan

LOCAL_USER = "local"


class Command(NamedTuple):
    """A command: what it takes besides what all take, and what it does (gives the exit code)."""

    options: Callable[[argparse.ArgumentParser], None]
    run: Callable[[Call], int]


class Call:
    """What was asked on one command line."""

    def __init__(self, args: argparse.Namespace, variables: Mapping[str, str]) -> None:
        self.args = args
        named = {"PLANBOARD_ROOT": args.root, "PLANBOARD_HOME": args.home}
        given = {name: value for name, value in named.items() if value}
        self.environment = Environment.read({**variables, **given})

    @cached_property
    def desk(self) -> Desk:
        return wiring.desk(self.environment)

    # Who and what

    @property
    def by(self) -> Actor:
        """The session that is named, else the person at this terminal."""
        named = self.environment.session if self.args.session is None else self.args.session
        return person(LOCAL_USER) if named is None else session(named)

    @property
    def by_session(self) -> Actor:
        """The session that is named; only sessions work on steps."""
        if not self.by.is_session:
            raise Usage("This needs a session", advice="Name yours with --as or PLANBOARD_SESSION.")
        return self.by

    def terms(self, by: Actor) -> Terms:
        """Give the terms of a change: who, from which revision, under which key."""
        return Terms(by=by, expected=self.args.revision, key=self.args.key)

    @property
    def namespace(self) -> str:
        """The plan that is named first, by option, or by the environment."""
        return self._place[0]

    @property
    def number(self) -> int:
        """The step that is named last."""
        number = self._place[1]
        if number is None:
            raise Usage("Which step? Its number is missing")
        return number

    @property
    def has_number(self) -> bool:
        """Whether a step is named."""
        return bool(self.args.where) and _is_number(self.args.where[-1])

    @cached_property
    def _place(self) -> tuple[str, int | None]:
        words: list[str] = list(self.args.where)
        number = _number(words.pop()) if words and self.args.takes_step else None
        named = dict.fromkeys([*words, *filter(None, [self.args.namespace])])
        if len(words) > 1 or len(named) > 1:
            raise Usage(f"One plan at a time, please: {', '.join(named)}")
        namespace = next(iter(named), None) or self.environment.namespace
        if namespace is None:
            raise Usage("Which plan? Name it, or set PLANBOARD_NAMESPACE")
        return namespace, number

    # Reading

    def reading(self) -> Reading:
        """Read the plan; what is wrong with its files is said on stderr."""
        reading = self.desk.store.read(self.namespace)
        for sentence in wrong_with(reading):
            self.warn(sentence)
        return reading

    def read(self) -> Plan:
        """Read the plan as it stands."""
        return self.reading().plan

    # Answers

    def answer(self, value: Callable[[], wire.Json], lines: Callable[[], Iterable[str]]) -> int:
        """Print the answer: one JSON object, or short text. Only the one that is wanted is made."""
        say(wire.encoded(value()) if self.args.json else "\n".join(lines()))
        return DONE

    def answer_step(self, changed: Changed, number: int) -> int:
        """Print a step after a change."""
        plan = self.settled(changed)
        if not plan.has_step(number):  # another program removed it from the file in that very instant
            return self.answer(lambda: step_value(plan, None), lambda: [f"step {number} was removed"])
        return self.answer(lambda: step_value(plan, number), lambda: [text.step_said(plan, number)])

    def answer_plan(self, changed: Changed, *, said: str = "") -> int:
        """Print a plan after a change; ``said`` is what was done."""
        plan = self.settled(changed)
        return self.answer(lambda: {"plan": wire.plan_json(plan)}, lambda: [said + text.plan_line(plan)])

    def settled(self, changed: Changed) -> Plan:
        """Do what has to be done before a change is answered; gives the plan to answer it with."""
        if changed.line is not None and changed.line.sig is not None:
            from plans.agents.noting import note_decision  # noqa: PLC0415 - start-up time

            note_decision(self, changed)
        self.warn(changed.late)
        self.warn(repeated_said(changed))
        return first_result(self.desk, changed)

    def current(self, refused: PlanError) -> wire.Json | None:
        """Show a stale caller what there is now; None where that does not help or cannot be read."""
        if not isinstance(refused, StaleRevision):
            return None
        with suppress(PlanError):
            plan = self.desk.store.read(self.namespace).plan
            return wire.summary_json(plan) if refused.step is None else wire.step_json(plan, refused.step)
        return None

    def warn(self, note: str) -> None:
        """Say on stderr what a person should know besides the answer."""
        if note:
            streams.tell(f"planboard: note: {clean_line(note)}")


def say(words: str) -> None:
    """Print to stdout. Raises Untold where that cannot be written, BrokenPipeError where nobody reads it."""
    try:
        sys.stdout.write(words + "\n")
    except BrokenPipeError:
        raise
    except OSError as error:
        streams.silence(sys.stdout)
        raise Untold(error) from error


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdecimal() and len(word) < 10  # noqa: PLR2004 - beyond any plan


def _number(word: str) -> int:
    if not _is_number(word):
        raise Usage(f"{word!r} is no step number", advice="Give the step's number last: NAMESPACE NUMBER.")
    return int(word)


def step_value(plan: Plan, number: int | None) -> wire.Json:
    """Give the answer about one step: itself, its plan, and the revision to edit from."""
    step = None if number is None else wire.step_json(plan, number)
    return {"step": step, "namespace": plan.namespace, "revision": plan.revision}
