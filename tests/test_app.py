"""The server of the chat: routes, headers, what is closed, and the command that starts it."""

import json
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from qa.assistant import Assistant
from qa.errors import IndexStateError
from qa.records import Answer, Article
from ui.app import build_app
from ui.render import BROKEN, SEARCHING, render_error, render_question

ROOT = Path(__file__).parents[1]
QUESTION = "江西综治中心化解了多少纠纷"
ARTICLE = Article.from_text(
    "江西全省的综治中心在2024年里梳理出38.7万件矛盾纠纷，当年就化解了38.1万件。\n省综治中心主任唐俊说，要让群众少跑路。",
    headline="江西推开一扇门",
    source="江岸日报",
    date="2025-03-28",
    page="4",
)


@pytest.fixture(scope="module")
def assistant() -> Iterator[Assistant]:
    with Assistant.from_articles([ARTICLE]) as opened:
        yield opened


@pytest.fixture(scope="module")
def client(assistant: Assistant) -> Iterator[TestClient]:
    with TestClient(build_app(assistant, [QUESTION])) as opened:
        yield opened


def ask_in_chat(
    client: TestClient, question: str, session: str, history: tuple[Any, ...] = (), context: Any = None
) -> list[Any]:
    """Ask through Gradio's queue; returns the outputs of all steps: question box, messages."""
    joined = {"data": [question, list(history), context], "fn_index": 0, "session_hash": session}
    assert client.post("/gradio_api/queue/join", json=joined).status_code == 200
    stream = client.get("/gradio_api/queue/data", params={"session_hash": session}).text
    events = [json.loads(line.removeprefix("data: ")) for line in stream.splitlines() if line]
    done = [event for event in events if event["msg"] == "process_completed"]
    assert [event["success"] for event in done] == [True]
    return [event["output"]["data"] for event in events if "output" in event]


def shown(output: Any) -> list[str]:
    return [message["content"][0]["text"] for message in output[1]]


def test_importing_the_chat_is_light() -> None:
    code = "import sys, ui.app, ui.command; assert 'gradio' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_health(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


