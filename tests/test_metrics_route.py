"""Metrics for Prometheus, and the log of questions."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from qa.assistant import Assistant
from qa.errors import InputError
from qa.records import Article
from ui.question_log import QuestionLog

pytest.importorskip("prometheus_client", reason="the extra metrics is not installed")
from prometheus_client.parser import text_string_to_metric_families

from ui.metrics import metrics_router

ASKED, UNKNOWN = "南渡大桥全长多少米？", "西山水库的库容是多少立方米？"


@pytest.fixture
def assistant() -> Iterator[Assistant]:
    article = Article.from_text(
        "南渡大桥6月18日建成通车，全长1576米。", headline="南渡大桥通车", date="2025-06-19"
    )
    with Assistant.from_articles([article]) as made:
        yield made


def test_questions_stages_and_articles_are_measured(assistant: Assistant) -> None:
    app = FastAPI()
    app.include_router(metrics_router(assistant))
    for question in (ASKED, ASKED, UNKNOWN):
        assistant.ask(question)
    text = TestClient(app).get("/metrics").text
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }

    assert samples["wenbao_questions_total", "answered"] == 2
    assert samples["wenbao_questions_total", "abstained"] == 1
    assert samples["wenbao_stage_seconds_count", "retrieval"] == 3
    assert samples["wenbao_question_seconds_count",] == 3
    assert samples["wenbao_index_articles",] == 1
    assert "南渡" not in text


@pytest.mark.parametrize("texts", [False, True])
def test_the_log_has_the_question_only_where_asked_for(
    assistant: Assistant, tmp_path: Path, texts: bool
) -> None:
    path = tmp_path / "questions.jsonl"
    assistant.observers.append(QuestionLog(path, texts=texts))
    assistant.ask(ASKED)
    assistant.ask(UNKNOWN)
    first, second = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

    assert (first["outcome"], second["outcome"]) == ("answered", "abstained")
    assert first["stages"]["retrieval"] > 0
    assert first.get("question") == (ASKED if texts else None)
    assert ("南渡" in path.read_text(encoding="utf-8")) == texts


def test_a_log_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="choose another --log"):
        QuestionLog(tmp_path / "none" / "questions.jsonl")
