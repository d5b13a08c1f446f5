"""Whatever people do here and the program does there, in any order: both say the same in the end."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from plans.domain.errors import PlanError
from plans.domain.step import RequestKind, Status
from plans.domain.verbs import assigning, deciding, shaping, working
from plans.store.format import Spot, Writable
from plans.store.orders import Order
from plans.store.sheet import Item, Matching, Sheet, encoded
from plans.store.sources import disk
from plans.store.sources.kinds import format_of
from plans.store.sources.seeing import as_seen, wanted_bytes
from tests.sources.scene import ABC, ANN, START, Machine, make_machine, never_removed, put_document, put_list
from tests.sources.test_interrupted import Died, dies_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from plans.domain.plan import Plan
    from plans.store.all_plans import AllPlans

    type Edit = Callable[[Plan, int, str], Plan]

LISTS = {"claude": "release-train", "docker": "checklist"}
OURS: dict[str, Edit] = {
    "add": lambda plan, _, text: shaping.add(plan, by=ANN, at=START, title=text),
    "title": lambda plan, n, text: shaping.edit(plan, n, by=ANN, title=text),
    "notes": lambda plan, n, text: shaping.edit(plan, n, by=ANN, notes=text),
    "gate": lambda plan, n, _: shaping.edit(plan, n, by=ANN, critical=True),
    "remove": lambda plan, n, _: shaping.remove(plan, n, by=ANN),
    "claim": lambda plan, n, _: working.claim(plan, n, by=ABC),
    "finish": lambda plan, n, _: working.force_complete(plan, n, by=ANN),
    "hold": lambda plan, n, text: deciding.block(plan, n, by=ANN, at=START, kind=RequestKind.HOLD, text=text),
    "cancel": lambda plan, n, _: assigning.cancel(plan, n, by=ANN),
    "retry": lambda plan, n, _: assigning.retry(plan, n, by=ANN),
    "owner": lambda plan, n, text: assigning.reassign(plan, n, by=ANN, owner=text),
}
TEXTS = st.sampled_from(["one", "two", "three & <four>", "five", "tag"])
STEPS = st.tuples(
    st.sampled_from([*OURS, *(f"their {name}" for name in ("add", "title", "status", "remove", "owner"))]),
    st.integers(0, 9),
    TEXTS,
)


def here(store: AllPlans, namespace: str, doing: tuple[str, int, str]) -> bool:
    """Do something on the board; tells whether it was saved. What is refused does no harm."""
    name, at, text = doing
    plan = store.read(namespace).plan
    number = plan.steps[at % len(plan.steps)].number if plan.steps else 1
    order = Order(by=ABC if name == "claim" else ANN, verb=name)
    try:
        changed = store.change(namespace, lambda plan: OURS[name](plan, number, text), order)
    except PlanError:
        return False
    assert not changed.late
    return True


def there(spot: Spot, doing: tuple[str, int, str]) -> None:
    """Do something as the program does it: under its lock, by its own reading and writing."""
    form = spot.form
    assert isinstance(form, Writable)
    with form.locked(spot.place, spot.name, wait=5):
        files = disk.look(spot, None).files
        sheet = as_seen(form.parse(files, spot.name), form)
        items = _changed(sheet, form.parse(files, spot.name).next_number, form.matching, doing)
        wanted = Sheet(items=items, title=sheet.title, status=sheet.status)
        for file, data in form.patch(files, wanted, at=START, removed=never_removed).items():
            path = Path(spot.folder) / file
            if data is None:
                path.unlink()
            else:
                path.write_bytes(data)


def _changed(sheet: Sheet, number: int, matching: Matching, doing: tuple[str, int, str]) -> tuple[Item, ...]:
    name, at, text = doing
    items = list(sheet.items)
    if name == "their add" or not items:
        key = str(number) if matching is Matching.NUMBER else ""
        last = items[-1].phase if items else ""
        return (*items, Item(key=key, title=text, phase=last))
    at %= len(items)
    if name == "their remove":
        return tuple(items[:at] + items[at + 1 :])
    done = Status.PENDING if items[at].status is Status.COMPLETED else Status.COMPLETED
    changes: dict[str, dict[str, object]] = {"their title": {"title": text}, "their status": {"status": done}}
    owner: dict[str, object] = {"owner": text} if matching is Matching.NUMBER else {}
    change = changes.get(name, owner)
    items[at] = replace(items[at], **change)
    return tuple(items)


@pytest.mark.parametrize("kind", LISTS)
@settings(max_examples=25)
@given(doings=st.lists(STEPS, max_size=14), looks=st.lists(st.booleans(), min_size=14, max_size=14))
def test_both_sides_say_the_same_in_the_end(
    kind: str, doings: list[tuple[str, int, str]], looks: list[bool]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        machine = make_machine(Path(folder))
        put_list(machine, "constructed/release-train")
        put_document(machine, "release")
        (machine.documents / "release.json").rename(machine.documents / "checklist.json")
        _both_sides(machine, kind, list(zip(doings, looks, strict=False)))


def _both_sides(machine: Machine, kind: str, doings: list[tuple[tuple[str, int, str], bool]]) -> None:
    form = format_of(kind)
    (place,) = form.places({"HOME": str(machine.folder)}, "")
    spot, namespace = Spot(form, place, LISTS[kind]), f"{kind}.{LISTS[kind]}"
    store = machine.store()
    for doing, looks in doings:
        if doing[0].startswith("their "):
            there(spot, doing)
        else:
            here(store, namespace, doing)
        if looks:
            store.adopt(namespace)
    store.adopt(namespace)
    plan = store.read(namespace).plan
    sheet = as_seen(form.parse(disk.look(spot, None).files, spot.name), form)
    assert wanted_bytes(plan, form) == encoded(sheet)
    assert store.adopt(namespace) is None
    assert store.verify(namespace) == []
    assert machine.store().read(namespace).plan == plan


KEEPING = st.tuples(
    st.sampled_from(["add", "notes", "claim", "finish", "their add", "their status", "their owner"]),
    st.integers(0, 9),
    TEXTS,
)


@pytest.mark.parametrize("kind", LISTS)
@settings(max_examples=25)
@given(
    doings=st.lists(st.tuples(KEEPING, st.sampled_from([None, None, 0, 1])), max_size=12),
)
def test_what_we_saved_is_there_however_often_writers_of_ours_die(
    kind: str, doings: list[tuple[tuple[str, int, str], int | None]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        machine = make_machine(Path(folder))
        put_list(machine, "constructed/release-train")
        put_document(machine, "release")
        (machine.documents / "release.json").rename(machine.documents / "checklist.json")
        saved: list[str] = []
        for turn, (doing, dies) in enumerate(doings):
            named = (doing[0], doing[1], f"mine {turn}") if doing[0] == "add" else doing
            with pytest.MonkeyPatch.context() as patched, suppress(Died):
                if dies is not None:
                    dies_at(patched, dies)
                _one_side(machine, kind, named, saved)
        _both_sides(machine, kind, [])
        plan = machine.store().read(f"{kind}.{LISTS[kind]}").plan
        mine = [step.title for step in plan.steps if step.title.startswith("mine")]
        assert [title for title in mine if title in saved] == saved  # others may have been saved, unheard
        assert len(set(mine)) == len(mine)


def _one_side(machine: Machine, kind: str, doing: tuple[str, int, str], saved: list[str]) -> None:
    """Do one thing with a store of its own, as another process has it."""
    form, namespace = format_of(kind), f"{kind}.{LISTS[kind]}"
    (place,) = form.places({"HOME": str(machine.folder)}, "")
    store = machine.store()
    if doing[0].startswith("their "):
        there(Spot(form, place, LISTS[kind]), doing)
    elif here(store, namespace, doing) and doing[0] == "add":
        saved.append(doing[2])
    store.adopt(namespace)
