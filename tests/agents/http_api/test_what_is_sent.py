"""Bodies, headers and callers that are refused, and what is said of them."""

from __future__ import annotations

import pytest

from plans.agents.http_api import asking
from plans.security.rates import Pace, Rates
from tests.agents.http_api.caller import Agent

OTHER = "agent-8"


class TestWhatIsSent:
    """Bodies are strict: what would be passed over is refused."""

    @pytest.mark.parametrize(
        ("body", "place"),
        [
            ({"titel": "x"}, "body.titel"),
            ({"title": 3}, "body.title"),
            ({"title": "x", "needs": ["1"]}, "body.needs.0"),
            ({"title": "x", "needs": [0]}, "body.needs.0"),
            ({"title": "x", "kind": "door"}, "body.kind"),
            ([], "body"),
        ],
    )
    def test_a_wrong_field_is_named(self, agent: Agent, body: object, place: str) -> None:
        refused = agent.post("/steps", body)

        assert refused.code == (422, "wrong_input")
        assert place in [fault["where"] for fault in refused.error["faults"]]  # type: ignore[attr-defined]

    @pytest.mark.parametrize(
        "body",
        [
            b"{",
            b'{"title":"a","title":"b"}',
            b'{"title":NaN}',
            b'{"title":"\\ud800"}',
            b"\xff",
            b'{"title":"a"} x',
        ],
    )
    def test_json_that_could_mean_two_things_is_refused(self, agent: Agent, body: bytes) -> None:
        assert agent.post("/steps", body).code == (422, "wrong_input")

    def test_a_verb_that_takes_nothing_refuses_fields(self, agent: Agent) -> None:
        assert agent.post("/steps/1/claim", {"note": "x"}).code == (422, "wrong_input")
        assert agent.post("/steps/1/claim", {}).status == 200

    def test_texts_over_their_limit_are_too_large(self, agent: Agent) -> None:
        assert agent.post("/steps", {"title": "x" * 2_049}).code == (413, "too_large")
        assert agent.post("/steps", {"title": "x", "notes": "y" * 65_537}).code == (413, "too_large")

    def test_an_edit_of_nothing_says_so(self, agent: Agent) -> None:
        assert agent.patch("/steps/1", {}, 1).code == (422, "wrong_input")
        assert agent.patch("", {}, 1).code == (422, "wrong_input")

    @pytest.mark.parametrize("match", ["x", '"', "-1", '"1', "1" * 19])
    def test_a_revision_that_is_none_is_refused(self, agent: Agent, match: str) -> None:
        assert agent.patch("", {"status": "x"}, match).code == (422, "wrong_input")

    def test_progress_beyond_its_total_is_refused(self, agent: Agent) -> None:
        agent.post("/steps/1/claim")
        refused = agent.post("/steps/1/heartbeat", {"progress": {"done": 4, "total": 3}})
        assert refused.code == (422, "wrong_input")


class TestHowOften:
    """A session writes sixty times a minute; heartbeats and other sessions are counted apart."""

    def test_one_too_many_is_told_how_long_to_wait(
        self, agent: Agent, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(asking, "WRITES", Pace(Rates(limit=2)))
        agent.post("/steps/1/claim")
        agent.post("/steps/1/complete")

        refused = agent.post("/steps/2/claim")

        assert refused.code == (429, "too_many_writes")
        assert 0 < int(refused.headers["Retry-After"]) <= 60
        assert refused.error["retry_after"] == int(refused.headers["Retry-After"])
        assert agent.get("/steps/2").step["status"] == "pending"
        assert Agent(OTHER).post("/steps/2/claim").status == 200

    def test_names_without_end_do_not_let_one_token_write_without_end(
        self, agent: Agent, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Red where only sessions are counted: whoever has a token for agent-* gives itself another name."""
        monkeypatch.setattr(asking, "WRITES", Pace(of_token=Rates(3, of="with this token")))
        sent = {"title": "More"}
        answers = [agent.post("/steps", sent, X_Planboard_Session=f"agent-{n}") for n in range(5)]
        assert [answer.status for answer in answers[:3]] == [201] * 3
        assert {answer.code for answer in answers[3:]} == {(429, "too_many_writes")}
        assert answers[3].error["message"] == "Too many changes with this token within a minute"
        assert 0 < int(answers[3].headers["Retry-After"]) <= 60
        assert Agent(OTHER).post("/steps/2/claim").status == 200

    def test_heartbeats_are_counted_apart(self, agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(asking, "WRITES", Pace(Rates(limit=1)))
        agent.post("/steps/1/claim")

        assert agent.post("/steps/1/heartbeat").status == 200
        monkeypatch.setattr(asking, "HEARTBEATS", Pace(Rates(limit=1)))
        agent.post("/steps/1/heartbeat")
        assert agent.post("/steps/1/heartbeat").code == (429, "too_many_writes")
