"""The eight plan tools: they take, give and say what docker-agent's do, and obey our rules."""

from __future__ import annotations

import asyncio
import os
import re
import socket
from typing import TYPE_CHECKING, Any

import pytest

from plans.actions.planning import create_plan
from plans.actions.shaping import add_step, edit_step
from plans.agents.mcp_server.files import MOST_BYTES, FileRoots
from plans.domain.actor import person
from plans.security.tokens import Grant
from tests.agents.connected import ERAS, inside, started

if TYPE_CHECKING:
    from pathlib import Path

    from plans.actions.desk import Desk
    from tests.agents.connected import Era
    from tests.agents.shell import Shell

ADA = person("ada")
TEXT = "# Release\n\n## Build\n\n- [ ] compile\n  with care\n- [ ] test\n"


def conflict(name: str, expected: int, actual: int) -> str:
    return (
        f'version conflict on plan "{name}": last_known_revision {expected} does not match current '
        f"revision {actual}; re-read the plan and retry"
    )


@pytest.mark.parametrize("era", ERAS)
async def test_the_plan_tools_go_through_a_plans_life(desk: Desk, era: Era) -> None:
    async with inside(desk, era=era) as agent:
        made = await agent.call("write_plan", name="release", content=TEXT, status="idle")
        again = await agent.call("write_plan", name="release", content=TEXT + "- [ ] ship\n")
        stale = await agent.refused(
            "write_plan", name="release", content=TEXT, last_known_revision=made["revision"]
        )
        read = await agent.call("read_plan", name="release")
        back = await agent.call(
            "write_plan", name="release", content=read["content"], last_known_revision=read["revision"]
        )
        said = await agent.call("set_plan_status", name="release", status="done")
        status = await agent.call("get_plan_status", name="release")
        listed = await agent.call("list_plans")
        gone = await agent.call("delete_plan", name="release", last_known_revision=said["revision"])
        missing = await agent.refused("read_plan", name="release")

    assert (made["name"], made["title"], made["author"], made["revision"]) == (
        "release",
        "Release",
        "session-abc",
        1,
    )
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", made["updatedAt"])
    assert (again["revision"], again["status"]) == (2, "idle")
    assert stale.text == conflict("release", 1, 2)
    assert (stale.error["code"], stale.error["current"]["revision"]) == ("stale_revision", 2)
    assert back == read, "what was read and written back changes nothing"
    assert said == status == {"name": "release", "status": "done", "revision": 3}
    assert listed["plans"] == [
        {key: value for key, value in read.items() if key != "content"}
        | {"status": "done", "revision": 3, "updatedAt": listed["plans"][0]["updatedAt"]}
    ]
    assert gone == {"deleted": "release"}
    assert missing.text == 'plan "release" not found'
    assert missing.error["code"] == "plan_not_found"


async def test_a_revision_of_nought_only_creates(desk: Desk) -> None:
    async with inside(desk) as agent:
        made = await agent.call("write_plan", name="p", content="one", last_known_revision=0)
        there = await agent.refused("write_plan", name="p", content="two", last_known_revision=0)
        nothing = await agent.refused("write_plan", name="q", content="two", last_known_revision=5)

    assert made["revision"] == 1
    assert there.text == conflict("p", 0, 1)
    assert nothing.text == conflict("q", 5, 0)
    assert desk.store.namespaces() == ["p"]


@pytest.mark.parametrize(
    ("tool", "sent", "text"),
    [
        ("write_plan", {"content": " \n"}, "content must not be empty"),
        ("set_plan_status", {"status": ""}, "status must not be empty"),
        ("set_plan_status", {"status": "x"}, 'plan not found: "nope"'),
        ("delete_plan", {}, 'plan "nope" not found'),
        ("get_plan_status", {}, 'plan "nope" not found'),
        ("export_plan_to_file", {"path": "x.md"}, 'plan "nope" not found'),
    ],
)
async def test_what_cannot_be_is_said_in_docker_agents_words(
    desk: Desk, tool: str, sent: dict[str, object], text: str
) -> None:
    async with inside(desk) as agent:
        assert (await agent.refused(tool, name="nope", **sent)).text == text


async def test_who_never_read_a_plan_does_not_write_over_it(desk: Desk, plan: str) -> None:
    async with inside(desk) as agent:
        blind = await agent.refused("write_plan", name=plan, content="- mine now\n")
        listed = await agent.call("list_plans")
        titles_only = await agent.refused("write_plan", name=plan, content="- mine now\n")
        said = await agent.call("set_plan_status", name=plan, status="going on")

    assert (blind.error["code"], blind.error["tools"]) == ("revision_required", ["list_steps", "read_plan"])
    assert titles_only.error["code"] == "revision_required"
    assert said["revision"] == listed["plans"][0]["revision"] + 1