def test_broken_index_is_told_and_not_a_crash(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(question: str, **_: Any) -> Answer:
        raise IndexStateError(f"index <gone> for {question}")

    monkeypatch.setattr(assistant, "ask", fail)
    monkeypatch.setattr(assistant, "stream", fail)
    with TestClient(build_app(assistant)) as client:
        response = client.post("/api/ask", json={"question": "问"})
        assert (response.status_code, response.json()) == (503, {"error": "index <gone> for 问"})
        [*_, last] = ask_in_chat(client, "问", "broken")
    assert shown(last)[-1] == render_error("index <gone> for 问")


def test_fault_of_the_program_is_told_without_its_details(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(question: str, **_: Any) -> Answer:
        raise RuntimeError(f"secret of {question}")

    monkeypatch.setattr(assistant, "stream", fail)
    with TestClient(build_app(assistant)) as client:
        [*_, last] = ask_in_chat(client, "问", "fault")
    assert shown(last)[-1] == BROKEN
    assert "secret of 问" in caplog.text


def test_chat_shows_the_question_at_once_then_the_answer(client: TestClient) -> None:
    first, *_, last = ask_in_chat(client, QUESTION, "answered")
    assert first[0] == ""
    assert shown(first) == [render_question(QUESTION), SEARCHING]
    assert shown(last)[0] == render_question(QUESTION)
    assert "<mark>38.1万件</mark>" in shown(last)[1]
    [*_, third] = ask_in_chat(client, "省综治中心主任是谁", "again", tuple(last[1]))
    assert len(shown(third)) == 4


def test_chat_leaves_everything_as_it_is_for_an_empty_question(client: TestClient) -> None:
    for output in ask_in_chat(client, " \n", "empty"):
        assert all(part in ({"__type__": "update"}, [], None) for part in output), output


def test_chat_completes_a_follow_up_from_what_the_page_sends(client: TestClient) -> None:
    searched = '<div class="searched">2023年江西综治中心化解了多少纠纷</div>'
    context = {"turns": [{"question": QUESTION, "short_answer": "38.1万件"}]}
    *_, followed = ask_in_chat(client, "那2023年呢？", "follow", context=context)
    assert searched in shown(followed)[-1]
    *_, fresh = ask_in_chat(client, "那2023年呢？", "follow")
    assert "searched" not in shown(fresh)[-1]


def test_chat_shows_evidence_before_the_answer(client: TestClient) -> None:
    first, second, *_, last = ask_in_chat(client, QUESTION, "steps")
    assert shown(first)[-1] == SEARCHING
    assert "sources pending" in json.dumps(second), "what has changed since the step before"
    assert "<mark>38.1万件</mark>" in shown(last)[-1]


@pytest.mark.parametrize("context", [5, {"turns": "x"}, {"interpretation": {"type": 5}}, {"filters": [1]}])
def test_chat_tells_that_it_was_sent_something_else(client: TestClient, context: Any) -> None:
    *_, last = ask_in_chat(client, QUESTION, "odd", context=context)
    assert "reload it" in shown(last)[-1]


def test_twenty_readers_are_answered_at_once(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    together = threading.Barrier(20, timeout=60)
    stream = assistant.stream

    def ask_together(question: str, **_: Any) -> Generator[Answer]:
        together.wait()  # broken, and an error, unless twenty are here at the same time
        return stream(question)

    monkeypatch.setattr(assistant, "stream", ask_together)
    with TestClient(build_app(assistant)) as client, ThreadPoolExecutor(20) as pool:
        outputs = pool.map(lambda n: ask_in_chat(client, QUESTION, f"reader-{n}")[-1], range(20))
        assert all("<mark>38.1万件</mark>" in shown(output)[1] for output in outputs)


def test_who_waits_for_an_answer_is_in_nobodys_way(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = threading.Barrier(51, timeout=60)
    ask = assistant.ask

    def ask_together(question: str, **_: Any) -> Answer:
        together.wait()
        return ask(question)

    monkeypatch.setattr(assistant, "ask", ask_together)
    with TestClient(build_app(assistant)) as client, ThreadPoolExecutor(50) as pool:
        asked = [pool.submit(client.post, "/api/ask", json={"question": QUESTION}) for _ in range(50)]
        assert client.post("/api/search", json={"query": QUESTION}).status_code == 200
        together.wait()
        assert all(future.result().json()["answered"] for future in asked)


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/upload",
        "/gradio_api/component_server/",
        "//gradio_api/upload/",
        "/gradio_api//upload",
        "/gradio_api/upload_progress",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/proxy=http://example.org",
        "/gradio_api/runs",
        "/gradio_api/process_recording",
        "/gradio_api/vibe-code",
        "/gradio_api",
        "/monitoring",
        "/monitoring/summary",
        "/login/",
        "/docs/oauth2-redirect",
        "/redoc",
    ],
)
def test_what_a_reader_does_not_need_is_closed(client: TestClient, path: str) -> None:
    for method in ("GET", "POST"):
        response = client.request(method, f"http://testserver{path}", follow_redirects=False)
        assert response.status_code in {404, 405}, method
        assert "frame-ancestors 'none'" in response.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/", "/healthz", "/config", "/theme.css", "/nowhere", "/gradio_api/upload"])
def test_every_response_has_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"


def test_page_has_its_styles_and_scripts_in_the_head(client: TestClient) -> None:
    response = client.get("/", headers={"accept-encoding": "gzip, br"})
    head, rest = response.text.split("</head>", 1)
    assert response.headers["content-length"] == str(len(response.content))
    static = ROOT / "ui" / "static"
    for file in [*static.glob("*.js"), *static.glob("*.css")]:
        if file.name in {"plain.css", "conversation.css"}:  # of login and review, and of exports
            continue
        content = file.read_text(encoding="utf-8")
        assert content in head, file.name
        assert content not in rest
