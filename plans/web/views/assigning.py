"""What a person does with a step as a whole: reassign, release, finish, give up, put back, remark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.actions.assigning import cancel_step, comment_step, reassign_step, retry_step
from plans.actions.working import fail_step, force_complete_step, release_step
from plans.web.acting import Act, step_verb
from plans.web.answers import Undoable
from plans.web.forms import CommentForm, FailForm, NoteForm, ReassignForm

if TYPE_CHECKING:
    from plans.web.answers import Saved


@step_verb(ReassignForm, said="reassigned")
def reassign(act: Act[ReassignForm]) -> Saved:
    """Give the step to another session or to nobody; taking it from a live one asks first."""
    before = act.desk.store.read(act.namespace).plan.step(act.number)
    saved = reassign_step(
        act.desk,
        act.namespace,
        act.number,
        by=act.by,
        expected=act.expected,
        key=act.key,
        owner=act.form.new_owner,
        confirmed=bool(act.form.text("confirmed")),
    )
    return Undoable(saved, "reassign", (("owner", before.owner or ""), ("confirmed", "1")))


@step_verb(NoteForm, said="released")
def release(act: Act[NoteForm]) -> Saved:
    """Put the step back for anyone to claim."""
    return release_step(act.desk, act.namespace, act.number, by=act.by, expected=act.expected, key=act.key)


@step_verb(NoteForm, said="completed")
def complete(act: Act[NoteForm]) -> Saved:
    """Finish the step without its owner; the history says that it was forced."""
    return force_complete_step(
        act.desk, act.namespace, act.number, by=act.by, expected=act.expected, key=act.key
    )


@step_verb(FailForm, said="failed")
def fail(act: Act[FailForm]) -> Saved:
    """Give the step up with a reason."""
    reason = act.form.text("note")
    return fail_step(
        act.desk, act.namespace, act.number, by=act.by, expected=act.expected, key=act.key, reason=reason
    )


@step_verb(NoteForm, said="cancelled")
def cancel(act: Act[NoteForm]) -> Saved:
    """Give the step up for good."""
    reason = act.form.text("note")
    return cancel_step(
        act.desk, act.namespace, act.number, by=act.by, expected=act.expected, key=act.key, reason=reason
    )


@step_verb(NoteForm, said="put back")
def retry(act: Act[NoteForm]) -> Saved:
    """Put a failed or cancelled step back for anyone to claim."""
    return retry_step(act.desk, act.namespace, act.number, by=act.by, expected=act.expected, key=act.key)


@step_verb(CommentForm, said="has your comment")
def comment(act: Act[CommentForm]) -> Saved:
    """Leave a remark; it needs no revision and changes none."""
    return comment_step(
        act.desk, act.namespace, act.number, by=act.by, key=act.key, text=act.form.text("note")
    )
