"""The figures for a monitoring program: who may have them, what they say, and what they never say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from asgiref.sync import sync_to_async
from django.test import AsyncClient
from prometheus_client.parser import text_string_to_metric_families

from plans.domain.actor import person, session
from plans.domain.errors import PlanError, WrongInput
from plans.domain.verbs import shaping, working
from plans.metrics import figures
from plans.people.tokens import issue
from plans.security.tokens import METRICS, VERBS, Grant, check_terms
from plans.store.orders import Guard, Order

if TYPE_CHECKING:
    from plans.actions.desk import Desk

pytestmark = [pytest.mark.django_db(transaction=True)]

type Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def token(*verbs: str) -> str:
    return issue(session="watcher", plans=["*"], verbs=verbs, now=1)[1]


async def fetched(token: str, **headers: str) -> tuple[int, str]:
    answer = await AsyncClient().get("/metrics", headers={"Authorization": f"Bearer {token}", **headers})
    return answer.status_code, answer.content.decode()


async def samples() -> Samples:
    """Read all figures as a monitoring program does."""
    status, text = await fetched(await made(METRICS))
    assert status == 200
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def made(*verbs: str) -> str:
    return await sync_to_async(token)(*verbs)


@pytest.mark.parametrize(
    ("verbs", "status"), [((), 401), (("read",), 403), (VERBS, 403), ((METRICS,), 200)], ids=str
)
async def test_only_a_token_for_figures_gets_them(verbs: tuple[str, ...], status: int) -> None:
    sent = await made(*verbs) if verbs else "pbt_wrong"

    assert (await fetched(sent))[0] == status


async def test_without_a_token_it_is_said_what_to_send() -> None:
    answer = await AsyncClient().get("/metrics")

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert "planboard token create" in answer.json()["error"]["advice"]


def test_a_token_for_figures_sees_no_plan_and_does_nothing() -> None:
    assert check_terms(session="watcher", plans=["*"], verbs=[METRICS]) == (METRICS,)
    grant = Grant(number=1, session="watcher", plans=("*",), verbs=frozenset({METRICS}))

    assert not grant.sees("payments.ledger")
    for verb in VERBS:
        with pytest.raises(PlanError):
            grant.check(verb, "payments.ledger")


def test_a_token_for_figures_is_for_nothing_else() -> None:
    with pytest.raises(WrongInput, match="for nothing else"):
        check_terms(session="watcher", plans=["*"], verbs=[METRICS, "read"])


async def test_edits_refusals_and_conflicts_are_counted_and_plans_never_named(desk: Desk) -> None:
    before = await samples()
    ana, abc = person("ana"), session("session-secret")
    order = Order(by=ana, verb="create")
    desk.store.create("payments.secret", lambda plan: shaping.add(plan, by=ana, at=1, title="secret"), order)
    desk.store.change(
        "payments.secret", lambda plan: working.claim(plan, 1, by=abc), Order(by=abc, verb="claim")
    )
    stale = Order(by=ana, verb="edit", step=1, guard=Guard.STEP, expected=1)
    with pytest.raises(PlanError):
        desk.store.change("payments.secret", lambda plan: shaping.edit(plan, 1, by=ana, title="x"), stale)

    with pytest.raises(PlanError):
        desk.store.change("no.such", lambda plan: plan, Order(by=ana, verb="edit"))

    after = await samples()

    def more(name: str, **labels: str) -> float:
        key = name, frozenset(labels.items())
        return after[key] - before.get(key, 0)

    assert more("planboard_edits_total", verb="create", by="person") == 1
    assert more("planboard_edits_total", verb="claim", by="session") == 1
    assert more("planboard_edit_refusals_total", code="stale_revision") == 1
    assert more("planboard_edit_refusals_total", code="plan_not_found") == 1
    assert more("planboard_conflicts_total") == 1
    assert more("planboard_edit_seconds_count") == 2
    assert "secret" not in (await fetched(await made(METRICS)))[1]


async def test_what_changes_nothing_is_no_edit_and_restoring_and_deleting_are(desk: Desk) -> None:
    ana = person("ana")
    order = Order(by=ana, verb="create", key="once", body="x")
    for _ in range(2):  # the second call repeats the first
        desk.store.create("ops.rotate", lambda plan: shaping.add(plan, by=ana, at=1, title="One"), order)
    before = figures.EDITS.read()
    desk.store.change("ops.rotate", lambda plan: plan, Order(by=ana, verb="edit"))
    desk.store.change(
        "ops.rotate", lambda plan: shaping.edit(plan, 1, by=ana, title="Two"), Order(by=ana, verb="edit")
    )
    desk.store.restore("ops.rotate", 1, Order(by=ana, verb="restore"))
    desk.store.delete("ops.rotate", Order(by=ana, verb="delete"))

    after = figures.EDITS.read()

    assert [
        after[verb, "person"] - before.get((verb, "person"), 0) for verb in ("edit", "restore", "delete")
    ] == [
        1,
        1,
        1,
    ]
    assert after["create", "person"] == before["create", "person"]


async def test_histograms_are_added_up_as_prometheus_wants_them() -> None:
    figures.TO_FRAME.observe(0.003)

    found = await samples()

    buckets = [
        (float(dict(labels)["le"]), value)
        for (name, labels), value in found.items()
        if name == "planboard_file_to_frame_seconds_bucket"
    ]
    counts = [value for _, value in sorted(buckets)]
    assert counts == sorted(counts)
    assert counts[-1] == found["planboard_file_to_frame_seconds_count", frozenset()] > 0


async def test_what_runs_and_whether_its_parts_answer_is_told() -> None:
    found = await samples()

    (build,) = [dict(labels) for name, labels in found if name == "planboard_build_info"]
    assert build.keys() == {"version", "python", "django"}
    assert found["planboard_uptime_seconds", frozenset()] > 0
    assert found["planboard_part_up", frozenset({("part", "database")})] == 1
    assert found["planboard_part_up", frozenset({("part", "worker")})] == 0
    assert found["process_open_fds", frozenset()] > 0


async def test_openmetrics_is_written_where_it_is_asked_for() -> None:
    sent = await made(METRICS)

    _, text = await fetched(sent, Accept="application/openmetrics-text; version=1.0.0")

    assert text.endswith("# EOF\n")
