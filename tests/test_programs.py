"""The OpenAI-compatible routes, asked with the real client over HTTP."""

from collections.abc import Iterator
from typing import Any

import openai
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from language_model import Scripted
from served import serve_app

from qa.assistant import Assistant
from qa.records import Article
from qa.writing import Writing
from ui.app import build_app
from ui.programs import MODEL, programs_router
from ui.refusals import report_refusals
from ui.settings import Settings

ARTICLE = Article.from_text(
    "南渡大桥6月18日建成通车，全长1576米。\n大桥2021年3月动工，总投资12.4亿元。",
    headline="南渡大桥通车",
    source="江岸日报",
    date="2025-06-19",
)
QUESTION = {"role": "user", "content": "南渡大桥总投资多少？"}


@pytest.fixture(scope="module")
def assistant() -> Iterator[Assistant]:
    with Assistant.from_articles([ARTICLE]) as made:
        yield made


@pytest.fixture(scope="module")
def client(assistant: Assistant) -> Iterator[openai.OpenAI]:
    app = FastAPI()
    app.include_router(programs_router(assistant))
    report_refusals(app)
    with serve_app(app) as address:
        yield openai.OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0)


@pytest.fixture(autouse=True)
def plain(assistant: Assistant) -> Iterator[None]:
    yield
    assistant.writing = None


def complete(client: openai.OpenAI, *messages: dict[str, str], **options: Any) -> Any:
    sent: Any = list(messages)
    return client.chat.completions.create(model=MODEL, messages=sent, **options)


def test_the_one_model_is_listed(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == [MODEL]


def test_an_answer_has_its_citations_as_annotations(client: openai.OpenAI) -> None:
    completion = complete(client, QUESTION, temperature=0.3, user="u1")
    message = completion.choices[0].message

    assert completion.choices[0].finish_reason == "stop"
    assert "12.4亿元" in message.content
    (annotation,) = message.annotations
    link = annotation.url_citation
    assert message.content[link.start_index : link.end_index] == "[1]"
    assert link.title == "南渡大桥通车"
    assert f"#article={ARTICLE.article_id}&start=" in link.url
    assert annotation.wenbao["quote"] == "大桥2021年3月动工，总投资12.4亿元。"
    assert completion.wenbao["short_answer"] == "12.4亿元"


def test_a_stream_says_the_same(client: openai.OpenAI) -> None:
    whole = complete(client, QUESTION)
    chunks = list(complete(client, QUESTION, stream=True))

    assert (
        "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == whole.choices[0].message.content
    )
    assert chunks[-1].choices[0].finish_reason == "stop"
    annotations = [a for chunk in chunks for a in getattr(chunk.choices[0].delta, "annotations", None) or []]
    assert [a["url_citation"]["title"] for a in annotations] == ["南渡大桥通车"]


def test_a_follow_up_is_completed_from_the_messages_before(client: openai.OpenAI) -> None:
    answered = {"role": "assistant", "content": "……"}
    completion = complete(
        client,
        {"role": "system", "content": "be brief"},
        {"role": "user", "content": "南渡大桥全长多少米？"},
        answered,
        {"role": "user", "content": [{"type": "text", "text": "它的总投资是多少？"}]},  # type: ignore[dict-item]
    )

    assert "12.4亿元" in completion.choices[0].message.content


def test_an_abstention_is_a_message_without_annotations(client: openai.OpenAI) -> None:
    completion = complete(client, {"role": "user", "content": "西山水库的库容是多少立方米？"})

    assert completion.choices[0].message.content.startswith("档案未能回答")
    assert completion.choices[0].message.annotations == []
    assert completion.wenbao["answered"] is False


def test_what_a_model_tells_streams_by_checked_sentences(client: openai.OpenAI, assistant: Assistant) -> None:
    assistant.writing = Writing(
        Scripted("南渡大桥总投资为12.4亿元[1]。总投资24亿元[1]。大桥2021年3月开工。[1]")
    )
    pieces = [c.choices[0].delta.content for c in complete(client, QUESTION, stream=True)]

    assert [piece for piece in pieces if piece] == ["南渡大桥总投资为12.4亿元。[1]", "大桥2021年3月开工。[1]"]


@pytest.mark.parametrize(
    ("messages", "model", "error"),
    [
        ([QUESTION], "gpt-5", openai.NotFoundError),
        ([{"role": "user", "content": " "}], MODEL, openai.BadRequestError),
        ([{"role": "user", "content": "问" * 1001}], MODEL, openai.BadRequestError),
        ([QUESTION, {"role": "assistant", "content": "好"}], MODEL, openai.BadRequestError),
        ([], MODEL, openai.UnprocessableEntityError),
        ([{"role": "pirate", "content": "x"}], MODEL, openai.UnprocessableEntityError),
    ],
)
def test_a_wrong_request_is_refused(
    client: openai.OpenAI, messages: Any, model: str, error: type[openai.APIStatusError]
) -> None:
    with pytest.raises(error) as refused:
        client.chat.completions.create(model=model, messages=messages)
    assert isinstance(refused.value.body, dict)  # the client takes the error out of the reply
    assert refused.value.body["type"] == "invalid_request_error"
    assert refused.value.body["message"]


def test_openai_clients_come_through_the_guard_and_metrics_only_where_they_are_opened() -> None:
    article = Article.from_text("南渡大桥6月18日建成通车，全长1576米。", headline="南渡大桥通车")
    asked = {"model": "wenbao", "messages": [{"role": "user", "content": "南渡大桥全长多少米？"}]}
    with Assistant.from_articles([article]) as assistant:
        closed = TestClient(build_app(assistant))
        told = closed.post("/v1/chat/completions", json=asked).json()
        assert told["wenbao"]["short_answer"] == "1576米"
        assert closed.get("/metrics").status_code == 404
        metrics = TestClient(build_app(assistant, settings=Settings(metrics=True)))
        metrics.post("/v1/chat/completions", json=asked)
        assert 'wenbao_questions_total{outcome="answered"} 1.0' in metrics.get("/metrics").text