async def test_who_read_a_plan_that_changed_since_does_not_write_over_it(desk: Desk, plan: str) -> None:
    async with inside(desk) as agent:
        read = await agent.call("read_plan", name=plan)
        add_step(desk, plan, title="Added meanwhile", by=ADA)
        stale = await agent.refused("write_plan", name=plan, content=read["content"] + "- mine\n")
        now = await agent.call("read_plan", name=plan)
        written = await agent.call("write_plan", name=plan, content=now["content"] + "- mine\n")

    assert stale.text == conflict(plan, 1, 2)
    assert [step.title for step in desk.store.read(plan).plan.steps][3:] == ["Added meanwhile", "mine"]
    assert written["revision"] == 3


async def test_a_box_that_an_agent_checks_completes_its_step_and_nobody_elses(desk: Desk, plan: str) -> None:
    async with inside(desk, "one") as one, inside(desk, "two") as two:
        await one.call("claim_step", number=1)
        read = await two.call("read_plan", name=plan)
        taken = await two.refused(
            "write_plan", name=plan, content=read["content"].replace("- [ ] Map", "- [x] Map")
        )
        await one.call("read_plan", name=plan)
        await one.call("write_plan", name=plan, content=read["content"].replace("- [ ] Map", "- [x] Map"))

    assert taken.error["code"] in {"not_yours", "not_ready", "wrong_state"}
    assert [step.status for step in desk.store.read(plan).plan.steps][:2] == ["completed", "pending"]


async def test_of_many_writes_from_one_revision_exactly_one_wins(desk: Desk) -> None:
    async with inside(desk, "one") as one, inside(desk, "two") as two:
        await one.call("write_plan", name="race", content="- start\n")
        for revision in range(1, 6):
            sent = [
                {"name": "race", "status": f"{name} {revision}", "last_known_revision": revision}
                for name in ("one", "two")
            ]
            results = await asyncio.gather(
                one.result("set_plan_status", sent[0]), two.result("set_plan_status", sent[1])
            )
            assert sorted(bool(result.is_error) for result in results) == [False, True]

    assert desk.store.read("race").plan.revision == 6


async def test_text_that_is_no_step_is_named_when_it_is_left_out(desk: Desk) -> None:
    async with inside(desk) as agent:
        made = await agent.call("write_plan", name="p", content="# T\n\nWe do this:\n\n- one\n- two\n")

    assert made["warnings"] == ["line 3 is no step, heading or note and was left out: We do this:"]


async def test_a_text_without_a_list_is_one_step_a_line(desk: Desk) -> None:
    async with inside(desk) as agent:
        await agent.call("write_plan", name="p", content="one\ntwo")

    assert [step.title for step in desk.store.read("p").plan.steps] == ["one", "two"]


async def test_a_session_cannot_write_a_decision_into_a_plan(desk: Desk) -> None:
    gate = '- [x] Go?\n  *#1* <!-- planboard {"number":1,"kind":"gate"} -->\n'
    async with inside(desk) as agent:
        refused = await agent.refused("write_plan", name="p", content=gate)

    assert refused.error["code"] == "person_only"


# Files


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


@pytest.fixture
def files(folder: Path, desk: Desk) -> FileRoots:
    return FileRoots.of((str(folder),), closed=(str(desk.store.root),))


async def test_a_plan_goes_into_a_file_and_back_without_passing_the_model(
    shell: Shell, desk: Desk, plan: str, folder: Path
) -> None:
    path = folder / "ledger.md"
    async with started(shell, "--files", str(folder)) as agent:
        result = await agent.result("export_plan_to_file", {"name": plan, "path": "ledger.md"})
        size = path.stat().st_size
        path.write_text(path.read_text() + "- [ ] Tell the team\n")
        back = await agent.call("update_plan_from_file", name=plan, path=str(path))
        await agent.call("export_plan_to_file", name=plan, path=str(path))

    assert result.structured_content == {
        "name": plan,
        "path": str(path),
        "title": "Ledger",
        "revision": 1,
        "bytesWritten": size,
    }
    assert "Map every writer" not in str(result.content)
    assert back["revision"] == 2
    assert desk.store.read(plan).plan.steps[3].title == "Tell the team"
    assert path.read_text() == back["content"]
    assert names_in(folder) == ["ledger.md"]


