"""What an agent's token lets its holder do: as which sessions, with which plans, by which verbs.

No Django here. There is no verb to decide a request or to open a gate: no token can hold one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from plans.domain.actor import SESSION_ID_BYTES, session
from plans.domain.errors import PlanError, Refusal, WrongInput
from plans.domain.patterns import matches, names_plans

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from plans.domain.actor import Actor

READ: Final = "read"
VERBS: Final = (
    READ,
    "create",
    "write",
    "status",
    "delete",
    "add",
    "edit",
    "claim",
    "next",
    "heartbeat",
    "comment",
    "block",
    "complete",
    "fail",
    "release",
)
"""Everything that an agent can be allowed to do, in the words of the command line."""
METRICS: Final = "metrics"
"""What a monitoring program may be allowed, apart from everything an agent does: figures, no plan."""
_READING: Final = frozenset({"list", "show", "export", "wait"})
"""Words of the command line that only read."""
_OF_PEOPLE: Final = frozenset({"approve", "reject", "reply", "undo", "decide", "force_complete", "unlock"})
_STAR: Final = "*"
PLANS_LENGTH: Final = 2_000
"""Letters of all that says which plans a token is for."""


class TokenRefused(PlanError):
    """Without a token that works nobody comes in by the agents' doors."""

    refusal = Refusal.STRANGER
    code = "token_refused"
    advice = "Send `Authorization: Bearer …` with a token of this board; `planboard token create` makes one."

    def __init__(self, *, sent: bool) -> None:
        super().__init__("This token does not work (any more)" if sent else "No token was sent")


class TokenRests(TokenRefused):
    """Whoever made it may not come in, or is no admin any more."""

    code = "token_rests"
    advice = "Ask an admin of the board to take it over under Settings, Tokens, or to make another one."

    def __init__(self, maker: str) -> None:
        super().__init__(sent=True)
        self.message = f"This token rests: {maker}, who made it, is no admin of this board (any more)"
        self.args = (self.message,)


class BeyondToken(PlanError):
    """The token was not made for this."""

    refusal = Refusal.FORBIDDEN
    code = "beyond_token"
    advice = "Do what your token is for, or ask whoever runs the board for one that may do this."

    def __init__(self, message: str) -> None:
        super().__init__(message)


class SessionMissing(WrongInput):
    """The token is for several sessions, and the request does not say for which of them it speaks."""

    code = "session_missing"
    advice = "Name your session in the header X-Planboard-Session."

    def __init__(self, pattern: str) -> None:
        super().__init__(f"Which session are you? This token is for {pattern}")


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """What one token is for."""

    number: int
    session: str
    """A pattern: ``agent-*``."""
    plans: tuple[str, ...]
    verbs: frozenset[str]

    def sees(self, namespace: str) -> bool:
        """Tell whether the token is for this plan."""
        return READ in self.verbs and any(matches(pattern, namespace) for pattern in self.plans)

    def speaks_for(self, named: str) -> bool:
        """Tell whether the token is for this session."""
        return 0 < len(named.encode()) <= SESSION_ID_BYTES and matches(self.session, named)

    def check(self, verb: str, namespace: str) -> None:
        """Refuse what the token is not for, whether there is such a plan or not. Raises BeyondToken."""
        if verb not in self.verbs and not (verb in _READING and READ in self.verbs):
            able = ", ".join(verb for verb in VERBS if verb in self.verbs)
            raise BeyondToken(f"This token may not {verb}; it may {able}")
        if not self.sees(namespace):
            raise BeyondToken(f"This token is for plans like {', '.join(self.plans)}, not for {namespace!r}")

    def actor(self, named: str | None) -> Actor:
        """Say who acts: the session that was named, or the only one the token is for.

        Raises SessionMissing, BeyondToken, WrongInput.
        """
        if not named:
            if _STAR in self.session:
                raise SessionMissing(self.session)
            return session(self.session)
        actor = session(named)
        if not self.speaks_for(named):
            raise BeyondToken(f"This token is for the session {self.session}, not for {named!r}")
        return actor


def check_terms(*, session: str, plans: Iterable[str], verbs: Iterable[str]) -> tuple[str, ...]:
    """Check what a new token is to be for; gives its verbs, ``read`` among them. Raises WrongInput."""
    check_sessions(session)
    check_plans(list(plans))
    return _checked_verbs(list(verbs))


def check_sessions(pattern: str) -> None:
    """Check as which sessions a new token may speak; raises WrongInput."""
    if not pattern.isprintable() or not 0 < len(pattern.encode("utf-8", "replace")) <= SESSION_ID_BYTES:
        message = f"{pattern!r} is no session"
        raise WrongInput(message, advice="Name a session, or a pattern of sessions such as agent-*.")


def check_plans(patterns: Sequence[str]) -> None:
    """Check for which plans a new token is to be; raises WrongInput."""
    wrong = [pattern for pattern in patterns if not names_plans(pattern)]
    if wrong or not patterns or len(" ".join(patterns)) > PLANS_LENGTH:
        message = f"{' '.join(wrong or patterns)!r} names no plans"
        raise WrongInput(message, advice="Name plans, or patterns of plans such as payments.*, or * for all.")


def _checked_verbs(verbs: list[str]) -> tuple[str, ...]:
    if METRICS in verbs:
        if len(verbs) > 1:
            message = f"A token for {METRICS} is for nothing else"
            raise WrongInput(message, advice="Make one token for the monitoring and another for agents.")
        return (METRICS,)
    for verb in verbs:
        if verb in _OF_PEOPLE:
            message = f"No token can {verb.replace('_', ' ')}: only a person may"
            raise WrongInput(message, advice="Leave it out; agents ask, and people decide on the board.")
        if verb not in VERBS:
            raise WrongInput(f"{verb!r} is nothing an agent does", advice=f"Choose from {', '.join(VERBS)}.")
    return tuple(verb for verb in VERBS if verb == READ or verb in verbs)
