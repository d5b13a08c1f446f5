"""What goes wrong below the API is told in its form, and never shown from the inside."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from plans.agents.http_api import steps
from tests.agents.http_api.caller import API, Agent

if TYPE_CHECKING:
    from plans.actions.desk import Desk


def test_a_failure_that_nobody_expected_shows_nothing_of_the_inside(
    agent: Agent, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        message = "the secret of the house"
        raise RuntimeError(message)

    monkeypatch.setattr(steps, "step_value", fail)

    broken = agent.get("/steps/1")

    assert broken.code == (500, "broken")
    assert b"secret" not in broken.body
    assert "the secret of the house" in caplog.text


def test_what_the_system_refuses_is_told(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(steps, "step_value", fail)

    assert agent.get("/steps/1").code == (503, "storage_failed")


def test_a_plan_that_cannot_be_read_at_all_hides_no_other(agent: Agent, desk: Desk) -> None:
    folder = Path(desk.store.root, "payments.broken")
    folder.mkdir()
    (folder / "journal.jsonl").mkdir()

    listed = agent.ask("GET", "/plans").json["plans"]

    assert isinstance(listed, list)
    broken, ledger = listed
    assert set(broken) == {"namespace", "problem"}
    assert "Is a directory" in broken["problem"]["message"]
    assert ledger["title"] == "Ledger"
    assert agent.ask("GET", "/plans/payments.broken").code == (503, "storage_failed")


def test_a_busy_plan_is_told_with_when_to_try_again(agent: Agent, desk: Desk) -> None:
    Path(desk.store.root, "payments.ledger", "plan.json").write_text("{")

    refused = agent.post("/next")

    assert refused.code == (503, "unreadable")
    assert int(refused.headers["Retry-After"]) > 0


def test_a_header_that_is_no_text_is_refused(agent: Agent) -> None:
    assert agent.post("/next", X_Planboard_Session="agent-\xff").code == (422, "wrong_input")
    headers = {"Authorization": f"Bearer {agent.token}", "X-Planboard-Session": "agent-7"}
    headers["Idempotency-Key"] = "\xff"
    assert agent.send("POST", f"{API}/plans/payments.ledger/next", headers=headers).code == (
        422,
        "wrong_input",
    )


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_the_document_is_only_read(agent: Agent, method: str) -> None:
    refused = agent.send(method, f"{API}/openapi.json", headers={})

    assert refused.code == (405, "no_such_method")
    assert refused.headers["Allow"] == "GET, HEAD"


def test_a_stale_caller_of_a_plan_that_is_gone_is_told_that(agent: Agent) -> None:
    assert agent.patch("/steps/1", {"title": "x"}, 9).code == (409, "stale_revision")
    assert agent.ask("PATCH", "/plans/payments.none", {"status": "x"}, match=1).code == (
        404,
        "plan_not_found",
    )


def test_a_step_is_added_with_what_guards_it(agent: Agent) -> None:
    body = {
        "title": "Cut over",
        "risk": "irreversible",
        "critical": True,
        "review": "required",
        "kind": "gate",
    }

    step = agent.post("/steps", body).step

    assert {name: step[name] for name in body} == body