async def test_files_that_are_none_are_refused_in_docker_agents_words(
    desk: Desk, plan: str, folder: Path, files: FileRoots
) -> None:
    (folder / "sub").mkdir()
    (folder / "empty.md").touch()
    os.mkfifo(folder / "pipe")
    with (folder / "big.md").open("wb") as big:
        big.truncate(MOST_BYTES + 1)
    (folder / "link.md").symlink_to("empty.md")
    (folder / "there").symlink_to("sub")
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(folder / "socket"))
    no_file = "is not a regular file (e.g. a device or named pipe)"
    expected = {
        "": "path must not be empty",
        "nope.md": 'file "nope.md" does not exist',
        "no/such/folder.md": 'file "no/such/folder.md" does not exist',
        "empty.md": "file is empty; plan content must not be empty",
        "sub": 'path "sub" is a directory, not a file',
        ".": 'path "." is a directory, not a file',
        "pipe": f'path "pipe" {no_file}',
        "socket": f'path "socket" {no_file}',
        "big.md": f'file "big.md" is too large ({MOST_BYTES + 1} bytes; max {MOST_BYTES})',
        "link.md": 'path "link.md" is a symbolic link',
        "there/x.md": 'path "there/x.md" leads through a link or a file',
    }
    async with inside(desk, files=files) as agent:
        said = {
            path: (await agent.refused("update_plan_from_file", name=plan, path=path)).text
            for path in expected
        }
    listening.close()

    assert said == expected


@pytest.mark.parametrize("tool", ["update_plan_from_file", "export_plan_to_file"])
async def test_no_path_leads_out_of_the_folders_that_were_named(
    desk: Desk, plan: str, folder: Path, files: FileRoots, tool: str
) -> None:
    (folder / "out").symlink_to("/")
    inner = FileRoots.of((str(folder.parent),), closed=(str(desk.store.root),))
    async with inside(desk, files=files) as agent, inside(desk, files=inner) as near, inside(desk) as none:
        outside = [
            (await agent.refused(tool, name=plan, path=path)).error["code"]
            for path in ("/etc/hostname", "../x.md", f"{folder}/../x.md", f"{folder}x/y.md")
        ]
        linked = await agent.refused(tool, name=plan, path="out/etc/hostname")
        closed = await near.refused(tool, name=plan, path=f"{desk.store.root}/{plan}/plan.json")
        nowhere = await none.refused(tool, name=plan, path="x.md")

    assert outside == ["outside_roots"] * 4
    assert "link" in linked.text
    assert closed.error["code"] == "outside_roots"
    assert nowhere.error["code"] == "no_files"


async def test_an_export_replaces_a_file_and_never_a_link_or_a_pipe(
    desk: Desk, plan: str, folder: Path, files: FileRoots
) -> None:
    (folder / "old.md").write_text("old")
    (folder / "old.md").chmod(0o640)
    (folder / "link.md").symlink_to("old.md")
    os.mkfifo(folder / "pipe")
    async with inside(desk, files=files) as agent:
        refused = [
            (await agent.refused("export_plan_to_file", name=plan, path=path)).text
            for path in ("link.md", "pipe", "nope/x.md")
        ]
        assert (folder / "old.md").read_text() == "old"
        await agent.call("export_plan_to_file", name=plan, path="old.md")

    assert refused[0] == 'path "link.md" is a symbolic link'
    assert "not a regular file" in refused[1]
    assert refused[2] == 'file "nope/x.md" does not exist'
    assert (folder / "old.md").read_text().startswith("# Ledger")
    assert (folder / "old.md").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("verbs", [("read",), ("read", "create"), ("read", "write")])
async def test_a_token_learns_of_no_other_plan_and_who_only_reads_writes_no_file(
    desk: Desk, files: FileRoots, folder: Path, plan: str, verbs: tuple[str, ...]
) -> None:
    create_plan(desk, "secret.plan", by=ADA)
    rights = Grant(number=1, session="session-abc", plans=("payments.*",), verbs=frozenset(verbs))
    async with inside(desk, files=files, rights=rights) as agent:
        there = await agent.refused("write_plan", name="secret.plan", content="- one")
        nowhere = await agent.refused("write_plan", name="secret.none", content="- one")
        export = await agent.result("export_plan_to_file", {"name": plan, "path": "x.md"})

    assert there.text.replace("secret.plan", "secret.none") == nowhere.text
    assert export.is_error == (not (folder / "x.md").exists()) == ("write" not in verbs)


async def test_a_person_who_edits_meanwhile_is_never_written_over(desk: Desk, files: FileRoots) -> None:
    async with inside(desk, files=files) as agent:
        made = await agent.call("write_plan", name="p", content="- one\n")
        await agent.call("export_plan_to_file", name="p", path="p.md")
        edit_step(desk, "p", 1, by=ADA, expected=made["revision"], title="One, and carefully")
        stale: Any = await agent.refused("update_plan_from_file", name="p", path="p.md")

    assert stale.error["by"] == "person:ada"
    assert desk.store.read("p").plan.step(1).title == "One, and carefully"
