"""Checking a decision over HTTP: what is told of it everywhere, and the route that proves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plans.actions.deciding import approve_step
from plans.agents.http_api.shown import ProofShown
from plans.domain.revision import Line
from plans.store.journal import encode_line
from tests.agents.http_api.caller import ADA, PLAN, Agent

if TYPE_CHECKING:
    from pathlib import Path

    from plans.actions.desk import Desk

DECISION = "/steps/1/decision"


@pytest.fixture
def asked(agent: Agent) -> int:
    agent.post("/steps/1/claim")
    request = agent.post("/steps/1/block", {"kind": "approval", "text": "Delete 41 rows?"}).step["request"]
    assert isinstance(request, dict)
    return int(request["id"])


def test_a_signed_decision_holds_until_its_text_changes(agent: Agent, desk: Desk, asked: int) -> None:
    approve_step(desk, PLAN, 1, by=ADA, expected=asked)
    proof = agent.get(f"{DECISION}/verify").json["decision"]
    assert isinstance(proof, dict)
    assert proof.keys() == set(ProofShown.model_fields)
    assert (proof["holds"], proof["standing"], proof["request"]) == (True, "signed", asked)
    shown = agent.get("/steps/1").step["decision"]
    assert isinstance(shown, dict)
    assert (shown["sig"], shown["text"]) == (proof["signature"], proof["text"])
    told = agent.get(DECISION).json["decision"]
    assert isinstance(told, dict)
    assert told["sig"] == proof["signature"]

    agent.ask("PATCH", f"/plans/{PLAN}/steps/1", {"notes": "All of them"}, match=asked + 1)
    again = agent.get(f"{DECISION}/verify?request={asked}").json["decision"]
    assert isinstance(again, dict)
    assert (again["holds"], again["same_text"], again["standing"]) == (False, False, "signed")


@pytest.mark.usefixtures("asked")
def test_what_nobody_decided_cannot_be_proved(agent: Agent) -> None:
    assert agent.get(f"{DECISION}/verify").code == (404, "nothing_decided")
    assert agent.get("/steps/99/decision/verify").code == (404, "step_not_found")


def test_a_forged_approval_is_no_decision_anywhere(agent: Agent, asked: int, tmp_path: Path) -> None:
    said = {"verdict": "approved", "by": "person:ada", "at": 1, "note": "", "request": asked}
    said |= {"revision": asked + 1, "seen": asked, "undo_to": "blocked"}
    line = Line(
        rev=asked + 1,
        at=1,
        by="person:ada",
        verb="approve",
        step=1,
        set={"1": {"decision": said}},
        was={"1": {}},
    )
    with (tmp_path / "root" / PLAN / "journal.jsonl").open("ab") as file:
        file.write(encode_line(line))

    assert agent.get(DECISION).json["decision"] is None
    step = agent.get("/steps/1").step
    assert (step["status"], step["decision"], step["flag"]) == ("blocked", None, "forged")
    proof = agent.get(f"{DECISION}/verify").json["decision"]
    assert isinstance(proof, dict)
    assert (proof["holds"], proof["standing"]) == (False, "forged")
    events = agent.get(f"/events?after={asked}").json["events"]
    assert isinstance(events, list)
    assert (events[0]["forged"], "nobody signed" in events[0]["said"]) == ([1], True)
