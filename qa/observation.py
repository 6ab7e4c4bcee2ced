"""What a question cost, stage by stage, told to whoever observes: logs, metrics, OpenTelemetry.

`stage` marks a stretch of work wherever it is done; what it took goes to the Observation of the question that
`observe` is making answers to. Without one nothing is kept.
"""

import os
import sys
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from qa.records import Answer

__all__ = ["Observation", "Observer", "observe", "stage"]


@dataclass(slots=True)
class Observation:
    """One question: what it was, the seconds of each stage, and the Answer, None where it raised an error."""

    question: str
    stages: dict[str, float] = field(default_factory=dict)
    answer: Answer | None = None
    seconds: float = 0.0

    @property
    def outcome(self) -> str:
        """One of answered, abstained and failed."""
        if self.answer is None:
            return "failed"
        return "answered" if self.answer.answered else "abstained"


class Observer(Protocol):
    """Whoever is told of every question when it is over; called in the thread that asked."""

    def observe(self, observation: Observation) -> None:
        """Take note of a question."""
        ...


_current: ContextVar[Observation | None] = ContextVar("observation", default=None)


def observe(question: str, observers: Sequence[Observer], answers: Iterator[Answer]) -> Generator[Answer]:
    """Yield answers as they are made, with the time since the first was asked for; then tell the observers.

    The work between two answers is observed, whichever thread asks for the next; what the consumer does
    with them is not. Observers are told however it ends.
    """
    observation = Observation(question)
    root = _start_span("ask")
    began = time.perf_counter()
    try:
        while (told := _next(answers, observation, root)) is not None:
            observation.answer = replace(told, elapsed_ms=(time.perf_counter() - began) * 1000)
            yield observation.answer
    finally:
        observation.seconds = time.perf_counter() - began
        if root is not None:
            root.end()
        for observer in observers:
            observer.observe(observation)


def _next(answers: Iterator[Answer], observation: Observation, root: Any) -> Answer | None:
    token = _current.set(observation)
    try:
        with _within(root):
            return next(answers, None)
    finally:
        _current.reset(token)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Measure a stretch of work; several of one name add up."""
    observation = _current.get()
    began = time.perf_counter()
    try:
        with _within(_start_span(name), end=True):
            yield
    finally:
        if observation is not None:
            taken = time.perf_counter() - began
            observation.stages[name] = observation.stages.get(name, 0.0) + taken


def _start_span(name: str) -> Any:
    """Start an OpenTelemetry span, where the program that runs this has set that up; else None."""
    if "opentelemetry.sdk.trace" not in sys.modules and not os.environ.get("OTEL_TRACES_EXPORTER"):
        return None
    try:
        from opentelemetry import trace  # noqa: PLC0415 (an extra)
    except ImportError:
        return None
    return trace.get_tracer("wenbao").start_span(f"wenbao.{name}")


def _within(span: Any, *, end: bool = False) -> AbstractContextManager[Any]:
    """Make a span the parent of those that are started inside."""
    if span is None:
        return nullcontext()
    from opentelemetry import trace  # noqa: PLC0415 (the span came from it)

    return trace.use_span(span, end_on_exit=end)
