"""The mirror's worker writes an older change after a newer one, now and then."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.apps.registry import Apps

from tests.torture.patching import put

if TYPE_CHECKING:
    from plans.mirror.rows import Known, News, Painted


def install() -> None:
    real = Apps.populate

    def populate(apps: Apps, installed: object = None) -> None:
        real(apps, installed)  # type: ignore[arg-type]
        if apps.ready:
            _spoil()

    put(Apps, "populate", populate)


def _spoil() -> None:
    from plans.mirror import applying  # noqa: PLC0415
    from plans.mirror.models import Plan  # noqa: PLC0415 - models exist only now
    from plans.sync import copying  # noqa: PLC0415

    real, before = applying.write, list[int]()

    def write(known: Known | None, painted: Painted, news: News) -> Known:
        written = real(known, painted, news)
        rows = Plan.objects.filter(namespace=news.plan.namespace)
        if before and len(before) % 3 == 0:
            rows.update(revision=before[-1])
            time.sleep(0.05)
            rows.update(revision=news.plan.revision)
        before.append(news.plan.revision)
        return written

    put(copying, "write", write)
