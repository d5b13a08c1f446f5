"""Plans written out, as Markdown and JSON, at the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.agents.shell import created, shown, steps_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.agents.shell import Shell

ME = "session-abc"


def test_an_exported_plan_can_be_imported_again(shell: Shell, plan: str, tmp_path: Path) -> None:
    shell.ask("step", "edit", plan, "1", "--notes", "a\n\nb", "--set", "k=[1]", "--revision", "1")
    shell.ask("step", "claim", plan, "2", "--as", ME)
    file = tmp_path / "out.json"
    answer = shell.ask("plan", "export", plan, "--output", str(file)).json
    assert answer["bytesWritten"] == file.stat().st_size

    copy = created(shell, "copy", "--from", str(file))

    sent = ("number", "title", "notes", "needs", "status", "owner", "extra", "phase")
    now = steps_of(shown(shell, plan))
    assert [[step[name] for name in sent] for step in steps_of(copy)] == [
        [step[name] for name in sent] for step in now
    ]


def test_an_export_overwrites_nothing(shell: Shell, plan: str, tmp_path: Path) -> None:
    file = tmp_path / "precious"
    file.write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")

    assert shell.run("plan", "export", plan, "--output", str(file)).code == 6
    assert shell.run("plan", "export", plan, "--output", str(tmp_path / "link")).code == 6
    assert file.read_text() == "mine"
    assert not (tmp_path / "elsewhere").exists()


def test_what_a_file_is_written_as_is_told_by_its_name(shell: Shell, plan: str, tmp_path: Path) -> None:
    """Red before: asked with ``--json`` out.md was JSON."""
    file = tmp_path / "out.md"

    shell.ask("plan", "export", plan, "--output", str(file))

    assert file.read_text() == shell.run("plan", "export", plan).out


def test_json_is_printed_whatever_a_plan_is_exported_as(shell: Shell, plan: str) -> None:
    """Red before: ``--format md --json`` printed markdown."""
    answer = shell.ask("plan", "export", plan, "--format", "md").json

    text = shell.run("plan", "export", plan).out
    assert answer == {"name": plan, "revision": 1, "content": text}
    assert json.loads(shell.ask("plan", "export", plan).out)["plan"]["steps"]
