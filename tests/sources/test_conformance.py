"""What every format must do, whichever program it is of: see docs/sources.md."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

import pytest

from plans.domain.actor import session
from plans.domain.errors import PlanError
from plans.domain.step import Status
from plans.domain.verbs import assigning, shaping, working
from plans.store.format import Format, Spot, Writable
from plans.store.paths import is_namespace
from plans.store.sheet import Field, Matching, encoded
from plans.store.sources import disk
from plans.store.sources.kinds import KINDS, format_of
from plans.store.sources.seeing import as_seen, wanted_bytes
from tests.sources.examples import EXAMPLES
from tests.sources.scene import (
    ABC,
    ANN,
    START,
    Machine,
    add_step,
    change,
    edit_step,
    make_machine,
    never_removed,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from plans.store.all_plans import AllPlans
    from plans.store.sheet import Sheet

type Edit = Callable[[AllPlans, str, int], object]

EDITS: dict[str, Edit] = {
    "title": lambda store, plan, n: edit_step(store, plan, n, title="Other <words> & “marks”"),
    "notes": lambda store, plan, n: edit_step(store, plan, n, notes="First.\n\n  Second & last."),
    "phase": lambda store, plan, n: edit_step(store, plan, n, phase="Somewhere else"),
    "owner": lambda store, plan, n: change(
        store, plan, lambda p: assigning.reassign(p, n, by=ANN, owner="beta"), verb="reassign"
    ),
    "claim": lambda store, plan, n: change(
        store, plan, lambda p: working.claim(p, n, by=ABC), verb="claim", by=ABC
    ),
    "complete": lambda store, plan, n: change(
        store, plan, lambda p: working.force_complete(p, n, by=ANN), verb="complete"
    ),
    "cancel": lambda store, plan, n: change(
        store, plan, lambda p: assigning.cancel(p, n, by=ANN), verb="cancel"
    ),
    "remove": lambda store, plan, n: change(
        store, plan, lambda p: shaping.remove(p, n, by=ANN), verb="remove"
    ),
    "move": lambda store, plan, n: change(
        store, plan, lambda p: shaping.move(p, n, by=ANN, after=None), verb="move"
    ),
    "add": lambda store, plan, _: add_step(store, plan, "One more: – <here> & now"),
    "needs": lambda store, plan, n: add_step(store, plan, "It waits", needs=(n,)),
    "comment": lambda store, plan, n: change(
        store, plan, lambda p: assigning.comment(p, n, by=ANN, at=START, text="Ours alone"), verb="comment"
    ),
}


_MAY_BE_REFUSED = {"phase", "move", "needs"}
"""Edits of steps that no other program has the same way."""


@pytest.fixture(params=KINDS)
def form(request: pytest.FixtureRequest, machine: Machine) -> Format:
    """Give each format, on a machine with lists of its program."""
    EXAMPLES[request.param](machine)
    return format_of(request.param)


@pytest.fixture
def store(form: Format, machine: Machine) -> AllPlans:
    return machine.store(form.kind)


def spots(machine: Machine, form: Format) -> Iterator[Spot]:
    places = form.places({"HOME": str(machine.folder)}, str(machine.folder / "project"))
    for place in places:
        for name in form.lists(place):
            yield Spot(form, place, name)


def parsed(spot: Spot) -> Sheet:
    return spot.form.parse(disk.look(spot, None).files, spot.name)


def all_files(machine: Machine) -> dict[Path, bytes]:
    home = machine.folder / "home"
    found = (path for path in machine.folder.rglob("*") if path.is_file() and home not in path.parents)
    return {path: path.read_bytes() for path in found}


def _refusal(edit: Callable[[], object]) -> PlanError | None:
    try:
        edit()
    except PlanError as refused:
        return refused
    return None


def test_every_format_has_examples() -> None:
    assert EXAMPLES.keys() == KINDS.keys()


def test_its_lists_are_found_and_have_names_that_plans_may_have(form: Format, machine: Machine) -> None:
    namespaces = machine.store(form.kind).namespaces()
    assert namespaces
    assert all(is_namespace(name) and name.startswith(f"{form.prefix}.") for name in namespaces)


@pytest.mark.parametrize("kind", KINDS)
def test_where_its_program_never_was_there_is_nothing(kind: str, machine: Machine) -> None:
    form = format_of(kind)
    for place in form.places({"HOME": str(machine.folder)}, str(machine.folder)):
        assert form.lists(place) == []
        assert form.files(place, "anything") is None
    assert machine.store(kind).namespaces() == []


def test_a_place_that_is_a_file_holds_nothing(machine: Machine) -> None:
    for kind in KINDS:
        (place,) = format_of(kind).places({"HOME": str(machine.folder)}, str(machine.folder / "project"))
        os.makedirs(os.path.dirname(place), exist_ok=True)  # noqa: PTH103, PTH120
        with open(place, "w", encoding="utf-8") as file:  # noqa: PTH123
            file.write("no folder")
        assert format_of(kind).lists(place) == []


def test_each_of_its_files_is_known_to_be_its_lists_and_no_other_is(form: Format, machine: Machine) -> None:
    for spot in spots(machine, form):
        for file in spot.files() or ():
            assert form.list_of(spot.place, f"{spot.folder}/{file}") == spot.name
        for other in (".lock", ".board-00112233.tmp", "notes.txt"):
            assert form.list_of(spot.place, f"{spot.folder}/{other}") is None


def test_what_it_reads_is_sound(form: Format, machine: Machine) -> None:
    for spot in spots(machine, form):
        sheet = parsed(spot)
        assert sheet == parsed(spot)
        keys = [item.key for item in sheet.items]
        if form.matching is Matching.TEXT:
            assert set(keys) <= {""}
        else:
            assert len(set(keys)) == len(keys)
            assert "" not in keys
        if form.matching is Matching.NUMBER:
            assert all(int(key) < sheet.next_number for key in keys)
        for item in sheet.items:
            assert item.title
            assert set(item.needs) <= set(keys) - {item.key}
            if item.owner is not None:
                session(item.owner)


def test_adopting_a_list_writes_nothing_to_it_and_agrees_with_it(
    form: Format, store: AllPlans, machine: Machine
) -> None:
    before = all_files(machine)
    for namespace in store.namespaces():
        assert store.adopt(namespace) is not None
        assert store.adopt(namespace) is None
        assert store.verify(namespace) == []
        assert store.read(namespace).adopted
    assert all_files(machine) == before
    for spot in spots(machine, form):
        plan = store.read(f"{form.prefix}.{spot.name}").plan
        assert wanted_bytes(plan, form) == encoded(as_seen(parsed(spot), form))


def test_where_nothing_changed_nothing_is_written(form: Format, machine: Machine) -> None:
    if isinstance(form, Writable):
        for spot in spots(machine, form):
            files = disk.look(spot, None).files
            same = as_seen(form.parse(files, spot.name), form)
            assert form.patch(files, same, at=START, removed=never_removed) == {}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_is_written_as_it_is_meant_or_refused_with_nothing_changed(
    form: Format, store: AllPlans, machine: Machine, edit: str
) -> None:
    for namespace in store.namespaces():
        store.adopt(namespace)
        plan, before = store.read(namespace).plan, all_files(machine)
        number = next((step.number for step in plan.steps if step.status is Status.PENDING), None)
        if number is None:
            continue
        refused = _refusal(partial(EDITS[edit], store, namespace, number))
        if refused is not None:
            assert all_files(machine) == before
            assert store.read(namespace).plan == plan
            assert not isinstance(form, Writable) or edit in _MAY_BE_REFUSED or plan.step(number).needs
        else:
            assert isinstance(form, Writable)
            assert store.adopt(namespace) is None
            assert machine.store(form.kind).verify(namespace) == []
        others = {step.number: step for step in plan.steps if step.number != number}
        now = {step.number: step for step in machine.store(form.kind).read(namespace).plan.steps}
        assert all(now[other].title == step.title for other, step in others.items())


@pytest.mark.parametrize("kind", [kind for kind in KINDS if isinstance(format_of(kind), Writable)])
def test_a_writable_format_holds_its_programs_lock_alone(kind: str, tmp_path: Path) -> None:
    machine = make_machine(tmp_path)
    EXAMPLES[kind](machine)
    form = format_of(kind)
    assert isinstance(form, Writable)
    spot = next(spots(machine, form))
    with form.locked(spot.place, spot.name, wait=0) as identity:
        form.release_leftover(spot.place, spot.name, "someone else's")
        with pytest.raises(PlanError), form.locked(spot.place, spot.name, wait=0):
            pass
        if identity:
            form.release_leftover(spot.place, spot.name, identity)
    with form.locked(spot.place, spot.name, wait=0):
        pass


@pytest.mark.parametrize("kind", KINDS)
def test_a_format_says_what_its_files_hold(kind: str) -> None:
    form = format_of(kind)
    assert {Field.TITLE, Field.STATUS} <= form.holds
    assert form.own <= {"title", "status"}
    assert form.max_bytes > 0
