"""Taking a warning away that a person has seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.actions.assigning import dismiss_warning
from plans.web.acting import Act, step_verb
from plans.web.forms import NoteForm

if TYPE_CHECKING:
    from plans.web.answers import Saved


@step_verb(NoteForm, said="marked as seen")
def dismiss(act: Act[NoteForm]) -> Saved:
    """Take the warning away; the history keeps what it was about."""
    return dismiss_warning(act.desk, act.namespace, act.number, **act.terms)
