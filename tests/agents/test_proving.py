"""Proving a decision from outside: the command line with no board running, the HTTP API, and MCP."""

from __future__ import annotations

import os
import subprocess
from base64 import b64decode
from shutil import which
from typing import TYPE_CHECKING

import pytest

from plans.actions.deciding import approve_step, undo_decision
from plans.domain.actor import person
from plans.domain.revision import Line
from plans.security.decision_key import key_id
from plans.store.journal import encode_line
from tests.agents.connected import inside
from tests.agents.shell import PLAN, Json, Shell

if TYPE_CHECKING:
    from pathlib import Path

    from plans.actions.desk import Desk

ME = "session-abc"
ADA = person("ada")


@pytest.fixture
def asked(shell: Shell, plan: str) -> int:
    """Let the agent ask on step 1; gives the id of the request."""
    shell.run("step", "claim", plan, "1", "--as", ME)
    blocked = shell.run("step", "block", plan, "1", "--as", ME, "--approval", "May I?", "--json")
    request = blocked.step["request"]
    assert isinstance(request, dict)
    return int(request["id"])


@pytest.fixture
def approved(desk: Desk, asked: int) -> int:
    approve_step(desk, PLAN, 1, by=ADA, expected=asked, note="go")
    return asked


def proof_of(said: Json) -> Json:
    proof = said["decision"]
    assert isinstance(proof, dict)
    return proof


def forge(desk: Desk, root: Path, **values: object) -> None:
    """Write an approval into the journal, as anybody may who can write the folder."""
    plan = desk.store.read(PLAN).plan
    said = {"verdict": "approved", "by": "person:ada", "at": 1, "note": "go", "request": plan.revision}
    said |= {"revision": plan.revision + 1, "seen": plan.revision, "undo_to": "blocked"}
    line = Line(
        rev=plan.revision + 1,
        at=1,
        by="person:ada",
        verb="approve",
        step=1,
        set={"1": {"status": "in_progress", "decision": said | values}},
        was={"1": {"status": "blocked", "decision": None}},
    )
    with (root / PLAN / "journal.jsonl").open("ab") as file:
        file.write(encode_line(line))


