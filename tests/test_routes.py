"""The routes for programs: questions, searches, articles and exports; and what they refuse."""

import json
import re
from collections.abc import Iterator
from html import escape
from io import BytesIO
from typing import Any
from urllib.parse import unquote

import docx
import pytest
from fastapi.testclient import TestClient
from pydantic import TypeAdapter
from small_archive import ARTICLE, QUESTION

from qa.assistant import Assistant
from qa.contracts import answer_to_json, article_to_json, hit_to_json
from qa.records import Answer
from ui.app import build_app
from ui.exports.formats import FORMATS
from ui.limits import MAX_BODY
from ui.received import ReceivedAnswer, check_answer
from ui.settings import Settings


@pytest.fixture(scope="module")
def assistant() -> Iterator[Assistant]:
    with Assistant.from_articles([ARTICLE]) as opened:
        yield opened


@pytest.fixture(scope="module")
def client(assistant: Assistant) -> Iterator[TestClient]:
    with TestClient(build_app(assistant, settings=Settings(per_minute=0))) as opened:
        yield opened


def test_api_answers_as_the_contract_says(client: TestClient, assistant: Assistant) -> None:
    got = client.post("/api/ask", json={"question": QUESTION}).json()
    expected = answer_to_json(assistant.ask(QUESTION))
    assert got | {"elapsed_ms": 0} == expected | {"elapsed_ms": 0}
    assert got["short_answer"] == "38.1万件"


@pytest.mark.parametrize("question", ["", " \n　", "题" * 5000])
def test_api_refuses_a_question_that_cannot_be_asked(client: TestClient, question: str) -> None:
    response = client.post("/api/ask", json={"question": question})
    assert response.status_code == 400
    assert set(response.json()) == {"error"}
    assert "question" in response.json()["error"]


def test_api_completes_a_question_from_the_turns_before_it(client: TestClient) -> None:
    history = [{"question": QUESTION}, {"question": "江西省综治中心主任是谁？", "short_answer": "唐俊"}]
    got = client.post("/api/ask", json={"question": "他说了什么？", "history": history}).json()
    assert (got["question"], got["interpretation"]["question"]) == ("他说了什么？", "唐俊说了什么？")


@pytest.mark.parametrize("history", ["江西", [1], [{}], [{"question": 5}], [{"question": "谁"}] * 21])
def test_api_refuses_what_is_no_history(client: TestClient, history: Any) -> None:
    assert client.post("/api/ask", json={"question": QUESTION, "history": history}).status_code == 422


def test_api_keeps_to_filters_and_to_an_edited_interpretation(client: TestClient) -> None:
    outside = {"question": QUESTION, "filters": {"date_from": "2025-04-01"}}
    assert client.post("/api/ask", json=outside).json()["answered"] is False
    within = {
        "question": QUESTION,
        "filters": {"source": "江岸日报", "date_from": "2025-03-28", "date_to": "2025-03-28"},
    }
    answer = client.post("/api/ask", json=within).json()
    assert answer["answered"] is True
    edited = answer["interpretation"] | {"times": ["2023年"]}
    again = client.post("/api/ask", json={"question": QUESTION, "interpretation": edited}).json()
    assert (again["answered"], again["interpretation"]["times"]) == (False, ["2023年"])
    for wrong in ({"times": ["某时"]}, {"people": ["人" * 5000]}):
        sent = {"question": QUESTION, "interpretation": answer["interpretation"] | wrong}
        assert client.post("/api/ask", json=sent).status_code == 400
    wrong_date = {"question": QUESTION, "filters": {"date_to": "昨天"}}
    assert client.post("/api/ask", json=wrong_date).status_code == 400


def test_api_searches(client: TestClient, assistant: Assistant) -> None:
    got = client.post("/api/search", json={"query": "综治中心", "top_k": 1}).json()
    assert got == {"query": "综治中心", "hits": [hit_to_json(assistant.search("综治中心")[0], 1)]}
    elsewhere = {"query": "综治中心", "filters": {"source": "没有的报"}}
    assert client.post("/api/search", json=elsewhere).json()["hits"] == []
    assert client.post("/api/search", json={"query": " "}).status_code == 400
    for top_k in (0, 101, "all"):
        assert client.post("/api/search", json={"query": "综治", "top_k": top_k}).status_code == 422


def test_api_gives_an_article(client: TestClient) -> None:
    assert client.get(f"/api/articles/{ARTICLE.article_id}").json() == article_to_json(ARTICLE)
    for article_id in ("none", "%00", "%ED%A0%80", "a/b"):
        response = client.get(f"/api/articles/{article_id}")
        assert response.status_code == 404


