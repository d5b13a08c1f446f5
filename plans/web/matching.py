"""Which steps of a plan a filter leaves: on the board, track and table and for live cards alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.domain.standing import Column
from plans.domain.step import Status
from plans.web.filtering import ME, NOBODY, Is, Key, parsed
from plans.web.looks import look_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from plans.domain.picture import Picture
    from plans.domain.step import Step
    from plans.web.filtering import Term

_STATUSES = {Is.FAILED: Status.FAILED, Is.CANCELLED: Status.CANCELLED}
_LIVENESS = {Is.STALE: "stale", Is.QUIET: "quiet"}


def matching_steps(picture: Picture, query: str) -> set[int]:
    """Name the steps for which all holds that a filter asks."""
    terms = parsed(query).terms
    return {step.number for step in picture.plan.steps if matches(picture, step, terms)}


def matching_answer(picture: Picture, query: str) -> dict[str, object]:
    """Give what hides cards on a page: the revision looked at, the steps that stay, what is told."""
    steps = sorted(matching_steps(picture, query))
    return {"revision": picture.plan.revision, "steps": steps, "told": parsed(query).told}


def matches(picture: Picture, step: Step, terms: Sequence[Term]) -> bool:
    """Tell whether everything that is asked holds for a step."""
    return all(_TESTS[term.key](picture, step, term) is not term.is_not for term in terms)


def _word(_: Picture, step: Step, term: Term) -> bool:
    found = f"{step.number} {step.title} {step.owner or ''} {step.phase} {step.notes}"
    return term.text in found.lower()


def _step(_: Picture, step: Step, term: Term) -> bool:
    return step.number == int(term.text)


def _owner(_: Picture, step: Step, term: Term) -> bool:
    if term.text == NOBODY and not term.is_literal:
        return step.owner is None
    return any(term.text in name.lower() for name in (step.owner, step.worker) if name)


def _phase(_: Picture, step: Step, term: Term) -> bool:
    if term.text == NOBODY and not term.is_literal:
        return not step.phase
    return term.text in step.phase.lower()


def _needs(picture: Picture, step: Step, term: Term) -> bool:
    """``needs:me`` is what the board shows in amber or red: what is asked, and what lost its session."""
    if ME.startswith(term.text):
        return picture.standings[step.number].column is Column.ASK or _has_owner(picture, step, "stale")
    return int(term.text.removeprefix("#")) in step.needs


def _is(picture: Picture, step: Step, term: Term) -> bool:
    """A word that is not whole yet means all that it can become."""
    return any(_is_one(picture, step, kind) for kind in Is if kind.startswith(term.text))


def _is_one(picture: Picture, step: Step, kind: Is) -> bool:
    if kind is Is.GATE:
        return step.is_gate
    if kind in _STATUSES:
        return step.status is _STATUSES[kind]
    if kind in _LIVENESS:
        return _has_owner(picture, step, _LIVENESS[kind])
    return look_of(step, picture.standings[step.number])[0] == kind


def _has_owner(picture: Picture, step: Step, liveness: str) -> bool:
    """Tell whether running work's session is as quiet as that."""
    life = picture.lives.get(step.owner or "")
    return step.status is Status.IN_PROGRESS and life is not None and life.liveness == liveness


_TESTS: dict[Key, Callable[[Picture, Step, Term], bool]] = {
    Key.WORD: _word,
    Key.STEP: _step,
    Key.OWNER: _owner,
    Key.PHASE: _phase,
    Key.NEEDS: _needs,
    Key.IS: _is,
}
