"""How a change that was made is answered: with the step as it is in the plan in hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django_htmx.http import HttpResponseClientRedirect

from plans.mirror.reading import sessions, with_file_said
from plans.security.person import address_in, sight
from plans.web.addresses import board_url, drawer_url, verb_url
from plans.web.gathering import history, in_hand, remember_saved, silence, with_silence
from plans.web.need_urls import NEEDS
from plans.web.owners import offers
from plans.web.pages import step_answer
from plans.web.repeating import is_past, said_now
from plans.web.since import since_view

if TYPE_CHECKING:
    from plans.domain.plan import Plan
    from plans.domain.revision import Line
    from plans.security.person import BoardRequest


class Saved(Protocol):
    """What an action gives back."""

    @property
    def plan(self) -> Plan: ...
    @property
    def line(self) -> Line | None: ...
    @property
    def repeated(self) -> bool: ...
    @property
    def late(self) -> str: ...


class Done(NamedTuple):
    """What an action gave back, with the verb that takes it back, or why none does."""

    saved: Saved
    hint: str = ""
    """What does not come back with it, or why nothing does."""
    verb: str = ""
    """Empty where there is no way back."""
    fields: tuple[tuple[str, str], ...] = ()
    """What that verb is sent besides."""

    @property
    def plan(self) -> Plan:
        return self.saved.plan

    @property
    def line(self) -> Line | None:
        return self.saved.line

    @property
    def repeated(self) -> bool:
        return self.saved.repeated

    @property
    def late(self) -> str:
        return self.saved.late


class Asked(NamedTuple):
    """One change somebody asks for, by which request."""

    request: BoardRequest
    namespace: str
    number: int
    """The step; 0 where the plan itself is meant, or a step that is not there yet."""
    verb: str


class Toast(NamedTuple):
    """What was done, for 8 seconds; with where to take it back."""

    text: str
    undo: str = ""
    revision: int = 0
    fields: tuple[tuple[str, str], ...] = ()
    """What taking it back says besides."""
    hint: str = ""
    """What taking it back does not do, or why it cannot be taken back."""


class SeeOther(HttpResponseRedirect):
    """The answer to a form that was sent without scripts: look there."""

    status_code = 303


def saved_step(asked: Asked, saved: Saved, *, said: str) -> HttpResponse:
    """Answer with the step as it is now, or with its board where it is gone."""
    number = asked.number or (saved.line.step if saved.line and saved.line.step else 0)
    here = saved.plan.has_step(number)
    toast = _toast(asked, saved, f"Step {number} {said}", number=number)
    if not asked.request.htmx:
        remember_saved(asked.request, saved.plan, told=toast.text)
        return SeeOther(_onward(asked, number if here else 0))
    picture = with_silence(with_file_said(in_hand(saved.plan)), silence())
    context = step_answer(
        picture,
        number,
        lines=history(asked.namespace, number, newest=saved.line),
        offers=offers(sessions(sight(asked.request)), owner=saved.plan.step(number).owner) if here else None,
        since=since_view(picture, number, newest=saved.line) if here else None,
    )
    return render(asked.request, "plans/answers/step.html", context | {"toast": toast})


def saved_plan(asked: Asked, saved: Saved, *, said: str) -> HttpResponse:
    """Answer with the plan's board as it is now."""
    remember_saved(asked.request, saved.plan, told=_toast(asked, saved, said).text)
    return go(asked.request, board_url(asked.namespace))


def go(request: BoardRequest, address: str) -> HttpResponse:
    """Send the person to a page, with and without scripts."""
    return HttpResponseClientRedirect(address) if request.htmx else SeeOther(address)


def _onward(asked: Asked, number: int) -> str:
    """Say where a form without scripts leads: back to the queue, if it was sent from there."""
    came_from = address_in(asked.request.headers.get("Referer", ""))
    if came_from.netloc == asked.request.get_host() and came_from.path.startswith(NEEDS):
        return NEEDS
    return drawer_url(asked.namespace, number) if number else board_url(asked.namespace)


def _toast(asked: Asked, saved: Saved, said: str, *, number: int = 0) -> Toast:
    """Say what was done; a change that is not in plan.json yet is said to be late."""
    if saved.line is None:
        return Toast("Nothing to change")
    said = said_now(saved, said, number=number)
    text = f"{said.removesuffix('.')}. {saved.late}" if saved.late else said
    if is_past(saved, number):
        return Toast(text)
    done = saved if isinstance(saved, Done) else Done(saved)
    if not done.verb or not saved.plan.has_step(number):
        return Toast(text, hint=done.hint)
    url, revision = verb_url(asked.namespace, number, done.verb), saved.plan.step(number).revision
    return Toast(text, url, revision, done.fields, done.hint)
