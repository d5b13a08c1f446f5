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
    assert answer.json() == {"status": "ok", "database": "ok", "worker": "ok", "layer": "ok"}


def test_a_worker_that_never_ran_is_told() -> None:
    answer = Client().get("/healthz")

    assert answer.status_code == 503
    assert "planboard up" in answer.json()["worker"]


def test_a_silent_worker_is_told(worker: Callable[[int], None]) -> None:
    worker(now_ms() - 120_000)

    answer = Client().get("/healthz")

    assert answer.status_code == 503
    assert answer.json()["worker"] == "silent for 120 s"
