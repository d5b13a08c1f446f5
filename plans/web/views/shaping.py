"""How people change the shape of a plan: add, edit, move and remove steps."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from plans.actions.shaping import add_step, edit_step, move_step, remove_step
from plans.domain.step import Kind
from plans.web.acting import Act, step_verb, verb
from plans.web.answers import Done, saved_step
from plans.web.fields import can_be_sent, entry_of, same, step_values
from plans.web.forms import AddForm, EditForm, MoveForm, NoteForm
from plans.web.gathering import in_hand
from plans.web.moving import place_for

if TYPE_CHECKING:
    from plans.domain.verbs.shaping import Changes, Details
    from plans.web.answers import Saved


@step_verb(EditForm, said="saved")
def edit(act: Act[EditForm]) -> Saved:
    """Change the fields that the person changed; what came back as it was shown is left alone."""
    plan = act.desk.store.read(act.namespace).plan
    now = step_values(plan, act.number)
    proposed = act.form.proposed()
    changes = {name: value for name, value in proposed.items() if not same(name, value, now[name])}
    saved = edit_step(
        act.desk,
        act.namespace,
        act.number,
        **act.terms,
        **cast("Changes", changes),
    )
    former = {name: now[name] for name in changes}
    if not can_be_sent(former):
        return Done(saved, "This stays so: a form cannot send what stood there. Restore the revision before.")
    fields = tuple((name, entry_of(name, value)) for name, value in former.items())
    return Done(saved, verb="edit", fields=fields)


@step_verb(MoveForm, said="moved")
def move(act: Act[MoveForm]) -> Saved:
    """Put the step elsewhere in the plan's order."""
    after = act.form.cleaned_data["after"] or None
    before = act.desk.store.read(act.namespace).plan
    if act.form.is_relative:
        after = place_for(in_hand(before), act.number, to=act.form.text("to"))
    saved = move_step(act.desk, act.namespace, act.number, **act.terms, after=after)
    at = before.positions[act.number]
    above = str(before.steps[at - 1].number) if at else ""
    return Done(saved, verb="move", fields=(("after", above),))


@step_verb(NoteForm, said="removed")
def remove(act: Act[NoteForm]) -> Saved:
    """Take the step out of the plan; its number is never used again."""
    saved = remove_step(act.desk, act.namespace, act.number, **act.terms)
    before = (saved.line.rev if saved.line else saved.plan.revision) - 1
    return Done(saved, f"Its number is never used again. Restoring rev {before} of the plan brings it back.")


@verb(AddForm, answer=partial(saved_step, said="added"))
def add(act: Act[AddForm]) -> Saved:
    """Add a step at the end, or behind another one."""
    details = {name: value for name, value in act.form.proposed().items() if name != "title"}
    saved = add_step(
        act.desk,
        act.namespace,
        by=act.by,
        key=act.key,
        title=act.form.text("title"),
        kind=Kind(act.form.text("kind") or Kind.WORK),
        after=act.form.cleaned_data["after"],
        **cast("Details", details),
    )
    return Done(saved, verb="remove")
