"""What a person does with a step as a whole: reassign, release, finish, give up, put back, remark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.actions.assigning import cancel_step, comment_step, reassign_step, retry_step
from plans.actions.working import fail_step, force_complete_step, release_step
from plans.domain.step import Status
from plans.web.acting import Act, step_verb
from plans.web.answers import Done
from plans.web.forms import CommentForm, FailForm, NoteForm, ReassignForm, RetryForm
from plans.web.undo_hints import started_over, step_before

if TYPE_CHECKING:
    from plans.web.answers import Saved


@step_verb(ReassignForm, said="reassigned")
def reassign(act: Act[ReassignForm]) -> Saved:
    """Give the step to another session or to nobody; taking it from a live one asks first."""
    saved = reassign_step(
        act.desk,
        act.namespace,
        act.number,
        **act.terms,
        owner=act.form.new_owner,
        confirmed=bool(act.form.text("confirmed")),
    )
    before = step_before(saved, act.number)
    fields = (("owner", before.owner or ""), ("confirmed", "1"))
    return Done(saved, verb="reassign", fields=fields, hint=started_over(before))


@step_verb(NoteForm, said="released")
def release(act: Act[NoteForm]) -> Saved:
    """Put the step back for anyone to claim."""
    saved = release_step(act.desk, act.namespace, act.number, **act.terms)
    before = step_before(saved, act.number)
    return Done(saved, verb="reassign", fields=(("owner", before.owner or ""),), hint=started_over(before))


@step_verb(NoteForm, said="completed")
def complete(act: Act[NoteForm]) -> Saved:
    """Finish the step without its owner; the history says that it was forced."""
    saved = force_complete_step(act.desk, act.namespace, act.number, **act.terms)
    return Done(saved, "This stays so: others may have started on it. Add a step if more is to be done.")


@step_verb(FailForm, said="failed")
def fail(act: Act[FailForm]) -> Saved:
    """Give the step up with a reason."""
    reason = act.form.text("note")
    saved = fail_step(act.desk, act.namespace, act.number, **act.terms, reason=reason)
    before = step_before(saved, act.number)
    return Done(saved, verb="retry", fields=(("owner", before.owner or ""),), hint=started_over(before))


@step_verb(NoteForm, said="cancelled")
def cancel(act: Act[NoteForm]) -> Saved:
    """Give the step up for good."""
    reason = act.form.text("note")
    saved = cancel_step(act.desk, act.namespace, act.number, **act.terms, reason=reason)
    before = step_before(saved, act.number)
    return Done(saved, verb="retry", fields=(("owner", before.owner or ""),), hint=started_over(before))


@step_verb(RetryForm, said="put back")
def retry(act: Act[RetryForm]) -> Saved:
    """Put a failed or cancelled step back for anyone to claim, or for the session that had it."""
    saved = retry_step(
        act.desk,
        act.namespace,
        act.number,
        **act.terms,
        owner=act.form.text("owner") or None,
    )
    before = step_before(saved, act.number)
    if before.status is Status.CANCELLED:
        return Done(saved, verb="cancel", fields=(("note", before.reason),))
    return Done(saved, "This stays so: only work in progress fails. Cancel the step if it is not to run.")


@step_verb(CommentForm, said="has your comment")
def comment(act: Act[CommentForm]) -> Saved:
    """Leave a remark; it needs no revision and changes none."""
    return comment_step(
        act.desk, act.namespace, act.number, by=act.by, key=act.key, text=act.form.text("note")
    )
