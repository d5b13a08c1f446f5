"""How a person's change goes: signed in, form, revision, action, answer. Every refusal is met here, once."""

from __future__ import annotations

from functools import partial, wraps
from typing import TYPE_CHECKING, NamedTuple

from django.views.decorators.http import require_http_methods

from plans.actions.assigning import LiveOwner
from plans.django_wiring import desk
from plans.domain.errors import PlanError
from plans.domain.expected import StaleRevision
from plans.security.person import operator_required, person
from plans.web.answers import Asked, saved_plan, saved_step
from plans.web.asking import expected_revision, text_read
from plans.web.asking_again import form_page, refused_form, stale_answer, warn_live_owner
from plans.web.auditing import note_signed
from plans.web.forms import ActForm, sent

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from plans.actions.desk import Desk, Terms
    from plans.domain.actor import Actor
    from plans.security.person import BoardRequest, GuardedView
    from plans.web.answers import Saved


class Act[F: ActForm](NamedTuple):
    """One change that a person asks for."""

    desk: Desk
    namespace: str
    number: int
    """The step; 0 where the plan itself is meant, or a step that is not there yet."""
    by: Actor
    expected: int | None
    text: str
    """The mark of the text that was read, where the form names it."""
    form: F

    @property
    def key(self) -> str | None:
        return self.form.idempotency_key

    @property
    def terms(self) -> Terms:
        """Give what nearly every action asks for."""
        return {"by": self.by, "expected": self.expected, "key": self.key}


type Deed[F: ActForm] = Callable[[Act[F]], Saved]
type Answer = Callable[[Asked, Saved], HttpResponse]


def step_verb[F: ActForm](form: type[F], *, said: str) -> Callable[[Deed[F]], GuardedView[...]]:
    """Make a view of a deed on a step. GET shows its form; POST does it and answers with the step.

    ``said`` is the toast's verb: "Step 19 approved".
    """
    return verb(form, answer=partial(saved_step, said=said))


def plan_verb[F: ActForm](form: type[F], *, said: str) -> Callable[[Deed[F]], GuardedView[...]]:
    """Make a view of a deed on a plan; otherwise like ``step_verb``, ``said`` is the whole toast."""
    return verb(form, answer=partial(saved_plan, said=said))


def verb[F: ActForm](form: type[F], *, answer: Answer) -> Callable[[Deed[F]], GuardedView[...]]:
    """Make a view of a deed; the view's name is the verb."""

    def view_of(deed: Deed[F]) -> GuardedView[...]:
        @require_http_methods(["GET", "HEAD", "POST"])
        @operator_required
        @wraps(deed)
        def view(request: BoardRequest, namespace: str, number: int = 0) -> HttpResponse:
            asked = Asked(request=request, namespace=namespace, number=number, verb=deed.__name__)
            if request.method != "POST":
                return form_page(asked)
            return _answered(asked, form(sent(request.POST)), deed, answer=answer)

        return view

    return view_of


def _answered[F: ActForm](asked: Asked, form: F, deed: Deed[F], *, answer: Answer) -> HttpResponse:
    if not form.is_valid():
        return refused_form(asked, form)
    try:
        saved = deed(_act(asked, form))
        note_signed(asked.request, saved, verdict=asked.verb)
        return answer(asked, saved)
    except StaleRevision as stale:
        return stale_answer(asked, form, stale)
    except LiveOwner as live:
        return warn_live_owner(asked, form, live)
    except PlanError as error:
        return refused_form(asked, form, error)


def _act[F: ActForm](asked: Asked, form: F) -> Act[F]:
    return Act(
        desk=desk(),
        namespace=asked.namespace,
        number=asked.number,
        by=person(asked.request),
        expected=expected_revision(asked.request),
        text=text_read(asked.request),
        form=form,
    )
