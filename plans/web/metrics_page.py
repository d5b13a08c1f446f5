"""The kept figures as the official client of Prometheus writes them; loaded with the first question.

Its own counters would be imported by every start of the board, and its way for several processes needs a
folder that they share. Here each process keeps its own, and whoever collects asks each of them.
"""

from __future__ import annotations

import platform
from importlib.metadata import version
from time import time
from typing import TYPE_CHECKING, Final

import django
from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
)
from prometheus_client.exposition import choose_encoder, generate_latest
from prometheus_client.registry import Collector

from plans.metrics import figures
from plans.web.health import WELL

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prometheus_client import Metric

    from plans.metrics.kinds import Counter, Gauge, Histogram

_ENDLESS: Final = "+Inf"


class Figures(Collector):
    """Reads every figure at the moment it is asked."""

    def __init__(self, health: Mapping[str, str]) -> None:
        self._health = health

    def collect(self) -> Iterator[Metric]:
        """Give everything that is kept, and what is now."""
        yield from map(_counter, figures.COUNTERS)
        yield from map(_gauge, figures.GAUGES)
        yield from map(_histogram, figures.HISTOGRAMS)
        yield self._parts()
        yield _uptime()
        yield _build()

    def _parts(self) -> Metric:
        about = "1 where a part that a live board needs answers"
        found = GaugeMetricFamily("planboard_part_up", about, labels=["part"])
        for part, said in self._health.items():
            found.add_metric([part], said == WELL)
        return found


def written(accept: str, *, health: Mapping[str, str]) -> tuple[bytes, str]:
    """Write all figures in the format that ``accept`` asks for; gives the text and its content type."""
    registry = CollectorRegistry()
    registry.register(Figures(health))
    ProcessCollector(registry=registry)
    GCCollector(registry=registry)
    encode, kind = choose_encoder(accept)
    return encode(registry), kind


def for_file(*, health: Mapping[str, str]) -> bytes:
    """Write our own figures alone, in Prometheus' text: who collects files has those of a process already."""
    registry = CollectorRegistry()
    registry.register(Figures(health))
    return generate_latest(registry)


def _counter(kept: Counter) -> Metric:
    found = CounterMetricFamily(kept.name, kept.about, labels=kept.labels)
    for words, number in sorted(kept.read().items()):
        found.add_metric(words, number)
    return found


def _gauge(kept: Gauge) -> Metric:
    found = GaugeMetricFamily(kept.name, kept.about, labels=[kept.label] if kept.label else [])
    for word, value in kept.read().items():
        found.add_metric([word] if kept.label else [], value)
    return found


def _histogram(kept: Histogram) -> Metric:
    seen = kept.read()
    bounds = [*map(str, seen.bounds), _ENDLESS]
    below = [sum(seen.counts[: number + 1]) for number in range(len(bounds))]
    found = HistogramMetricFamily(kept.name, kept.about)
    found.add_metric([], list(zip(bounds, below, strict=True)), seen.total)
    return found


def _uptime() -> Metric:
    about = "How long this process has kept figures"
    return GaugeMetricFamily("planboard_uptime_seconds", about, value=time() - figures.BEGAN)


def _build() -> Metric:
    facts = {
        "version": version("planboard"),
        "python": platform.python_version(),
        "django": django.get_version(),
    }
    return InfoMetricFamily("planboard_build", "What runs here", value=facts)
