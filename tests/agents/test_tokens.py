"""Tokens at the terminal: shown once, listed without what lets anyone in, ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.agents.shell import Shell


def test_a_token_is_shown_once_listed_and_ended(shell: Shell) -> None:
    shell.apart = True  # these commands set Django up for themselves
    made = shell.run(
        "token", "create", "--session", "agent-*", "--plans", "payments.*", "--verbs", "claim,fail"
    )
    token = made.out.strip()
    assert made.code == 0
    assert token.startswith("pbt_")
    assert "shown this once" in made.err

    listed = shell.run("token", "list")
    assert "agent-*  payments.*  (read claim fail)  never used" in listed.out
    assert token not in listed.out

    assert shell.ask("token", "revoke", "1").json == {"revoked": 1}
    assert shell.ask("token", "list").json == {"tokens": []}
    kept = shell.ask("token", "list", "--revoked").json["tokens"]
    assert isinstance(kept, list)
    assert kept[0]["plans"] == ["payments.*"]
    again = shell.run("token", "revoke", "1", "--json")
    assert (again.code, again.error["code"]) == (5, "token_not_found")


def test_no_token_can_decide_and_no_session_can_make_one(shell: Shell) -> None:
    words = ["token", "create", "--session", "a", "--plans", "*"]

    decides = shell.run(*words, "--verbs", "approve")
    assert (decides.code, decides.out) == (1, "")
    assert "only a person may" in decides.err

    by_agent = shell.run(*words, "--json", session="agent-7")
    assert (by_agent.code, by_agent.error["code"]) == (4, "person_only")