class TestCommandLine:
    def test_a_signed_decision_holds(self, shell: Shell, approved: int) -> None:
        said = shell.run("decision", "verify", PLAN, "1", "--json")
        proof = proof_of(said.json)
        assert said.code == 0
        assert (proof["holds"], proof["standing"], proof["same_text"]) == (True, "signed", True)
        assert (proof["verdict"], proof["by"], proof["request"]) == ("approved", "person:ada", approved)
        assert shell.run("decision", "verify", PLAN, "--request", str(approved)).code == 0

    def test_a_request_that_nobody_made_or_answered_has_no_decision(self, shell: Shell, asked: int) -> None:
        for about in (("1",), ("1", "--request", str(asked)), ("--request", "1"), ("--request", "999")):
            assert shell.run("decision", "verify", PLAN, *about).code == 5

    def test_a_decision_that_was_taken_back_proves_nothing(
        self, shell: Shell, desk: Desk, approved: int
    ) -> None:
        undo_decision(desk, PLAN, 1, by=ADA, expected=approved + 1)
        assert shell.run("decision", "verify", PLAN, "1").code == 5

    @pytest.mark.usefixtures("approved")
    def test_text_that_was_changed_since_was_not_decided_on(self, shell: Shell, desk: Desk) -> None:
        revision = str(desk.store.read(PLAN).plan.revision)
        shell.run("step", "edit", PLAN, "1", "--as", ME, "--revision", revision, "--notes", "Wipe the disks")
        said = shell.run("decision", "verify", PLAN, "1")
        assert said.code == 3
        assert "the text is another now" in said.out

    @pytest.mark.usefixtures("asked")
    def test_a_forgery_is_called_one_and_ends_no_wait(self, shell: Shell, desk: Desk, root: Path) -> None:
        forge(desk, root)
        said = shell.run("decision", "verify", PLAN, "1")
        assert (said.code, "FORGED" in said.out) == (4, True)
        assert shell.run("step", "wait", PLAN, "1", "--as", ME, "--wait", "0").code == 8
        assert shell.run("step", "show", PLAN, "1", "--json").step["flag"] == "forged"
        assert "nobody signed" in shell.run("verify", PLAN).out

    @pytest.mark.usefixtures("approved")
    def test_who_cannot_read_the_key_checks_with_the_public_half(self, shell: Shell, root: Path) -> None:
        key = shell.run("decision", "key").out.strip()
        shell.variables["PLANBOARD_HOME"] = str(root.parent / "elsewhere")
        assert shell.run("decision", "verify", PLAN, "1").code == 0
        assert shell.run("decision", "key", "--json").json["keys"] == [
            {"id": key_id(key), "public": key, "pem": shell.run("decision", "key", "--pem").out}
        ]
        (root / ".decision_keys.json").unlink()
        assert shell.run("decision", "verify", PLAN, "1").code == 4
        assert shell.run("decision", "verify", PLAN, "1", "--key", key).code == 0
        assert shell.run("decision", "key").code == 5

    @pytest.mark.usefixtures("approved")
    def test_another_key_than_the_one_that_is_meant_proves_nothing(
        self, shell: Shell, tmp_path: Path
    ) -> None:
        right = shell.run("decision", "key").out.strip()
        (tmp_path / "key").write_text(right + "\n")
        assert shell.run("decision", "verify", PLAN, "1", "--key", str(tmp_path / "key")).code == 0
        assert shell.run("decision", "verify", PLAN, "1", "--key", "A" * 43 + "=").code == 4
        assert shell.run("decision", "verify", PLAN, "1", "--key", "nonsense").code == 2

    @pytest.mark.usefixtures("approved")
    def test_openssl_agrees(self, shell: Shell, tmp_path: Path) -> None:
        """Anyone can check a decision, without a line of ours."""
        if which("openssl") is None:
            pytest.skip("openssl is missing")
        proof = proof_of(shell.run("decision", "verify", PLAN, "1", "--json").json)
        (tmp_path / "words").write_bytes(str(proof["statement"]).encode())
        (tmp_path / "sig").write_bytes(b64decode(str(proof["signature"]).rpartition(":")[2]))
        (tmp_path / "key.pem").write_text(shell.run("decision", "key", "--pem").out)
        words = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin"]
        words += ["-in", "words", "-sigfile", "sig"]
        ended = subprocess.run(words, cwd=tmp_path, capture_output=True, check=False, env=dict(os.environ))
        assert ended.returncode == 0, ended.stderr

    @pytest.mark.usefixtures("approved")
    def test_a_board_may_believe_another_one(self, shell: Shell, root: Path) -> None:
        theirs = shell.run("decision", "key").out.strip()
        (root / ".decision_keys.json").unlink()  # a board of one's own, which never met the other
        shell.variables["PLANBOARD_HOME"] = str(root.parent / "mine")
        shell.run("plan", "create", "own.gate", sent="")
        assert shell.run("decision", "verify", PLAN, "1").code == 4
        assert shell.run("decision", "trust", theirs).code == 0
        assert shell.run("decision", "verify", PLAN, "1").code == 0
        assert shell.run("decision", "trust", "nonsense").code == 2


async def test_mcp_tells_the_decision_with_its_proof(desk: Desk, root: Path, shell: Shell, plan: str) -> None:
    async with inside(desk) as agent:
        await agent.call("claim_step", number=1)
        asked = await agent.call("block_step", number=1, kind="approval", text="May I?")
        request = asked["step"]["request"]["id"]
        forge(desk, root, request=request)
        late = await agent.refused("wait_for_decision", number=1, seconds=0)
        assert late.error["code"] == "wait_timed_out"
        assert (await agent.call("list_steps", numbers=[1]))["steps"][0]["flag"] == "forged"

        approve_step(desk, PLAN, 1, by=ADA, expected=desk.store.read(plan).plan.revision, note="go")
        answer = await agent.call("wait_for_decision", number=1, request=request, seconds=0)
        assert answer["proof"]["holds"] is True
        assert answer["decision"]["sig"].startswith("ed25519:")

        revision = (await agent.call("list_steps", numbers=[1]))["steps"][0]["revision"]
        await agent.call("update_step", number=1, revision=revision, notes="Wipe the disks")
        answer = await agent.call("wait_for_decision", number=1, request=request, seconds=0)
        assert (answer["proof"]["holds"], answer["proof"]["same_text"]) == (False, False)
        assert "ask again before you act" in answer["meaning"]
    assert shell.run("decision", "verify", PLAN, "1").code == 3
