"""What of a docker-agent document is nobody's change stays: keys, code, the notes of others, line ends."""

import json
from pathlib import Path

import pytest

from plans.domain.verbs import shaping, working
from tests.sources.scene import ANN, Machine, add_step, change, edit_step

PLAN = "docker.notes"
TWINS = "- [ ] same\n  note A\n- [ ] same\n  note B  \n  hard break\n- [ ] end\n"
CODE = "- [ ] a\n  ```\n  - [ ] in code\n  more\n  ```\n- [ ] b\n"
WINDOWS = "# T\r\n\r\n- [ ] a\r\n  n1\r\n  n2\r\n- [ ] b"


def put(machine: Machine, content: str, **more: object) -> Path:
    """Put a document where docker-agent keeps its plans."""
    machine.documents.mkdir(parents=True)
    file = machine.documents / "notes.json"
    said = {"name": "notes", "content": content, "revision": 1, "updatedAt": "2026-11-20T22:05:45Z"}
    file.write_bytes(json.dumps(said | more, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    return file


def content_of(file: Path) -> str:
    content: str = json.loads(file.read_bytes())["content"]
    return content


def remove(machine: Machine, number: int) -> None:
    change(machine.store(), PLAN, lambda plan: shaping.remove(plan, number, by=ANN), verb="remove")


def test_keys_that_docker_agent_does_not_know_outlive_our_changes(machine: Machine) -> None:
    more = {"labels": ["a<b", 1.5, None], "Zeta": {"deep": {"content": "x"}}}
    file = put(machine, "- [ ] a", Title="T", **more)
    change(machine.store(), PLAN, lambda plan: working.force_complete(plan, 1, by=ANN), verb="complete")
    said = json.loads(file.read_bytes())
    assert list(said) == ["name", "title", "content", "revision", "updatedAt", *more]
    assert {key: said[key] for key in more} == more
    assert b'"a\\u003cb"' in file.read_bytes()
    assert (said["title"], said["content"], said["revision"]) == ("T", "- [x] a", 2)


def test_so_does_half_a_character_in_one(machine: Machine) -> None:
    file = put(machine, "- [ ] a")
    file.write_bytes(file.read_bytes().replace(b'"revision"', b'"odd": "\\ud800", "revision"'))
    edit_step(machine.store(), PLAN, 1, title="b")
    assert b'"odd": "\\ud800"' in file.read_bytes()


def test_a_box_in_the_code_of_a_step_is_its_note(machine: Machine) -> None:
    file = put(machine, CODE)
    plan = machine.store().read(PLAN).plan
    assert [(step.title, step.notes) for step in plan.steps] == [
        ("a", "```\n- [ ] in code\nmore\n```"),
        ("b", ""),
    ]
    edit_step(machine.store(), PLAN, 1, title="new")
    assert content_of(file) == CODE.replace("] a", "] new")
    edit_step(machine.store(), PLAN, 1, notes="short")
    assert content_of(file) == "- [ ] new\n  short\n- [ ] b\n"


def test_a_step_with_a_box_in_its_code_is_removed_whole(machine: Machine) -> None:
    file = put(machine, CODE)
    remove(machine, 1)
    assert content_of(file) == "- [ ] b\n"


@pytest.mark.parametrize(
    ("number", "left"),
    [
        (1, "- [ ] same\n  note B  \n  hard break\n- [ ] end\n"),
        (2, "- [ ] same\n  note A\n- [ ] end\n"),
        (3, "- [ ] same\n  note A\n- [ ] same\n  note B  \n  hard break\n"),
    ],
)
def test_of_steps_of_one_title_the_right_one_goes_and_no_others_notes_are_written_anew(
    machine: Machine, number: int, left: str
) -> None:
    file = put(machine, TWINS)
    remove(machine, number)
    assert content_of(file) == left


def test_the_first_of_equal_steps_around_another_can_be_removed(machine: Machine) -> None:
    file = put(machine, "- [ ] same\none\n- [ ] else\n- [ ] same\ntwo\n")
    remove(machine, 1)
    assert content_of(file) == "one\n- [ ] else\n- [ ] same\ntwo\n"


def test_what_is_written_into_a_document_of_windows_has_its_line_ends(machine: Machine) -> None:
    file = put(machine, WINDOWS)
    edit_step(machine.store(), PLAN, 1, notes="n1\nn2\nn3")
    assert content_of(file) == WINDOWS.replace("n2", "n2\r\n  n3")
    add_step(machine.store(), PLAN, "c", notes="x\n\ny")
    assert content_of(file) == WINDOWS.replace("n2", "n2\r\n  n3") + "\r\n- [ ] c\r\n  x\r\n\r\n  y"


def test_a_document_of_mixed_line_ends_keeps_every_one(machine: Machine) -> None:
    file = put(machine, "- [ ] a\r\n  n\n- [ ] b\n")
    change(machine.store(), PLAN, lambda plan: working.force_complete(plan, 2, by=ANN), verb="complete")
    assert content_of(file) == "- [ ] a\r\n  n\n- [x] b\n"
