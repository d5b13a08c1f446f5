"""The fields of forms: text under the domain's own limits, refused in the domain's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, override

from django import forms

from plans.domain.errors import PlanError
from plans.domain.limits import check_label, check_notes, check_title
from plans.web import digits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

type Choices = list[tuple[str, str]]

NOT_TAKEN: Final = 422
"""The status of a page that shows a form again, with what is wrong with it."""


class CheckedField(forms.CharField):
    """Text under the domain's own limit, refused in the domain's own words."""

    def __init__(self, check: Callable[[str], str], *, required: bool = False, missing: str = "") -> None:
        super().__init__(required=required, strip=False, error_messages={"required": missing})
        self.check = check

    @override
    def clean(self, value: str) -> str:
        text = super().clean(value)
        if self.required and not text.strip():
            raise forms.ValidationError(self.error_messages["required"], code="required")
        try:
            return self.check(text) if text else ""
        except PlanError as error:
            message = f"{error.message}. {error.advice}"
            raise forms.ValidationError(message, code=error.code) from None


class NumbersField(forms.CharField):
    """Step numbers: ``3, 7`` or ``#3 #7``."""

    def to_python(self, value: object) -> tuple[int, ...]:  # type: ignore[override]  # it is text elsewhere
        words = str(value or "").replace(",", " ").replace("#", " ").split()
        if not all(digits.are_digits(word, digits.STEP) for word in words):
            message = "Write step numbers, like 3, 7."
            raise forms.ValidationError(message, code="numbers")
        return tuple(dict.fromkeys(int(word) for word in words))


def faults_of(form: forms.BaseForm) -> str:
    """Say everything that is wrong with a form that was sent, in one line."""
    return " ".join(str(error) for errors in form.errors.values() for error in errors)


def line(what: str, *, required: bool = False, missing: str = "") -> CheckedField:
    return CheckedField(lambda text: check_label(text, what), required=required, missing=missing)


def title(*, required: bool) -> CheckedField:
    missing = "Say in a few words what the step is about."
    return CheckedField(check_title, required=required, missing=missing)


def note(missing: str = "") -> CheckedField:
    """Make a field for longer text; with a sentence for its absence, it is required."""
    return CheckedField(check_notes, required=bool(missing), missing=missing)


def words(closed: Iterable[str]) -> Choices:
    return [(word, word.replace("_", " ").capitalize()) for word in closed]
