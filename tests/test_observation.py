"""What a question cost, told to observers; spans where OpenTelemetry is set up."""

from collections.abc import Iterator, Sequence

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from qa.assistant import Assistant
from qa.errors import QuestionError
from qa.observation import Observation, observe, stage
from qa.records import Answer, Article, Hit


class Kept:
    """An Observer that keeps what it is told."""

    def __init__(self) -> None:
        self.observations: list[Observation] = []

    def observe(self, observation: Observation) -> None:
        self.observations.append(observation)


@pytest.fixture
def assistant() -> Iterator[Assistant]:
    article = Article.from_text(
        "南渡大桥6月18日建成通车，全长1576米。", headline="南渡大桥通车", date="2025-06-19"
    )
    with Assistant.from_articles([article]) as made:
        yield made


def test_every_question_is_told_with_its_stages_and_outcome(assistant: Assistant) -> None:
    kept = Kept()
    assistant.observers.append(kept)
    answer = assistant.ask("南渡大桥全长多少米？")
    assistant.ask("西山水库的库容是多少立方米？")
    with pytest.raises(QuestionError):
        assistant.ask(" ")

    assert [one.outcome for one in kept.observations] == ["answered", "abstained", "failed"]
    first = kept.observations[0]
    assert first.answer == answer
    assert set(first.stages) == {"look-up", "retrieval", "evidence", "reading"}
    assert sum(first.stages.values()) <= first.seconds


def test_passages_are_told_of_before_they_are_read(assistant: Assistant) -> None:
    told: list[Sequence[Hit]] = []
    answer = assistant.ask("南渡大桥全长多少米？", on_hits=told.append)
    assert [hit.passage.passage_id for hits in told for hit in hits] == [answer.citations[0].passage_id]
    assistant.ask("有多少篇报道提到南渡大桥？", on_hits=told.append)
    assert len(told) == 1, "nothing is read for a count"


def test_stages_of_one_name_add_up_and_those_outside_are_not_kept() -> None:
    with stage("alone"):
        pass
    kept = Kept()

    def answers() -> Iterator[Answer]:
        for text in ("甲", "乙"):
            with stage("twice"):
                told = Answer("问", answered=True, text=text, short_answer=None, confidence=1.0, reason=None)
            yield told

    told = list(observe("问", [kept], answers()))

    assert [answer.text for answer in told] == ["甲", "乙"]
    assert 0 < told[0].elapsed_ms <= told[1].elapsed_ms
    assert list(kept.observations[0].stages) == ["twice"]


def test_spans_are_those_of_the_stages(assistant: Assistant) -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    assistant.ask("南渡大桥全长多少米？")

    spans = {span.name: span for span in exporter.get_finished_spans()}
    assert {"wenbao.ask", "wenbao.retrieval", "wenbao.evidence", "wenbao.reading"} <= set(spans)
    parent = spans["wenbao.retrieval"].parent
    assert parent is not None
    assert parent.span_id == spans["wenbao.ask"].context.span_id
    assert not any("南渡" in str(span.attributes) for span in spans.values())
