"""The page of agents' tokens: which there are, what each is for, and the form that makes another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, override

import msgspec
from django import forms

from plans.domain.actor import SESSION_ID_BYTES
from plans.domain.errors import WrongInput
from plans.domain.rights import EVERYTHING
from plans.people.tokens import tokens
from plans.security.text import clean_line
from plans.security.tokens import METRICS, PLANS_LENGTH, READ, VERBS, check_plans, check_sessions
from plans.web.times import iso

if TYPE_CHECKING:
    from collections.abc import Callable

    from plans.people.tokens import AgentToken

ALL, CHOSEN = "all", "chosen"
_FOR: Final = (
    (ALL, "Everything an agent does"),
    (READ, "Only reading"),
    (METRICS, "Only figures, for monitoring"),
    (CHOSEN, "Some verbs only"),
)
"""No choice lets decide: no token can."""


class TokenView(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the list."""

    number: int
    session: str
    may: str
    made_at: str
    made_by: str
    """Who made it or took it over; "" where that was at the terminal."""
    rests: bool
    """Whoever made it is no admin any more."""
    used_at: str
    used_by: str
    revoked_at: str


class TokenForm(forms.Form):
    """Whom a new token is for, and what its holder may do."""

    session = forms.CharField(
        max_length=SESSION_ID_BYTES, error_messages={"required": "Name a session, or a pattern like agent-*."}
    )
    plans = forms.CharField(
        max_length=PLANS_LENGTH, error_messages={"required": "Name plans, like payments.*, or * for all."}
    )
    may = forms.ChoiceField(
        choices=_FOR, error_messages={"required": "Choose one.", "invalid_choice": "Choose one."}
    )
    verbs = forms.MultipleChoiceField(
        choices=[(verb, verb) for verb in VERBS],
        required=False,
        error_messages={"invalid_choice": "This is nothing an agent does."},
    )

    def clean_session(self) -> str:
        pattern = str(self.cleaned_data["session"])
        _told(lambda: check_sessions(pattern))
        return pattern

    def clean_plans(self) -> list[str]:
        patterns = str(self.cleaned_data["plans"]).replace(",", " ").split()
        _told(lambda: check_plans(patterns))
        return patterns

    @override
    def clean(self) -> dict[str, object]:
        values: dict[str, object] = super().clean() or {}
        if values.get("may") == CHOSEN and not values.get("verbs") and "verbs" not in self.errors:
            self.add_error("verbs", "Tick at least one verb.")
        return values

    @property
    def allowed(self) -> tuple[str, ...]:
        """Give the verbs that a valid form says, in the order of every list of them."""
        may = self.cleaned_data["may"]
        ticked = {ALL: VERBS, CHOSEN: self.cleaned_data["verbs"]}.get(may, (may,))
        return (METRICS,) if may == METRICS else tuple(verb for verb in VERBS if verb in {READ, *ticked})

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        """Offer what a token may be for: value, words, whether it is chosen."""
        chosen = self["may"].value() or ALL
        return [(value, said, value == chosen) for value, said in _FOR]

    @property
    def offered(self) -> list[tuple[str, bool]]:
        """Offer the verbs, and tell which are ticked; reading goes without saying."""
        ticked = self["verbs"].value() or ()
        return [(verb, verb in ticked) for verb in VERBS if verb != READ]


def token_views() -> tuple[list[TokenView], list[TokenView]]:
    """List the tokens that work and those that were revoked, the newest first; one statement."""
    found = [_view(token) for token in reversed(tokens(revoked=True))]
    return [view for view in found if not view.revoked_at], [view for view in found if view.revoked_at]


def _view(token: AgentToken) -> TokenView:
    return TokenView(
        number=token.pk,
        session=clean_line(token.session),
        may=_may(token),
        made_at=iso(token.made_at),
        made_by=clean_line(token.made_by.get_username()) if token.made_by else "",
        rests=bool(getattr(token, "rests", False)),
        used_at=iso(token.used_at or 0),
        used_by=clean_line(token.used_by),
        revoked_at=iso(token.revoked_at or 0),
    )


def _may(token: AgentToken) -> str:
    """Say in few words what a token is for: "all verbs in payments.*"."""
    verbs, plans = tuple(token.verbs.split()), token.plans.split()
    if verbs == (METRICS,):
        return "figures only"
    does = {VERBS: "all verbs", (READ,): "reads"}.get(verbs) or ", ".join(map(clean_line, verbs))
    return f"{does} in {'all plans' if EVERYTHING in plans else ', '.join(map(clean_line, plans))}"


def _told(check: Callable[[], None]) -> None:
    """Say beside a field what is wrong with it."""
    try:
        check()
    except WrongInput as wrong:
        message = f"{wrong.message}. {wrong.advice}"
        raise forms.ValidationError(message) from None
