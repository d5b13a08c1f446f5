"""What people send about a plan as a whole, besides its words: a text to import, a link to make."""

from __future__ import annotations

from django import forms

from plans.people.shares import LIFETIMES, Kind
from plans.web.form_fields import words
from plans.web.forms import ActForm


class ImportForm(ActForm):
    """A plan as text; its own name counts where none is typed."""

    namespace = forms.CharField(required=False, max_length=128)
    draft = forms.CharField(required=False)


class ShareForm(forms.Form):
    """What a link shows, and for how long."""

    kind = forms.ChoiceField(required=False, choices=words(Kind))
    lifetime = forms.ChoiceField(required=False, choices=[(name, name) for name in LIFETIMES])

    def chosen(self, name: str, usual: str) -> str:
        """Give a choice, or the usual one where none was sent or none that is known."""
        return str(self.cleaned_data.get(name) or usual)


class PasteForm(ActForm):
    """A list of steps as text, read where it is added."""
