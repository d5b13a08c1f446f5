"""Users at the terminal, and what the audit log says of them."""

from __future__ import annotations

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
