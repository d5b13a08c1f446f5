"""What is sent again under its key is done once."""

from __future__ import annotations

import pytest

from tests.agents.http_api.caller import Agent

OTHER = "agent-8"


class TestKeys:
    """The same key with the same request gives the same answer."""

    @pytest.mark.parametrize(
        ("path", "body"),
        [
            ("/steps", {"title": "Once"}),
            ("/next", None),
            ("/steps/1/claim", {}),
            ("/steps/2/heartbeat", {"active_form": "reading"}),
            ("/steps/2/comment", {"text": "Look"}),
            ("/steps/2/block", {"kind": "approval", "text": "May I?"}),
            ("/steps/2/complete", {"note": "done"}),
            ("/steps/2/fail", {"note": "no"}),
            ("/steps/2/release", None),
        ],
    )
    def test_the_answer_is_the_first_one(self, agent: Agent, path: str, body: object) -> None:
        agent.post("/steps/2/claim")
        first = agent.post(path, body, key="k-1")
        agent.post("/steps", {"title": "Meanwhile"})

        again = agent.post(path, body, key="k-1")

        assert (again.status, again.body, again.headers["ETag"]) == (
            first.status,
            first.body,
            first.headers["ETag"],
        )
        assert "Idempotency-Replayed" not in first.headers
        assert again.headers["Idempotency-Replayed"] == "true"

    def test_a_plan_is_created_once(self, agent: Agent) -> None:
        body = {"namespace": "payments.once", "steps": ["One"]}
        first = agent.ask("POST", "/plans", body, key="k")

        assert agent.ask("POST", "/plans", body, key="k").body == first.body
        assert agent.ask("POST", "/plans", {**body, "title": "x"}, key="k").code == (422, "key_reused")
        assert agent.ask("POST", "/plans", body).code == (422, "plan_exists")

    @pytest.mark.parametrize(
        ("path", "body", "other", "elsewhere"),
        [
            ("/steps", {"title": "a"}, {"title": "b"}, "/steps"),
            ("/steps/1/claim", None, None, "/steps/2/claim"),
        ],
    )
    def test_another_request_under_the_same_key_is_refused(
        self, agent: Agent, path: str, body: object, other: object, elsewhere: str
    ) -> None:
        agent.post(path, body, key="k")

        assert agent.post(elsewhere, other, key="k").code == (422, "key_reused")

    def test_keys_of_two_sessions_are_two(self, agent: Agent) -> None:
        assert agent.post("/next", key="k").step["number"] == 1
        assert Agent(OTHER).post("/next", key="k").step["number"] == 2

    @pytest.mark.parametrize("key", ["x" * 201, "\t"])
    def test_a_key_that_is_none_is_refused(self, agent: Agent, key: str) -> None:
        assert agent.post("/next", key=key).status in {413, 422}
