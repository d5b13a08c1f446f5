"""Commands whose streams are closed, full or of another encoding, and whose folder is gone."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.agents.shell import CLI, Ran
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.agents.shell import Shell

ME = "session-abc"
FULL = "/dev/full"
ASCII = {"PYTHONIOENCODING": "ascii"}
needs_full = pytest.mark.skipif(not os.path.exists(FULL), reason="this system has no full device")  # noqa: PTH110


def typed(shell: Shell, line: str, *words: str) -> Ran:
    """Run a command by a shell, which is to do with its streams what ``line`` says after ``"$@"``."""
    done = subprocess.run(
        ["sh", "-c", line, "sh", *CLI, *words],
        capture_output=True,
        env=shell.variables,
        check=False,
        timeout=PATIENCE,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_is_nothing_to_read_or_write(shell: Shell, plan: str, closed: str) -> None:
    """Red before: a traceback, or the journal was opened as standard output."""
    ran = typed(shell, f'"$@" {closed}', "step", "claim", plan, "1", "--as", ME)
    assert (ran.code, ran.err) == (0, "")
    assert shell.ask("step", "show", plan, "1").step["owner"] == ME
    assert shell.run("verify").code == 0
    assert typed(shell, f'"$@" {closed}', "step", "show", plan, "9").code == 5


def test_a_plan_is_not_read_from_a_closed_input(shell: Shell) -> None:
    ran = typed(shell, '"$@" <&-', "plan", "create", "x", "--from", "-", "--json")
    assert (ran.code, ran.error["code"]) == (1, "wrong_input")


@needs_full
def test_an_answer_that_cannot_be_written_is_told_from_a_refusal(shell: Shell, plan: str) -> None:
    ran = typed(shell, f'"$@" > {FULL}', "step", "claim", plan, "1", "--as", ME, "--json")
    assert (ran.code, ran.error["code"]) == (6, "answer_lost")
    assert "Nothing was changed" not in ran.err
    assert shell.ask("step", "show", plan, "1").step["owner"] == ME


@needs_full
def test_the_exit_code_stays_where_the_reason_cannot_be_written(shell: Shell, plan: str) -> None:
    assert typed(shell, f'"$@" 2> {FULL}', "step", "show", plan, "9").code == 5


def test_the_exit_code_stays_where_nobody_reads_the_reason(shell: Shell, plan: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([*CLI, "step", "show", plan, "9"], stderr=writing, env=shell.variables, check=False)
    os.close(writing)
    assert done.returncode == 5


def test_help_into_a_closed_pipe_is_quiet(shell: Shell) -> None:
    """Red before: argparse ends by itself, and Python complained about the pipe."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*CLI, "step", "add", "--help"],
        stdout=writing,
        stderr=subprocess.PIPE,
        env=shell.variables,
        check=False,
    )
    os.close(writing)
    assert done.returncode in {0, 141}
    assert done.stderr == b""


def test_every_terminal_can_show_the_overview(shell: Shell) -> None:
    shell.apart = True
    shell.variables |= ASCII
    assert shell.run("--help").out.startswith("usage: planboard COMMAND \\u2026")


def test_json_stays_json_where_the_terminal_is_not_utf_8(shell: Shell, plan: str) -> None:
    shell.ask("step", "add", plan, "--as", ME, "--title", "Köln")
    shell.apart = True
    shell.variables |= ASCII
    exported = json.loads(shell.run("plan", "export", plan, "--format", "json").out)
    assert exported["plan"]["steps"][-1]["title"] == "Köln"
    assert "Köln" in str(shell.run("step", "show", "Köln", "1", "--json").error["message"])
    assert "Köln" in str(shell.run("step", "claim", plan, "Köln", "--as", ME, "--json").error["message"])


def test_an_export_hides_nothing_on_a_terminal_and_changes_nothing_in_a_file(shell: Shell, plan: str) -> None:
    """Red where a terminal is sent the file's own letters."""
    shell.ask("step", "add", plan, "--as", ME, "--title", "pay\u200cpal")
    seen, terminal = os.openpty()
    with open(seen, "rb") as screen:  # noqa: PTH123 - a descriptor
        subprocess.run([*CLI, "plan", "export", plan], stdout=terminal, env=shell.variables, check=True)
        shown = screen.read1(65_536).decode()
    os.close(terminal)

    assert "pay⟦U+200C⟧pal" in shown
    assert "pay\u200cpal" in shell.run("plan", "export", plan).out


def test_an_unknown_command_is_json_where_json_was_wanted(shell: Shell) -> None:
    ran = shell.run("step", "fly", "--json")
    assert (ran.code, ran.error["code"], ran.error["message"]) == (2, "usage", "There is no command 'fly'")


def test_a_folder_that_is_gone_is_no_place_for_a_command_to_fail(
    shell: Shell, plan: str, tmp_path: Path
) -> None:
    """Red before: lists of other programs are looked for in it."""
    del shell.variables["PLANBOARD_SOURCES"]
    shell.variables["HOME"] = str(tmp_path)
    gone = tmp_path / "gone"
    gone.mkdir()
    ran = typed(shell, f'cd {gone} && rmdir {gone} && "$@"', "plan", "list")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(plan)


def test_an_empty_session_is_refused_and_nobody_else(shell: Shell, plan: str) -> None:
    """Red before: an agent whose variable was empty acted as the person at the terminal."""
    ran = shell.run("step", "add", plan, "--as", "", "--title", "Mine", "--json")
    assert (ran.code, ran.error["message"]) == (1, "The session id is empty")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["step", "add", "x", "--title", "t", "--needs", "a"], "'a' are no numbers of steps"),
        (["step", "wait", "x", "1", "--wait", "soon"], "'soon' is no number of seconds"),
        (["step", "heartbeat", "x", "1", "--as", ME, "--pid", "-7"], "'-7' is no process"),
    ],
)
def test_a_wrong_value_is_named_in_words(shell: Shell, words: list[str], said: str) -> None:
    ran = shell.run(*words)
    assert ran.code == 2
    assert said in ran.err
    assert "_" not in ran.err


def test_what_another_program_says_of_its_list_is_cleaned(shell: Shell, tmp_path: Path) -> None:
    """Red before: `plan status` and an unreadable plan's line in `plan list` let it steer the terminal."""
    lists, broken = tmp_path / "lists", shell.root / "broken"
    lists.mkdir()
    broken.mkdir()
    steps = {"name": "odd", "content": "- [ ] one", "status": "done\x1b[31m", "revision": 1}
    (lists / "odd.json").write_text(json.dumps(steps))
    (broken / "plan.json").write_text(json.dumps({"namespace": "\x1b[31mred", "steps": []}))
    shell.variables["PLANBOARD_SOURCES"] = f"docker={lists}"
    assert shell.run("plan", "status", "docker.odd").out == "active: done\n"
    assert "\x1b" not in shell.run("plan", "list").out
    assert "broken  " in shell.run("plan", "list").out
