"""What people send from "Needs you": for how long, and one answer to many."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast, override

from django import forms

from plans.people.snoozes import MINUTE, Snoozed
from plans.web.form_fields import note, words
from plans.web.forms import ActForm
from plans.web.queueing import last_call

if TYPE_CHECKING:
    from plans.domain.plan import Plan
    from plans.web.need_urls import Key

_USUAL = "15"


class SnoozeForm(ActForm):
    """A time, or another step; 15 minutes where neither is said."""

    until_step = forms.IntegerField(required=False, min_value=1)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # whatever a form takes
        # "for" is a word of Python's own.
        self.fields["for"] = forms.ChoiceField(required=False, choices=words(("15", "60", "step")))

    @override
    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or self.cleaned_data
        if cleaned.get("for") == "step" and not cleaned.get("until_step"):
            self.add_error("until_step", "Choose the step to wait for.")
        return cleaned

    def entry(self, key: Key, *, plan: Plan, revision: int, person: str, now: int) -> Snoozed:
        """Give what this person puts aside, as the plan stands; ``now`` in ms. Raises StepNotFound."""
        namespace, number = key
        step = self.cleaned_data["until_step"] if self.cleaned_data["for"] == "step" else None
        until = None if step else now + int(self.cleaned_data["for"] or _USUAL) * MINUTE
        return Snoozed(
            namespace=namespace,
            epoch=plan.epoch,
            number=number,
            revision=revision,
            called=last_call(plan.step(number), person),
            until=until,
            until_step=step,
        )


class AlikeForm(ActForm):
    """One answer to many steps that ask the same."""

    verb = forms.ChoiceField(choices=words(("approve", "reject", "reply")))
    note = note()

    @override
    def clean(self) -> dict[str, object]:
        cleaned = cast("dict[str, object]", self.cleaned_data)
        if cleaned.get("verb") in {"reject", "reply"} and not str(cleaned.get("note", "")).strip():
            said = "what should change" if cleaned.get("verb") == "reject" else "your answer"
            self.add_error("note", f"Write {said}. Nothing was decided yet.")
        return cleaned
