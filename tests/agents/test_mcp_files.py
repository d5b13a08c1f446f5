"""The plan tools that read and write files: what goes through them, and what does not."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING, Any

import pytest

from plans.actions.planning import create_plan
from plans.actions.shaping import edit_step
from plans.agents.mcp_server.files import MOST_BYTES, FileRoots
from plans.domain.actor import person
from plans.security.tokens import Grant
from tests.agents.connected import inside, started

if TYPE_CHECKING:
    from pathlib import Path

    from plans.actions.desk import Desk
    from tests.agents.shell import Shell

ADA = person("ada")


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
