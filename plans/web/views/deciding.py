"""What a person answers: approve, reject, reply, take a decision back, put on hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.actions.deciding import approve_step, hold_step, reject_step, reply_step, undo_decision
from plans.web.acting import Act, step_verb
from plans.web.answers import Done
from plans.web.forms import HoldForm, NoteForm, RejectForm, ReplyForm
from plans.web.undo_hints import step_before, undecided

if TYPE_CHECKING:
    from plans.web.answers import Saved


@step_verb(NoteForm, said="approved")
def approve(act: Act[NoteForm]) -> Saved:
    """Say yes to exactly the text that was seen: the form names it, and the step's revision."""
    note = act.form.text("note")
    saved = approve_step(act.desk, act.namespace, act.number, **act.terms, note=note, text=act.text)
    return Done(saved, verb="undo")


@step_verb(RejectForm, said="rejected")
def reject(act: Act[RejectForm]) -> Saved:
    """Say no and why."""
    note = act.form.text("note")
    saved = reject_step(act.desk, act.namespace, act.number, **act.terms, note=note, text=act.text)
    return Done(saved, verb="undo")


@step_verb(ReplyForm, said="answered")
def reply(act: Act[ReplyForm]) -> Saved:
    """Answer a question; the session goes on."""
    note = act.form.text("note")
    saved = reply_step(act.desk, act.namespace, act.number, **act.terms, note=note, text=act.text)
    return Done(saved, verb="undo")


@step_verb(NoteForm, said="asks again")
def undo(act: Act[NoteForm]) -> Saved:
    """Take a decision back while nothing has touched the step since."""
    return undo_decision(act.desk, act.namespace, act.number, **act.terms)


@step_verb(HoldForm, said="put on hold")
def hold(act: Act[HoldForm]) -> Saved:
    """Stop a step until a person lets it go on."""
    text = act.form.text("note")
    saved = hold_step(act.desk, act.namespace, act.number, **act.terms, text=text)
    return Done(saved, verb="approve", hint=undecided(step_before(saved, act.number)))
