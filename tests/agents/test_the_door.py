"""The command line itself: usage, text for terminals, how it ends, and that it starts light."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING, NoReturn

import pytest

from plans.actions import working
from plans.agents.commands.table import GROUPS
from plans.agents.exits import of_refusal
from plans.domain.errors import PlanError, Refusal
from tests.agents.shell import CLI
from tests.waiting import PATIENCE, until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from plans.actions.desk import Desk
    from tests.agents.shell import Shell

ME = "session-abc"
COMMANDS = [(group, verb) for group, verbs in GROUPS.items() for verb in verbs if verb != "up"]


@pytest.mark.parametrize(("group", "verb"), COMMANDS)
def test_every_command_explains_itself(shell: Shell, group: str, verb: str) -> None:
    ran = shell.run(*filter(None, (group, verb)), "--help")
    assert ran.code == 0
    assert ran.out.startswith(f"usage: planboard {f'{group} {verb}'.strip()} ")


def test_the_overview_lists_every_command_and_exit_code(shell: Shell) -> None:
    ran = shell.run("--help")
    assert ran.code == 0
    for group, verb in COMMANDS:
        assert f"{group} {verb}".strip() in ran.out
    assert "8 the wait timed out" in ran.out
    assert "next" in shell.run("step", "--help").out


def test_the_version_is_the_packages(shell: Shell) -> None:
    assert shell.run("--version").out == f"planboard {version('planboard')}\n"


@pytest.mark.parametrize("words", [[], ["nonsense"], ["step"], ["plan", "fly"], ["step", "\x1b[31m"]])
def test_an_unknown_command_is_a_usage_error(shell: Shell, words: list[str]) -> None:
    ran = shell.run(*words)
    assert (ran.code, ran.out) == (2, "")
    assert "--help" in ran.err
    assert "\x1b" not in ran.err


@pytest.mark.parametrize(
    "words",
    [
        ["step", "claim", "--as", ME],
        ["step", "claim", "payments.ledger", "one", "--as", ME],
        ["step", "claim", "payments.ledger", "1", "2", "--as", ME],
        ["step", "claim", "1", "--as", ME],
        ["step", "claim", "payments.ledger", "1", "--namespace", "other", "--as", ME],
        ["step", "claim", "payments.ledger", "1", "--as"],
        ["step", "edit", "payments.ledger", "1", "--revision", "1"],
        ["step", "heartbeat", "payments.ledger", "1", "--as", ME, "--wat"],
        ["step", "wait", "payments.ledger", "1", "--wait", "-1"],
        ["plan", "list", "extra"],
        ["restore", "payments.ledger"],
    ],
)
def test_a_wrong_call_is_a_usage_error_in_json_too(shell: Shell, plan: str, words: list[str]) -> None:
    assert plan
    ran = shell.run(*words, "--json")
    assert (ran.code, ran.out) == (2, "")
    assert ran.error["code"] == "usage"


@pytest.mark.parametrize("progress", ["3", "4/3", "a/b", "-1/2"])
def test_progress_is_so_many_of_so_many(shell: Shell, plan: str, progress: str) -> None:
    ran = shell.run("step", "heartbeat", plan, "1", "--as", ME, f"--progress={progress}", "--json")
    assert (ran.code, ran.error["code"]) == (1, "wrong_input")


def test_the_plan_may_come_from_the_environment_or_an_option(shell: Shell, plan: str) -> None:
    shell.variables["PLANBOARD_NAMESPACE"] = plan
    assert shell.ask("step", "claim", "1", "--as", ME).step["owner"] == ME
    assert shell.ask("step", "show", "--namespace", plan, "1").step["number"] == 1
    assert shell.ask("step", "show", plan, "--json", "1").step["number"] == 1


def test_the_folder_of_plans_may_be_named(shell: Shell, plan: str, tmp_path: Path) -> None:
    shell.variables["PLANBOARD_ROOT"] = str(tmp_path / "elsewhere")
    assert shell.run("step", "show", plan, "1").code == 5
    assert shell.run("step", "show", plan, "1", "--root", str(shell.root)).code == 0


def test_a_root_that_is_not_there_is_said_in_a_sentence(shell: Shell, tmp_path: Path) -> None:
    ran = shell.run("plan", "list", "--root", str(tmp_path / "nowhere"))
    assert ran.code == 6
    assert "There is no plan folder" in ran.err
    assert "Traceback" not in ran.err
    assert shell.run("plan", "create", "x", "--root", str(tmp_path / "nowhere")).code == 6
    assert not (tmp_path / "nowhere").exists()


def test_a_wrong_setting_stops_the_command_and_says_what_to_change(shell: Shell) -> None:
    shell.variables["PLANBOARD_REDIS_URL"] = "http://secret@x"
    ran = shell.run("plan", "list")
    assert ran.code == 1
    assert "PLANBOARD_REDIS_URL" in ran.err
    assert "secret" not in ran.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_root_refuses_and_changes_nothing(shell: Shell, plan: str) -> None:
    folder = shell.root / plan
    folder.chmod(0o500)
    try:
        ran = shell.run("step", "claim", plan, "1", "--as", ME, "--json")
    finally:
        folder.chmod(0o700)
    assert (ran.code, ran.error["code"]) == (6, "storage_failed")
    assert shell.ask("step", "show", plan, "1").step["owner"] is None


def test_agents_words_are_cleaned_before_a_terminal_sees_them(shell: Shell, plan: str) -> None:
    nasty = "safe\x1b[2J\x1b]0;title\x07 \u202egnp.exe\u200b\nsecond line"
    # A title or a label of one line that steers a terminal is refused; longer texts are kept and cleaned.
    codes = [
        shell.run("step", "add", plan, "--as", ME, "--title", "t", option, nasty, "--set", f"k={nasty}").code
        for option in ("--title", "--notes", "--phase")
    ]

    assert codes == [1, 0, 1]
    shown = shell.run("step", "show", plan, "4").out
    listed = shell.run("step", "list", plan).out + shell.run("plan", "export", plan).out

    for text in (shown, listed, shell.run("step", "show", plan, "4", "--json").out):
        assert not {"\x1b", "\x07", "\u202e", "\u200b"} & set(text)
    assert "⟦U+202E⟧" in shown
    assert len(shell.run("step", "list", plan).out.splitlines()) == 4


def test_a_refusals_text_is_cleaned_too(shell: Shell, plan: str) -> None:
    ran = shell.run("step", "show", f"{plan}\x1b[31m", "1")
    assert ran.code == 1
    assert "\x1b" not in ran.err


def test_json_is_utf_8_whatever_the_locale(shell: Shell, plan: str) -> None:
    shell.ask("step", "add", plan, "--as", ME, "--title", "Köln → 4711")
    shell.apart = True
    shell.variables |= {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    assert shell.ask("step", "show", plan, "4").step["title"] == "Köln → 4711"
    assert "K\\xf6ln" in shell.run("step", "show", plan, "4").out


def test_a_closed_pipe_is_no_traceback(shell: Shell, plan: str) -> None:
    process = subprocess.Popen(
        [*CLI, "plan", "show", plan], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=shell.variables
    )
    assert process.stdout is not None
    process.stdout.close()
    _, err = process.communicate(timeout=PATIENCE)
    assert b"Traceback" not in err


def test_an_interrupted_wait_says_that_the_request_stays(shell: Shell, plan: str, desk: Desk) -> None:
    shell.ask("step", "claim", plan, "1", "--as", ME)
    shell.ask("step", "block", plan, "1", "--as", ME, "--approval", "ok?")
    desk.sessions.forget([ME], before=2**60)
    waiting = shell.start("step", "wait", plan, "1", "--as", ME, "--wait", "600")
    until(lambda: desk.sessions.get(ME))  # its heart beats while it waits
    waiting.send_signal(signal.SIGINT)
    _, err = waiting.communicate(timeout=PATIENCE)
    assert waiting.returncode == 130
    assert err.count(b"\n") == 1
    assert err.startswith(b"planboard: note: nobody waits any more; a request that was made stays open")


@pytest.mark.parametrize("wait", [["--wait", "600"], []])
def test_an_ask_interrupted_as_it_is_saved_says_so_if_it_was_to_wait(
    shell: Shell, plan: str, monkeypatch: pytest.MonkeyPatch, wait: list[str]
) -> None:
    def interrupted(*parts: object, **terms: object) -> NoReturn:
        blocked(*parts, **terms)
        raise KeyboardInterrupt

    shell.ask("step", "claim", plan, "1", "--as", ME)
    blocked: Callable[..., object] = working.block_step
    monkeypatch.setattr(working, "block_step", interrupted)
    ran = shell.run("step", "block", plan, "1", "--as", ME, "--approval", "ok?", *wait)
    assert ran.code == 130
    assert ("a request that was made stays open" in ran.err) == bool(wait)
    assert "ok?" in shell.run("step", "show", plan, "1").out


def test_every_sort_of_refusal_has_its_exit_code() -> None:
    class Refused(PlanError):
        pass

    codes = {}
    for refusal in Refusal:
        refused = Refused("no")
        refused.refusal = refusal
        codes[refusal.value] = of_refusal(refused)
    assert codes == {
        "wrong_input": 1,
        "too_large": 1,
        "revision_required": 2,
        "stale_revision": 3,
        "rule": 4,
        "forbidden": 4,
        "stranger": 4,
        "not_found": 5,
        "busy": 6,
        "storage": 6,
        "too_many": 6,
    }


LOADED = """
import json, sys
from plans.agents.cli import main
code = main(sys.argv[1:])
sys.stderr.write(json.dumps(sorted(sys.modules)))
"""


@pytest.mark.parametrize(
    "words",
    [
        ["step", "show", "payments.ledger", "1", "--json"],
        ["step", "list", "payments.ledger"],
        ["step", "next", "payments.ledger", "--as", ME],
        ["step", "heartbeat", "payments.ledger", "1", "--as", ME],
    ],
)
def test_everyday_commands_import_little(shell: Shell, plan: str, words: list[str]) -> None:
    shell.ask("step", "claim", plan, "1", "--as", ME)
    unmeasured = {name: value for name, value in shell.variables.items() if not name.startswith("COVERAGE")}
    ran = subprocess.run(
        [sys.executable, "-c", LOADED, *words], capture_output=True, env=unmeasured, check=True
    )

    heavy = {"django", "asyncio", "inspect", "dataclasses", "filelock", "logging", "pathlib", "socket"}
    heavy |= {"typing_extensions", "shutil", "subprocess", "urllib", "tempfile", "plans.mirror"}
    assert heavy & set(json.loads(ran.stderr)) == set()
