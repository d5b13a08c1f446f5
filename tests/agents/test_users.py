"""Users at the terminal, and what the audit log says of them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.agents.shell import Shell

PASSWORD = "correct horse staple"


def test_a_user_is_added_changed_and_disabled_and_all_of_it_is_noted(shell: Shell) -> None:
    shell.apart = True  # these commands set Django up for themselves
    boss = shell.run("user", "add", "boss", "--role", "admin", sent=f"{PASSWORD}\n")
    assert (boss.code, boss.out) == (0, "boss  admin of *\n")
    words = ["user", "add", "ana", "--role", "operator", "--plans", "payments.*,search"]
    assert shell.run(*words, sent=f"{PASSWORD}\n").out == "ana  operator of payments.*, operator of search\n"
    assert shell.run("user", "role", "ana", "viewer", "--plans", "docs", "--also").out == (
        "ana  operator of payments.*, operator of search, viewer of docs\n"
    )
    alone = shell.run("user", "disable", "boss", "--json")
    assert (alone.code, alone.error["code"]) == (4, "last_admin")

    shell.apart = False
    told = shell.ask("audit").json["audit"]
    assert isinstance(told, list)
    assert [entry["what"] for entry in told] == ["user_added", "user_added", "role_changed"]
    assert all(entry["who"].startswith("terminal:") for entry in told)
    assert PASSWORD not in str(told)
    assert "rights=admin of *" in shell.run("audit", "--who", "boss", "--since", "1h").out
    assert shell.run("audit", "--since", "2030-01-01").out == "nothing was noted\n"
    assert shell.run("audit", "--since", "yesterday").code == 1


def test_a_weak_password_makes_nobody(shell: Shell) -> None:
    shell.apart = True
    weak = shell.run("user", "add", "ana", sent="password123\n")
    assert weak.code == 1
    assert "too common" in weak.err


def test_a_session_manages_nobody_and_reads_nothing(shell: Shell) -> None:
    """Red without ``require_person``: an agent's own process could let itself in."""
    by_agent = shell.run("user", "list", "--json", session="agent-7")
    assert (by_agent.code, by_agent.error["code"]) == (4, "person_only")
    assert shell.run("audit", "--json", session="agent-7").code == 4


def test_what_an_admin_made_on_the_pages_rests_with_them_or_is_kept(shell: Shell) -> None:
    shell.apart = True
    for name in ("boss", "ana"):
        shell.run("user", "add", name, "--role", "admin", sent=f"{PASSWORD}\n")
    for _ in range(2):
        shell.run("token", "create", "--session", "agent-*", "--plans", "*")
    with closing(sqlite3.connect(shell.root.parent / "home" / "board.sqlite3")) as database:
        database.execute("UPDATE plans_agenttoken SET made_by_id = (SELECT MAX(id) FROM auth_user)")
        database.commit()
    assert shell.run("token", "list").out.count(", made by ana") == 2

    demoted = shell.run("user", "role", "ana", "viewer").out
    assert demoted == "ana  viewer of *\nwhat they made rests: tokens 1 and 2; see `planboard token list`\n"
    assert shell.run("token", "list").out.count(", rests: ana is no admin any more") == 2
    assert shell.run("token", "take", "1").out == "token 1 goes on\n"
    assert shell.run("token", "take", "9", "--json").error["code"] == "token_not_found"
    disabled = shell.run("user", "disable", "ana", "--keep").out
    assert disabled.endswith("goes on, as if made at the terminal: token 2\n")
    listed = shell.ask("token", "list").json["tokens"]
    assert isinstance(listed, list)
    assert [(token["made_by"], token["rests"]) for token in listed] == [("", False)] * 2

    shell.apart = False
    told = shell.run("audit").out
    assert "rests=tokens 1 and 2" in told
    assert "token_taken_over" in told
    assert "taken_over=token 2" in told
