"""Metrics for Prometheus at ``/metrics``: questions and their outcomes, seconds by stage, size of the index.

On the official client (the extra ``metrics``); importing this module imports it. No metric holds a word
of a question.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from qa.assistant import Assistant
    from qa.observation import Observation

__all__ = ["Metrics", "metrics_router"]

# Seconds: a question takes some 50 ms, a language model up to a minute.
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """An Observer that counts questions and measures their stages in a registry of its own."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._questions = Counter("wenbao_questions", "Questions by outcome.", ["outcome"], registry=registry)
        self._seconds = Histogram(
            "wenbao_question_seconds", "Time of a question.", buckets=_BUCKETS, registry=registry
        )
        self._stages = Histogram(
            "wenbao_stage_seconds",
            "Time of a question's stages.",
            ["stage"],
            buckets=_BUCKETS,
            registry=registry,
        )
        for outcome in ("answered", "abstained", "failed"):
            self._questions.labels(outcome)

    def observe(self, observation: "Observation") -> None:
        """Count a question."""
        self._questions.labels(observation.outcome).inc()
        self._seconds.observe(observation.seconds)
        for name, seconds in observation.stages.items():
            self._stages.labels(name).observe(seconds)


class _IndexSize(Collector):
    """Counts the articles when metrics are asked for, so that an updated index shows."""

    def __init__(self, assistant: "Assistant") -> None:
        self._assistant = assistant

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the numbers of articles and of their printings."""
        count = self._assistant.count(limit=0)
        yield GaugeMetricFamily("wenbao_index_articles", "Articles in the index.", value=count.total)
        yield GaugeMetricFamily(
            "wenbao_index_printings", "Articles, reprints counted too.", value=count.printings
        )


def metrics_router(assistant: "Assistant") -> APIRouter:
    """Return the route, and have the assistant's questions measured from now on."""
    registry = CollectorRegistry()
    assistant.observers.append(Metrics(registry))
    registry.register(_IndexSize(assistant))
    router = APIRouter()

    @router.get("/metrics", include_in_schema=False)
    def report_metrics() -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return router
