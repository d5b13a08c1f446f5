"""The command line and the start of the board, where there are lists of other programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from plans import wiring
from plans.actions.deciding import approve_step
from plans.domain.actor import person
from plans.domain.step import Status
from plans.environment import Environment
from plans_site.preparing import source_notes
from tests.command import Said, say
from tests.sources.projects import make_project
from tests.sources.scene import Machine, add_step, contents, put_document, put_list

if TYPE_CHECKING:
    from plans.store.all_plans import AllPlans

PLAN = "claude.release-train"
TRAIN = "constructed/release-train"


@pytest.fixture
def variables(machine: Machine) -> dict[str, str]:
    """Settings of a machine with lists of two programs."""
    put_list(machine, TRAIN)
    put_document(machine, "release")
    project = make_project(machine.folder / "shop")
    words = (f"claude={machine.tasks}", f"docker={machine.documents}", f"beads={project}/.beads")
    return {
        "PLANBOARD_ROOT": str(machine.root),
        "PLANBOARD_HOME": str(machine.folder / "home"),
        "PLANBOARD_SOURCES": ",".join(words),
    }


@pytest.fixture
def store(variables: dict[str, str]) -> AllPlans:
    return wiring.plan_store(Environment.read(variables))


def done(said: Said) -> dict[str, object]:
    assert said.code == 0, said
    value: dict[str, object] = json.loads(said.out)
    return value


def test_the_sources_are_listed_with_why(variables: dict[str, str], machine: Machine) -> None:
    found = done(say("sources", "--json", variables=variables))
    assert found["plans"] == 3
    sources = found["sources"]
    assert isinstance(sources, list)
    assert sources[0] == {
        "kind": "claude",
        "label": "Claude Code",
        "place": str(machine.tasks),
        "why": "PLANBOARD_SOURCES names it",
        "problem": "",
        "editable": True,
        "plans": [PLAN],
    }
    lines = say("sources", variables=variables).out.decode()
    assert "only shown here  (PLANBOARD_SOURCES names it)\n  beads.shop" in lines
    none = say("sources", variables=variables | {"PLANBOARD_SOURCES": "none"})
    assert "no other program's lists" in none.out.decode()


def test_what_people_decide_about_them_is_signed_and_proved(
    variables: dict[str, str], store: AllPlans
) -> None:
    done(say("step", "claim", PLAN, "10", "--as", "me", "--json", variables=variables))
    done(say("step", "block", PLAN, "10", "--as", "me", "--approval", "Go?", "--json", variables=variables))
    desk = wiring.desk(Environment.read(variables))
    approve_step(desk, PLAN, 10, by=person("ann"), expected=store.read(PLAN).plan.revision)
    assert store.read(PLAN).plan.step(10).status is Status.IN_PROGRESS
    assert say("decision", "verify", PLAN, "10", variables=variables).code == 0
    assert store.verify(PLAN) == []


def test_every_command_knows_their_plans(variables: dict[str, str], machine: Machine) -> None:
    listed = done(say("plan", "list", "--json", variables=variables))["plans"]
    assert isinstance(listed, list)
    assert [plan["namespace"] for plan in listed] == ["beads.shop", PLAN, "docker.release"]
    next_one = done(say("step", "next", PLAN, "--as", "me", "--json", variables=variables))["step"]
    assert isinstance(next_one, dict)
    assert next_one["number"] == 10
    assert b'"owner": "me"' in contents(machine.tasks / "release-train")["10.json"]
    assert say("verify", variables=variables).out.decode() == "3 plans checked: all well\n"
    assert say("unlock", PLAN, variables=variables).code == 0


def test_a_view_is_refused_by_the_rules(variables: dict[str, str]) -> None:
    refused = say("step", "claim", "beads.shop", "1", "--as", "me", "--json", variables=variables)
    assert refused.code == 4
    error = json.loads(refused.err)["error"]
    assert error["code"] == "kept_elsewhere"
    assert error["message"] == "beads keeps this list; it is only shown here"


def test_a_wrong_setting_stops_every_command(variables: dict[str, str]) -> None:
    refused = say("plan", "list", variables=variables | {"PLANBOARD_SOURCES": "cloude"})
    assert refused.code == 1
    assert b"PLANBOARD_SOURCES is 'cloude'" in refused.err


def test_the_start_says_what_was_found(variables: dict[str, str], machine: Machine) -> None:
    notes = source_notes(Environment.read(variables))
    assert notes[0] == (
        f"Claude Code: 1 list in {machine.tasks}, shown and edited here, too. "
        "PLANBOARD_SOURCES=-claude leaves them out."
    )
    assert "shown here, and changed there only" in notes[2]
    assert source_notes(Environment.read(variables | {"PLANBOARD_SOURCES": "none"})) == []


def test_the_past_of_a_list_is_kept(store: AllPlans, machine: Machine) -> None:
    store.adopt(PLAN)
    add_step(store, PLAN, "One more")
    store.settle(PLAN)
    assert [line.rev for line in store.lines(PLAN)] == [1, 2]
    assert len(store.at(PLAN, 1).steps) + 1 == len(store.read(PLAN).plan.steps)
    assert store.exists(PLAN)
    assert not store.exists("claude.nothing")
    assert store.peer_lock(PLAN) is None
    for number in range(64):
        add_step(store, PLAN, f"Step {number}")
    store.close()
    again = Machine(machine.folder).store(f"claude={machine.tasks}", f"docker={machine.documents}")
    assert again.read(PLAN).plan == store.read(PLAN).plan


@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "large"])
def test_what_is_no_ordinary_file_is_not_read(machine: Machine, kind: str) -> None:
    folder = machine.tasks / put_list(machine, TRAIN)
    store = machine.store("claude")
    store.adopt(PLAN)
    file = folder / "6.json"
    file.unlink()
    if kind == "link":
        file.symlink_to(folder / "5.json")
    elif kind == "pipe":
        import os  # noqa: PLC0415 - one of four

        os.mkfifo(file)
    elif kind == "folder":
        file.mkdir()
    else:
        file.write_bytes(b" " * (10 * 1024 * 1024 + 1))
    reading = store.read(PLAN)
    assert reading.problem is not None
    assert "6.json" in reading.problem.message
    assert reading.plan.step(6).title == "Announce"