@pytest.mark.parametrize("name", FORMATS)
def test_api_exports_what_it_answered(client: TestClient, name: str) -> None:
    answer = client.post("/api/ask", json={"question": QUESTION}).json()
    response = client.post("/api/export", params={"format": name}, json={"answers": [answer]})
    assert response.status_code == 200
    chosen = FORMATS[name]  # type: ignore[index]
    assert response.headers["content-type"] == chosen.media_type
    assert response.headers["content-disposition"] == f'attachment; filename="wenbao{chosen.suffix}"'
    expected = chosen.write([received(answer)], "")
    if name != "word":  # which has the time of its making in it
        assert response.content == (expected.encode() if isinstance(expected, str) else expected)


@pytest.mark.parametrize("title", ["纠纷<b>", " 甲/乙\n丙.. ", "\ud800", "题" * 200])
@pytest.mark.parametrize("name", ["html", "markdown", "word"])
def test_api_exports_under_the_title_that_a_reader_gave(client: TestClient, name: str, title: str) -> None:
    answer = client.post("/api/ask", json={"question": QUESTION}).json()
    sent = json.dumps({"answers": [answer], "title": title}).encode()
    headers = {"content-type": "application/json"}
    response = client.post("/api/export", params={"format": name}, content=sent, headers=headers)
    if title == "\ud800":
        assert response.status_code == 422
        return
    expected = {"纠纷<b>": "纠纷 b", " 甲/乙\n丙.. ": "甲 乙 丙"}.get(title, title)
    _, _, told = response.headers["content-disposition"].partition("filename*=UTF-8''")
    assert unquote(told) == expected + FORMATS[name].suffix  # type: ignore[index]
    if name == "html":
        assert f"<title>{escape(' '.join(title.split()))}</title>" in response.text
    elif name == "word":
        written = docx.Document(BytesIO(response.content)).paragraphs[0].text
        assert written == " ".join(title.split())
    else:
        assert title.split(maxsplit=1)[0].partition("<")[0] in response.text.splitlines()[0]


def received(answer: Any) -> Answer:
    return check_answer(
        TypeAdapter(ReceivedAnswer).validate_python(answer), {ARTICLE.article_id: ARTICLE}.__getitem__
    )


def test_api_exports_no_quote_that_is_none(client: TestClient) -> None:
    answer = client.post("/api/ask", json={"question": QUESTION}).json()
    answer["citations"][0]["quote"] = answer["citations"][0]["quote"].replace("38.1", "83.1")
    response = client.post("/api/export", params={"format": "markdown"}, json={"answers": [answer]})
    assert (response.status_code, set(response.json())) == (400, {"error"})
    for params, body in (
        ({"format": "pdf"}, {"answers": [answer]}),
        ({"format": "word"}, {"answers": []}),
        ({"format": "word"}, {"answers": [answer] * 51}),
        ({}, {"answers": [answer]}),
    ):
        assert client.post("/api/export", params=params, json=body).status_code == 422


def test_documentation_names_every_route_and_loads_nothing(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    own = {
        "/healthz",
        "/api/ask",
        "/api/search",
        "/api/articles/{article_id}",
        "/api/export",
        "/v1/chat/completions",
    }
    assert set(described["paths"]) >= own
    response = client.get("/docs")
    assert response.headers["content-security-policy"].startswith("default-src 'none'")
    for path in described["paths"]:
        assert path in response.text
    assert not re.search(r"<script|<img|<link|src=|url\(|@import|https?://", response.text)


def test_half_a_character_is_no_crash(client: TestClient) -> None:
    for path, body in (("/api/ask", b'{"question": "\\ud800"}'), ("/api/search", b'{"query": "\\ud800"}')):
        response = client.post(path, content=body, headers={"content-type": "application/json"})
        assert response.status_code in {400, 422}
        assert "error" in response.json()


def test_too_many_requests_have_to_wait(assistant: Assistant) -> None:
    with TestClient(build_app(assistant, settings=Settings(per_minute=2))) as client:
        statuses = [client.get("/api/articles/x").status_code for _ in range(3)]
        response = client.get("/api/articles/x")
        assert client.get("/healthz").status_code == 200
    assert statuses == [404, 404, 429]
    assert 1 <= int(response.headers["retry-after"]) <= 60
    assert "frame-ancestors 'none'" in response.headers["content-security-policy"]


def test_too_large_request_is_refused(client: TestClient) -> None:
    response = client.post("/api/ask", content=b"x" * (MAX_BODY + 1))
    assert (response.status_code, set(response.json())) == (413, {"error"})


@pytest.mark.parametrize("body", [b"{}", b'{"question": 5}', b"[]", b"?"])
def test_api_refuses_what_is_no_question(client: TestClient, body: bytes) -> None:
    response = client.post("/api/ask", content=body, headers={"content-type": "application/json"})
    assert response.status_code == 422
