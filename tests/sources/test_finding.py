"""Which sources are found, what their plans are called, and what the setting says."""

import itertools
import shutil
from pathlib import Path

import pytest

from plans.domain.errors import PlanNotFound
from plans.environment import Environment, WrongSetting
from plans.store.all_plans import AllPlans
from plans.store.orders import Order
from plans.store.paths import is_namespace
from plans.store.sources.choosing import WrongChoice, choice
from plans.store.sources.kinds import KINDS, format_of
from plans.store.sources.naming import folder_of, namespace_of
from plans.store.sources.source_store import KeptElsewhere
from tests.sources.scene import ANN, START, Machine, add_step, put_document, put_list

TRAIN = "constructed/release-train"


@pytest.mark.parametrize(
    "name",
    [
        "release-train",
        "a b",
        "…",
        "-",
        "x" * 300,
        "con",
        "a.",
        "../up",
        "Ünï",
        ".",
        "3b1f8c52-0d6e-4c4f-9a53",
    ],
)
def test_every_list_has_a_name_that_a_plan_may_have(name: str) -> None:
    given: set[str] = set()
    for _ in range(3):
        namespace = namespace_of("claude", name, place="/a/place", taken=lambda known: known in given)
        assert is_namespace(namespace)
        assert namespace.startswith("claude.")
        given.add(namespace)
    assert len(given) == (3 if is_namespace(f"claude.{name}") else 2)


def test_lists_with_names_alike_are_told_apart() -> None:
    names = ["a b", "a-b", "a  b", "a/b"]
    assert len({folder_of("claude", name) for name in names}) == len(names)


def test_a_plan_of_the_root_keeps_its_name_and_the_list_its_history(machine: Machine) -> None:
    put_list(machine, TRAIN)
    store = machine.store()
    add_step(store, "claude.release-train", "Before the name was taken")
    folder = machine.root / "claude.release-train"
    folder.mkdir()
    (folder / "plan.json").write_text(
        f'{{"namespace": "claude.release-train", "steps": [], "createdAt": {START}, "updatedAt": {START}}}'
    )
    store = machine.store()
    (other,) = set(store.namespaces()) - {"claude.release-train"}
    assert store.read("claude.release-train").plan.steps == ()
    plan = store.read(other).plan
    assert plan.steps[-1].title == "Before the name was taken"
    assert plan.revision == 2


def test_lists_with_one_name_in_many_places_are_all_plans(machine: Machine, tmp_path: Path) -> None:
    """The second keeps the name that it always had: digits of the list's name alone."""
    places = [tmp_path / f"c{number}" / "web" / "backlog" for number in range(4)]
    for place in places:
        (place / "tasks").mkdir(parents=True)
        text = f"---\nid: task-1\ntitle: {place.parents[1].name}\nstatus: To Do\n---\n"
        (place / "tasks" / "task-1 - a.md").write_text(text)
    store = machine.store(*(f"backlog={place}" for place in places))
    names = [name for found in store.found() for name in found.namespaces]
    assert names[:2] == ["backlog.web", "backlog.web-4b5e57f6"]
    assert len(set(names)) == 4
    assert [store.read(name).plan.steps[0].title for name in names] == ["c0", "c1", "c2", "c3"]
    again = machine.store(*(f"backlog={place}" for place in (places[0], places[1], places[3])))
    assert again.namespaces() == sorted([*names[:2], names[3]])


def test_no_plan_is_made_under_the_name_of_a_source_that_is_here(machine: Machine) -> None:
    put_list(machine, TRAIN)
    with pytest.raises(KeptElsewhere):
        machine.store().create("claude.mine", lambda plan: plan, Order(by=ANN, verb="create"))
    shutil.rmtree(machine.tasks)
    machine.store().create("claude.mine", lambda plan: plan, Order(by=ANN, verb="create"))
    assert machine.store().namespaces() == ["claude.mine"]


def test_what_was_looked_for_is_told_with_why(machine: Machine) -> None:
    put_list(machine, TRAIN)
    found = {source.kind: source for source in machine.store().found()}
    assert found["claude"].namespaces == ("claude.release-train",)
    assert found["claude"].problem == ""
    assert found["docker"].problem == "There is no such folder"


def test_a_configured_folder_is_looked_at_instead(machine: Machine, tmp_path: Path) -> None:
    put_list(machine, TRAIN)
    (tmp_path / "other").mkdir()
    machine.tasks.rename(tmp_path / "other" / "tasks")
    store = machine.store(CLAUDE_CONFIG_DIR=str(tmp_path / "other"))
    assert store.namespaces() == ["claude.release-train"]
    assert machine.store().namespaces() == []


def test_sources_can_be_named_and_left_out(machine: Machine) -> None:
    put_list(machine, TRAIN)
    put_list(machine, "captured/session-5a22f79a")
    put_document(machine, "release")

    def shown(*words: str) -> list[str]:
        return machine.store(*words).namespaces()

    assert len(shown()) == 3
    assert shown("none") == []
    assert shown("docker") == ["docker.release"]
    assert shown("-claude") == ["docker.release"]
    assert shown("-claude.session-*", "-docker") == ["claude.release-train"]
    assert shown(f"claude={machine.tasks}") == ["claude.release-train", "claude.session-5a22f79a"]
    with pytest.raises(PlanNotFound):
        machine.store("-claude.session-*").read("claude.session-5a22f79a")


@pytest.mark.parametrize(
    "words", [("cloude",), ("claude", "none"), ("claude=tasks",), ("-cloude",), ("-x.*",)]
)
def test_a_setting_that_means_nothing_is_refused(words: tuple[str, ...]) -> None:
    with pytest.raises(WrongChoice) as refused:
        choice(words)
    assert "claude, docker" in refused.value.advice
    with pytest.raises(WrongSetting):
        Environment.read({"PLANBOARD_SOURCES": ",".join(words)})


def test_a_root_is_not_needed_where_there_are_lists(machine: Machine) -> None:
    machine.root.rmdir()
    put_list(machine, TRAIN)
    assert machine.store().namespaces() == ["claude.release-train"]


def test_who_needs_no_list_looks_for_none_not_even_at_the_end(machine: Machine) -> None:
    store = AllPlans(
        machine.root, sources=lambda: pytest.fail("it looked"), clock=itertools.count(START).__next__
    )
    store.create("work", lambda plan: plan, Order(by=ANN, verb="create"))
    assert store.read("work").plan.revision == 1
    store.close()


def test_every_kind_says_what_it_is() -> None:
    for kind in KINDS:
        form = format_of(kind)
        assert (form.kind, bool(form.label), form.prefix) == (kind, True, kind)


def test_a_place_that_cannot_be_read_does_not_hide_the_other_plans(machine: Machine) -> None:
    """Red where its refusal is everybody's: no list of plans, no rebuild of the mirror."""
    put_document(machine, "minimal")
    machine.store().create("mine", lambda plan: plan, Order(by=ANN, verb="create"))
    machine.tasks.parent.mkdir(exist_ok=True)
    machine.tasks.symlink_to("tasks")
    store = machine.store()
    assert store.namespaces() == ["docker.minimal", "mine"]
    told = {found.kind: found.problem for found in store.found()}
    assert "Could not read" in told["claude"]
