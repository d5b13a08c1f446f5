"""A demo agent: a separate program that knows nothing but the command line.

It takes ready steps, works visibly, asks what it has to ask at some of them, waits for the person, reacts
to a rejection, and stops when its step is given to somebody else.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import time

from plans.agents.demo.scenes import QUESTIONS, Question

APPROVAL_WAIT = 3_600
_REFUSED, _REJECTED, _TIMED_OUT, _WITHDRAWN = 4, 7, 8, 9
_CHORES = (
    "reading the code around it",
    "writing a first version",
    "running {} tests",
    "reading the diff once more",
    "tidying up",
)


class Lost(Exception):
    """The board refused: the step is no longer this agent's."""


class Agent:
    """One session that works through plans by calling ``planboard``."""

    def __init__(self, name: str, plans: list[str], *, pace: float) -> None:
        """``pace`` is seconds a piece of work takes."""
        self.name, self.plans, self.pace = name, plans, pace
        self._random = random.Random(name)  # noqa: S311 - a demo repeats itself

    def run(self) -> None:
        """Work until the process is ended."""
        while True:
            taken = next((found for plan in self.plans if (found := self._next(plan))), None)
            if taken is None:
                self._pause()
                continue
            self._do(*taken)

    def die_on(self, number: int) -> None:
        """Take a step, begin it, and end without a word: the board has to notice."""
        _, answer = self._call("step", "claim", self.plans[0], str(number))
        step = answer.get("step")
        if isinstance(step, dict):
            self._work(self.plans[0], step, pieces=2)

    def _next(self, plan: str) -> tuple[str, dict[str, object]] | None:
        _, answer = self._call("step", "next", plan)
        step = answer.get("step")
        return (plan, step) if isinstance(step, dict) else None

    def _do(self, plan: str, step: dict[str, object]) -> None:
        try:
            self._work(plan, step, pieces=2)
            if question := QUESTIONS.get((plan, int(str(step["number"])))):
                self._ask(plan, step, question)
            self._work(plan, step, pieces=2, begun=2)
            self._call("step", "complete", plan, str(step["number"]))
        except Lost:
            self._pause()

    def _ask(self, plan: str, step: dict[str, object], question: Question) -> None:
        """Ask until a person says yes; do the work again after each no."""
        text = question.text
        for name, value in question.evidence.items():
            said = value if isinstance(value, str) else json.dumps(value)
            known = ("--revision", str(step["revision"]))
            self._call("step", "edit", plan, str(step["number"]), *known, "--set", f"{name}={said}")
        while True:
            asked = ("step", "block", plan, str(step["number"]), f"--{question.kind}", text)
            code, answer = self._call(*asked, "--wait", str(APPROVAL_WAIT))
            if code == _WITHDRAWN:
                raise Lost
            if code != _REJECTED:
                return
            decision = answer.get("decision")
            note = str(decision.get("note", "")) if isinstance(decision, dict) else ""
            self._say(plan, step, f"doing it again: {note}"[:120])
            self._pause()
            self._pause()
            text = f"Done again as you said: {note}"

    def _work(self, plan: str, step: dict[str, object], *, pieces: int, begun: int = 0) -> None:
        for piece in range(begun, begun + pieces):
            chore = _CHORES[piece % len(_CHORES)].format(self._random.randrange(12, 240))
            self._say(plan, step, chore, "--progress", f"{piece}/4")
            self._pause()

    def _say(self, plan: str, step: dict[str, object], doing: str, *more: str) -> None:
        self._call("step", "heartbeat", plan, str(step["number"]), "--active-form", doing, *more)

    def _pause(self) -> None:
        time.sleep(self.pace * self._random.uniform(0.6, 1.4))

    def _call(self, *words: str) -> tuple[int, dict[str, object]]:
        """Run one command; raises Lost when the rules refuse it."""
        command = [sys.executable, "-m", "plans.agents.cli", *words, "--as", self.name, "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode == _REFUSED:
            raise Lost
        if done.returncode not in (0, _REJECTED, _TIMED_OUT, _WITHDRAWN):
            sys.stderr.write(f"{self.name}: {done.stderr.strip()}\n")
        answer = json.loads(done.stdout) if done.stdout.strip() else {}
        return done.returncode, answer if isinstance(answer, dict) else {}


def main() -> None:
    """Run one agent: ``worker.py NAME PLAN… [--pace S] [--dies-on STEP]``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("plans", nargs="+")
    parser.add_argument("--pace", type=float, default=4.0)
    parser.add_argument("--dies-on", type=int, default=0)
    given = parser.parse_args()
    agent = Agent(given.name, given.plans, pace=given.pace)
    if given.dies_on:
        agent.die_on(given.dies_on)
    else:
        agent.run()


if __name__ == "__main__":
    main()
