import re
from collections.abc import Callable

import pytest
from django.test import Client

from plans.mirror.models import Worker
from plans.wiring import now_ms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("desk")]


@pytest.fixture
def worker() -> Callable[[int], None]:
    def beat(at: int) -> None:
        Worker.objects.update_or_create(
            defaults={"beat_at": at, "mode": "notify", "note": "", "pid": 1, "host": "here"}
        )

    return beat


def test_all_is_well_when_everything_answers(worker: Callable[[int], None]) -> None:
    worker(now_ms())

    answer = Client().get("/healthz")

    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}


def test_who_runs_the_board_is_told_of_each_part(
    ada: Client, eve: Client, worker: Callable[[int], None]
) -> None:
    worker(now_ms())

    parts = {"database": "ok", "worker": "ok", "layer": "ok"}
    assert ada.get("/healthz").json() == {"status": "ok", **parts}
    assert eve.get("/healthz").json() == {"status": "ok"}


def test_a_worker_that_never_ran_is_told(ada: Client) -> None:
    answer = ada.get("/healthz")

    assert answer.status_code == 503
    assert "planboard up" in answer.json()["worker"]


@pytest.mark.parametrize("since", [-120_000, 125_000], ids=["before", "by a clock that was set back"])
def test_a_silent_worker_is_told(ada: Client, worker: Callable[[int], None], since: int) -> None:
    worker(now_ms() + since)

    assert Client().get("/healthz").json() == {"status": "failing"}
    answer = ada.get("/healthz")

    assert answer.status_code == 503
    told = re.fullmatch(r"silent for (\d+) s", answer.json()["worker"])
    assert told
    assert int(told[1]) >= 120
