"""What people send: every form of the board, its fields named as in the domain."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast, override

from django import forms

from plans.domain.limits import KEY_BYTES, check_title
from plans.domain.step import Kind, Review, Risk
from plans.security.login import NAME_LENGTH, PASSWORD_LENGTH
from plans.web.conflict import settled
from plans.web.form_fields import CheckedField, NumbersField, line, note, title, words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import QueryDict

_NOT_TYPED = frozenset({"password", "csrfmiddlewaretoken", "revision", "key", "back", "next", "code"})


def sent(data: QueryDict) -> dict[str, str]:
    """Flatten what was posted: the last value counts, ticked needs are joined, choices are applied."""
    fields = {name: data.get(name, "") for name in data}
    if "needs" in data:
        fields["needs"] = ", ".join(data.getlist("needs"))
    return settled(fields)


def typed(fields: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """List what the person sent, (form field, text), to be shown or sent again."""
    return tuple((name, text) for name, text in fields.items() if name not in _NOT_TYPED)


class ActForm(forms.Form):
    """What every change carries: a key, so that sending it twice does it once."""

    shows_all: ClassVar[bool] = False
    """Whether the form comes back with fields that nobody changed."""

    key = forms.CharField(required=False, max_length=KEY_BYTES // 4)

    @property
    def idempotency_key(self) -> str | None:
        return cast("str", self.cleaned_data.get("key")) or None

    def text(self, name: str) -> str:
        """Give a cleaned text field."""
        return cast("str", self.cleaned_data[name])

    def proposed(self) -> dict[str, object]:
        """Name the step's fields this form would set, as domain values, for comparing."""
        return {}


class NoteForm(ActForm):
    """A decision or a steering verb with an optional note."""

    note = note()


class RejectForm(ActForm):
    """A rejection says why."""

    note = note("Write what should change. The step stays as it is until you do.")


class ReplyForm(ActForm):
    """An answer to a question."""

    note = note("Write your answer. The step stays as it is until you do.")


class HoldForm(ActForm):
    """A person's stop."""

    note = note("Write why the step has to wait. It goes on until you do.")


class FailForm(ActForm):
    """Giving a step up."""

    note = note("Write why the step failed. It stays as it is until you do.")


class CommentForm(ActForm):
    """A remark."""

    note = note("Write something first.")


class ReassignForm(ActForm):
    """The next owner: one that was offered, one that was typed, or nobody."""

    owner = forms.CharField(required=False, strip=True)
    owner_other = forms.CharField(required=False, strip=True)
    confirmed = forms.CharField(required=False)

    @property
    def new_owner(self) -> str | None:
        return self.text("owner_other") or self.text("owner") or None

    @override
    def proposed(self) -> dict[str, object]:
        return {"owner": self.new_owner}


class RetryForm(NoteForm):
    """Another attempt, by one session or by anyone."""

    owner = forms.CharField(required=False, strip=True)


class MoveForm(ActForm):
    """A place in the plan: behind a step, or up, down, first, last within its column."""

    after = forms.IntegerField(required=False, min_value=0)
    to = forms.ChoiceField(required=False, choices=words(("up", "down", "first", "last")))

    @property
    def is_relative(self) -> bool:
        return bool(self.cleaned_data["to"])

    @override
    def proposed(self) -> dict[str, object]:
        return {} if self.is_relative else {"order": self.cleaned_data["after"] or None}


class RestoreForm(ActForm):
    """Which older revision shall be the newest again; empty: the one that is shown."""

    to = forms.IntegerField(required=False, min_value=1, max_value=10**15)

    @property
    def revision(self) -> int | None:
        return cast("int | None", self.cleaned_data["to"])


class EditForm(ActForm):
    """A step's own words and rules; a field that was not sent stays as it is."""

    shows_all = True

    title = title(required=False)
    notes = note()
    needs = NumbersField(required=False)
    phase = line("phase")
    review = forms.ChoiceField(required=False, choices=words(Review))
    risk = forms.ChoiceField(required=False, choices=words(Risk))
    critical = forms.CharField(required=False)

    @override
    def clean(self) -> dict[str, object]:
        if "title" in self.data and not str(self.data["title"]).strip():
            self.add_error("title", "Say in a few words what the step is about.")
        return self.cleaned_data

    @override
    def proposed(self) -> dict[str, object]:
        cleaned = self.cleaned_data
        values: dict[str, object] = {
            "title": cleaned.get("title"),
            "notes": cleaned.get("notes"),
            "needs": cleaned.get("needs"),
            "phase": cleaned.get("phase"),
            "review": Review(cleaned.get("review") or Review.NONE),
            "risk": Risk(cleaned.get("risk") or Risk.NORMAL),
            "critical": cleaned.get("critical") == "on",
        }
        return {name: value for name, value in values.items() if name in self.data}


class AddForm(EditForm):
    """A new step."""

    title = title(required=True)
    kind = forms.ChoiceField(required=False, choices=words(Kind))
    after = forms.IntegerField(required=False, min_value=1)


class CreateForm(ActForm):
    """A new plan."""

    namespace = forms.CharField(
        max_length=128, error_messages={"required": "Give the plan a name, like payments.ledger."}
    )
    title = CheckedField(check_title)
    draft = forms.CharField(required=False)


class DescribeForm(ActForm):
    """The plan's own words; a field that was not sent stays as it is."""

    shows_all = True

    title = CheckedField(check_title)
    status = line("status")
    group = line("group")

    def changes(self) -> dict[str, str]:
        """Give what was sent."""
        return {name: self.text(name) for name in ("title", "status", "group") if name in self.data}

    @override
    def proposed(self) -> dict[str, object]:
        return dict(self.changes())


class PasswordForm(forms.Form):
    """Name and password, as they were typed: a password's spaces are part of it."""

    name = forms.CharField(max_length=NAME_LENGTH, error_messages={"required": "Type your name."})
    password = forms.CharField(
        max_length=PASSWORD_LENGTH, strip=False, error_messages={"required": "Type your password."}
    )


class LoginForm(forms.Form):
    """The one-time code from the terminal."""

    code = forms.CharField(
        max_length=200, error_messages={"required": "Type the code that the terminal shows."}
    )
