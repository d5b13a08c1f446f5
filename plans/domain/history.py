"""What happened, in words and in values: the same sentences for page, push and command line."""

from __future__ import annotations

from typing import NamedTuple

from plans.domain.actor import Actor
from plans.domain.revision import PLAN_KEY, Line

_WORDS = {
    "claim": "claimed",
    "next": "claimed",
    "hold": "put on hold",
    "approve": "approved",
    "reject": "rejected",
    "reply": "replied to",
    "undo": "took back the decision on",
    "complete": "completed",
    "force_complete": "force-completed",
    "fail": "gave up",
    "release": "released",
    "reassign": "reassigned",
    "retry": "retried",
    "cancel": "cancelled",
    "comment": "commented on",
    "dismiss": "dismissed the warning on",
    "say": "reported on",
    "add": "added",
    "edit": "edited",
    "move": "moved",
    "remove": "removed",
}
_CLAIMED = "allegedly (nobody signed it) "
_ASKS = {
    "approval": "asked for approval of",
    "input": "asked a question on",
    "problem": "asked for help with",
    "hold": "put on hold",
}
_ASKED = "asked about"
_OLDER = "from an older reading"
_KEPT = "kept as saved"
_PLAN_WORDS = {
    "create": "created the plan",
    "add": "added steps to the plan",
    "describe": "changed the plan's title or status",
    "activate": "started the plan",
    "abort": "aborted the plan",
    "archive": "archived the plan",
    "unarchive": "brought the plan back",
    "restore": "restored an older revision",
    "write": "rewrote the plan",
    "import": "imported the plan",
    "adopt": "changed the plan's file",
}
_SPOKEN = (
    _WORDS
    | _PLAN_WORDS
    | {
        "block": f"{', '.join(_ASKS.values())}, {_ASKED}",
        "adopt": f"{_PLAN_WORDS['adopt']} (steps) {_OLDER}; steps was were {_KEPT}",
        "say": f"{_WORDS['say']} times",
    }
)
"""All that may be said of a verb; before it may stand that nobody signed it."""


class Change(NamedTuple):
    """One field that a revision changed, as plain JSON values."""

    field: str
    was: object
    now: object


def author(line: Line) -> str:
    """Name who did it as people read it."""
    actor = Actor.parse(line.by)
    return actor.name or "A program"


def sentence(line: Line) -> str:
    """Say in one line what a revision did: ``session-abc claimed step 17``."""
    return f"{author(line)} {deed(line)}"


def deed(line: Line) -> str:
    """Say what was done, without who: ``claimed step 17``; of a forgery, that nobody signed it."""
    words = step_words(line)
    if words:
        return f"{words} step {line.step}"
    claimed = _CLAIMED if line.forged else ""
    if line.verb in _PLAN_WORDS:
        return claimed + _PLAN_WORDS[line.verb] + (_adopted(line) if line.verb == "adopt" else "")
    return claimed + line.verb.replace("_", " ")


def verbs_saying(word: str) -> frozenset[str]:
    """Name the verbs whose words hold this one, in whatever case: ``took`` is said of ``undo``."""
    folded = word.casefold()
    return frozenset(verb for verb, spoken in _SPOKEN.items() if folded in spoken)


def step_words(line: Line) -> str:
    """Say what was done to the one step that a revision is about: ``claimed``; empty where there is none."""
    if line.step is None:
        return ""
    words = _asked(line) if line.verb == "block" else _WORDS.get(line.verb, "")
    return f"{_CLAIMED}{words}" if words and line.forged else words


def _asked(line: Line) -> str:
    request = (line.set.get(str(line.step)) or {}).get("request")
    kind = request.get("kind") if isinstance(request, dict) else None
    return _ASKS.get(str(kind), _ASKED)


def _adopted(line: Line) -> str:
    """Say of how much, and what of it did not count."""
    if not line.kept:
        return _steps(line)
    kept = ", ".join(str(number) for number in line.kept)
    which = f"step {kept} was" if len(line.kept) == 1 else f"steps {kept} were"
    return f"{_steps(line)} {_OLDER}; {which} {_KEPT}"


def _steps(line: Line) -> str:
    named = [str(number) for number in line.touches()]
    if not named:
        return ""
    return f" (step {named[0]})" if len(named) == 1 else f" ({len(named)} steps)"


def changes(line: Line, number: int | None) -> tuple[Change, ...]:
    """List what a revision changed in one step, or in the plan's own fields."""
    key = PLAN_KEY if number is None else str(number)
    now, was = line.set.get(key) or {}, line.was.get(key) or {}
    return tuple(Change(name, was.get(name), now.get(name)) for name in dict.fromkeys((*now, *was)))
