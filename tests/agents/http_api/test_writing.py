"""Changing plans over HTTP: the same actions, revisions and keys as at every door."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plans.actions.shaping import edit_step
from plans.agents.http_api import asking
from plans.security.rates import Rates
from tests.agents.http_api.caller import ADA, PLAN, Agent

if TYPE_CHECKING:
    from plans.actions.desk import Desk

OTHER = "agent-8"


def test_a_plan_is_created_with_its_steps(agent: Agent, desk: Desk) -> None:
    steps = ["Look", {"title": "Leap", "needs": [1], "review": "required", "timeout": 900}]

    made = agent.ask("POST", "/plans", {"namespace": "payments.new", "title": "New", "steps": steps})

    assert (made.status, made.headers["ETag"]) == (201, '"1"')
    assert made.headers["Location"] == "/api/v1/plans/payments.new"
    assert made.plan["created_by"] == "session:agent-7"
    plan = desk.store.read("payments.new").plan
    assert [step.title for step in plan.steps] == ["Look", "Leap"]
    assert plan.step(2).extra == {"timeout": 900}
    again = agent.ask("POST", "/plans", {"namespace": "payments.new"})
    assert again.code == (422, "plan_exists")


def test_a_plan_is_created_from_a_markdown_list(agent: Agent) -> None:
    body = {"namespace": "payments.list", "draft": True, "markdown": "# Ledger\n- [x] Look\n- [ ] Leap\n"}

    plan = agent.ask("POST", "/plans", body).plan

    assert (plan["title"], plan["state"]) == ("Ledger", "draft")
    assert [step["status"] for step in plan["steps"]] == ["completed", "pending"]  # type: ignore[attr-defined]
    both = agent.ask("POST", "/plans", {**body, "namespace": "payments.b", "steps": ["Look"]})
    assert both.code == (422, "wrong_input")


def test_a_step_is_added_and_edited_from_the_revision_that_was_read(agent: Agent) -> None:
    added = agent.post("/steps", {"title": "Count", "needs": [1], "extra": {"budget": 3}})
    assert (added.status, added.step["number"]) == (201, 4)
    assert added.headers["Location"] == f"/api/v1/plans/{PLAN}/steps/4"

    edited = agent.patch("/steps/4", {"notes": "Twice.", "extra": {"budget": None}}, added.headers["ETag"])

    assert edited.step["notes"] == "Twice."
    assert edited.step["extra"] == {}
    assert edited.headers["ETag"] == '"3"'


@pytest.mark.parametrize("match", ['"1"', "1", 'W/"1"'])
def test_a_revision_is_taken_quoted_or_bare(agent: Agent, match: str) -> None:
    assert agent.patch("", {"status": "on track"}, match).plan["status"] == "on track"


@pytest.mark.parametrize("match", [None, "*"])
def test_an_edit_must_say_what_it_was_made_from(agent: Agent, desk: Desk, match: str | None) -> None:
    agent.ask("POST", "/plans", {"namespace": "payments.mine", "steps": ["One"]})
    for method, path, body in [
        ("PATCH", "/steps/1", {"title": "Other"}),
        ("PATCH", "", {"status": "on track"}),
        ("PATCH", "", {"steps": []}),
        ("DELETE", "", None),
    ]:
        refused = agent.ask(method, f"/plans/payments.mine{path}", body, match=match)
        assert refused.code == (428, "revision_required")
    assert desk.store.read("payments.mine").plan.revision == 1


def test_a_stale_edit_is_shown_what_there_is_now_and_changes_nothing(agent: Agent, desk: Desk) -> None:
    read = agent.post("/steps", {"title": "Mine"}).headers["ETag"]
    edit_step(desk, PLAN, 4, by=ADA, expected=2, title="Ours", notes="Together.")

    stale = agent.patch("/steps/4", {"title": "Mine alone"}, read)

    assert stale.code == (409, "stale_revision")
    told = stale.json
    assert (told["expected"], told["actual"], told["changed"], told["by"]) == (
        2,
        3,
        ["title", "notes"],
        "person:ada",
    )
    current = told["current"]
    assert isinstance(current, dict)
    assert (current["title"], current["revision"]) == ("Ours", 3)
    assert isinstance(told["at"], int)
    assert desk.store.read(PLAN).plan.step(4).title == "Ours"

    whole = agent.patch("", {"steps": []}, 1)
    assert whole.code == (409, "stale_revision")
    assert whole.json["current"]["revision"] == 3  # type: ignore[index]


def test_a_verb_that_needs_no_revision_checks_one_that_is_sent(agent: Agent, desk: Desk) -> None:
    edit_step(desk, PLAN, 1, by=ADA, expected=1, title="Another")

    assert agent.post("/steps/1/claim", match=1).code == (409, "stale_revision")
    assert agent.post("/steps/1/claim", match=2).status == 200


def test_a_whole_plan_is_written_over_the_one_that_was_read(agent: Agent) -> None:
    body = {"namespace": "payments.mine", "steps": ["One", "Two"]}
    read = agent.ask("POST", "/plans", body).headers["ETag"]

    steps = [{"number": 2, "title": "Two"}, "Three"]
    written = agent.ask("PATCH", "/plans/payments.mine", {"title": "Mine", "steps": steps}, match=read)

    assert written.plan["title"] == "Mine"
    assert [step["number"] for step in written.plan["steps"]] == [2, 3]  # type: ignore[attr-defined]
    assert written.plan["removed"] == [1]


def test_a_plan_of_ones_own_is_deleted(agent: Agent, desk: Desk) -> None:
    agent.ask("POST", "/plans", {"namespace": "payments.mine"})

    gone = agent.ask("DELETE", "/plans/payments.mine", match=1)

    assert (gone.status, gone.json) == (200, {"deleted": "payments.mine"})
    assert not desk.store.exists("payments.mine")
    assert agent.ask("DELETE", f"/plans/{PLAN}", match=1).code == (403, "person_only")


def test_a_plan_made_anew_is_told_from_the_one_that_had_its_name(agent: Agent) -> None:
    plan = {"namespace": "payments.mine", "steps": ["One"]}
    first = agent.ask("POST", "/plans", plan).headers["ETag"]
    agent.ask("DELETE", "/plans/payments.mine", match=first)
    second = agent.ask("POST", "/plans", plan).headers["ETag"]
    assert first == '"1"'
    assert second.startswith('"1-')

    for path in ("", "/steps", "/steps/1", "/events"):
        fresh = agent.ask("GET", f"/plans/payments.mine{path}", If_None_Match=first)
        assert (fresh.status, fresh.headers["ETag"]) == (200, second)
        assert agent.ask("GET", f"/plans/payments.mine{path}", If_None_Match=second).status == 304

    stale = agent.ask("PATCH", "/plans/payments.mine", {"title": "Mine"}, match='"1-00000000"')
    assert (stale.code, stale.json["actual"]) == ((409, "stale_revision"), 1)
    assert agent.ask("PATCH", "/plans/payments.mine", {"title": "Mine"}, match=second).status == 200
    assert agent.ask("PATCH", "/plans/payments.mine", {"title": "Ours"}, match=2).status == 200


def test_work_goes_from_claim_to_completion(agent: Agent, desk: Desk) -> None:
    assert agent.post("/next").step["number"] == 1
    beaten = agent.post("/steps/1/heartbeat", {"active_form": "reading", "progress": {"done": 1, "total": 3}})
    assert (beaten.step["active_form"], beaten.step["progress"]) == ("reading", {"done": 1, "total": 3})
    assert agent.post("/steps/1/heartbeat", {"agent": "tester", "pid": 7}).status == 200
    known = desk.sessions.get("agent-7")
    assert known is not None
    assert (known.agent, known.pid, known.host) == ("tester", 7, "")  # on which machine, nobody knows
    remarked = Agent(OTHER).post("/steps/1/comment", {"text": "Mind the lock"}).step["comments"]
    assert [comment["text"] for comment in remarked] == ["Mind the lock"]  # type: ignore[attr-defined]
    assert agent.post("/steps/1/complete", {"note": "41 writers"}).step["status"] == "completed"
    assert desk.store.lines(PLAN)[-1].note == "41 writers"

    assert agent.post("/steps/2/claim").step["owner"] == "agent-7"
    assert agent.post("/steps/2/release").step["status"] == "pending"
    assert agent.post("/next").step["number"] == 2
    failed = agent.post("/steps/2/fail", {"note": "no access"}).step
    assert (failed["status"], failed["reason"]) == ("failed", "no access")
    assert agent.post("/next").json["step"] is None


def test_with_nothing_ready_next_gives_none(agent: Agent) -> None:
    agent.post("/next")
    agent.post("/next")

    nothing = agent.post("/next")

    assert (nothing.status, nothing.json["step"], nothing.json["revision"]) == (200, None, 3)


def test_the_rules_refuse_in_their_own_words(agent: Agent) -> None:
    agent.post("/steps/1/claim")
    other = Agent(OTHER)

    assert other.post("/steps/1/complete").code == (403, "not_yours")
    assert other.post("/steps/3/claim").code == (422, "not_ready")
    assert other.post("/steps/3/claim").error["waits_on"] == [1, 2]
    assert agent.post("/steps/1/claim").status == 200
    assert agent.post("/steps/2/complete").code == (403, "not_yours")
    assert agent.patch("/steps/2", {"title": "x"}, 2).code == (403, "not_yours")
    assert agent.patch("", {"title": "x"}, 2).code == (403, "person_only")
    cycle = agent.post("/steps", {"title": "x", "needs": [9]})
    assert cycle.code == (422, "needs_refused")


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
        monkeypatch.setattr(asking, "WRITES", Rates(limit=2))
        agent.post("/steps/1/claim")
        agent.post("/steps/1/complete")

        refused = agent.post("/steps/2/claim")

        assert refused.code == (429, "too_many_writes")
        assert 0 < int(refused.headers["Retry-After"]) <= 60
        assert refused.error["retry_after"] == int(refused.headers["Retry-After"])
        assert agent.get("/steps/2").step["status"] == "pending"
        assert Agent(OTHER).post("/steps/2/claim").status == 200

    def test_heartbeats_are_counted_apart(self, agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(asking, "WRITES", Rates(limit=1))
        agent.post("/steps/1/claim")

        assert agent.post("/steps/1/heartbeat").status == 200
        monkeypatch.setattr(asking, "HEARTBEATS", Rates(limit=1))
        agent.post("/steps/1/heartbeat")
        assert agent.post("/steps/1/heartbeat").code == (429, "too_many_writes")
