"""The server of the chat: routes, headers, what is closed, and the command that starts it."""

import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from qa.assistant import Assistant
from qa.contracts import answer_to_json, article_to_json
from qa.errors import IndexStateError
from qa.records import Answer, Article
from ui.app import build_app
from ui.command import EXAMPLES, chat

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


def ask_in_chat(client: TestClient, question: str, session: str, history: tuple[Any, ...] = ()) -> list[Any]:
    """Ask through Gradio's queue; returns the outputs of all steps: question box, messages."""
    joined = {"data": [question, list(history), None], "fn_index": 0, "session_hash": session}
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


@pytest.mark.parametrize("body", [b"{}", b'{"question": 5}', b"[]", b"?"])
def test_api_refuses_what_is_no_question(client: TestClient, body: bytes) -> None:
    response = client.post("/api/ask", content=body, headers={"content-type": "application/json"})
    assert response.status_code == 422


def test_broken_index_is_told_and_not_a_crash(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(question: str, **_: Any) -> Answer:
        raise IndexStateError(f"index <gone> for {question}")

    monkeypatch.setattr(assistant, "ask", fail)
    with TestClient(build_app(assistant)) as client:
        response = client.post("/api/ask", json={"question": "问"})
        assert (response.status_code, response.json()) == (503, {"error": "index <gone> for 问"})
        [*_, last] = ask_in_chat(client, "问", "broken")
    assert shown(last)[-1] == '<div class="failure">index &lt;gone&gt; for 问</div>'


def test_fault_of_the_program_is_told_without_its_details(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(question: str, **_: Any) -> Answer:
        raise RuntimeError(f"secret of {question}")

    monkeypatch.setattr(assistant, "ask", fail)
    with TestClient(build_app(assistant)) as client:
        [*_, last] = ask_in_chat(client, "问", "fault")
    assert shown(last)[-1] == '<div class="failure broken"></div>'
    assert "secret of 问" in caplog.text


def test_chat_shows_the_question_at_once_then_the_answer(client: TestClient) -> None:
    first, *_, last = ask_in_chat(client, QUESTION, "answered")
    assert first[0] == ""
    assert shown(first) == [f'<div class="question">{QUESTION}</div>', '<div class="searching"></div>']
    assert shown(last)[0] == f'<div class="question">{QUESTION}</div>'
    assert "<mark>38.1万件</mark>" in shown(last)[1]
    [*_, third] = ask_in_chat(client, "省综治中心主任是谁", "again", tuple(last[1]))
    assert len(shown(third)) == 4


def test_chat_leaves_everything_as_it_is_for_an_empty_question(client: TestClient) -> None:
    for output in ask_in_chat(client, " \n", "empty"):
        assert all(part in ({"__type__": "update"}, [], None) for part in output), output


def test_chat_completes_a_follow_up_and_forgets_with_the_conversation(client: TestClient) -> None:
    searched = '<div class="searched">2023年江西综治中心化解了多少纠纷</div>'
    *_, (_, first, _) = ask_in_chat(client, QUESTION, "follow")
    *_, followed = ask_in_chat(client, "那2023年呢？", "follow", tuple(first))
    assert searched in shown(followed)[-1]
    *_, fresh = ask_in_chat(client, "那2023年呢？", "follow")
    assert "searched" not in shown(fresh)[-1]


def test_twenty_readers_are_answered_at_once(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    together = threading.Barrier(20, timeout=60)
    ask = assistant.ask

    def ask_together(question: str, **_: Any) -> Answer:
        together.wait()  # broken, and an error, unless twenty are here at the same time
        return ask(question)

    monkeypatch.setattr(assistant, "ask", ask_together)
    with TestClient(build_app(assistant)) as client, ThreadPoolExecutor(20) as pool:
        outputs = pool.map(lambda n: ask_in_chat(client, QUESTION, f"reader-{n}")[-1], range(20))
        assert all("<mark>38.1万件</mark>" in shown(output)[1] for output in outputs)


def get_article(client: TestClient, data: Any, function: str = "get_article") -> Any:
    components = client.get("/config").json()["components"]
    [place] = [c["id"] for c in components if c["props"].get("elem_id") == "article-place"]
    call = {"session_hash": "s", "component_id": place, "fn_name": function, "data": data}
    return client.post("/gradio_api/component_server/", json=call)


def test_panel_gets_the_article_and_nothing_else(client: TestClient) -> None:
    known = ARTICLE.article_id
    assert get_article(client, known).json() == article_to_json(ARTICLE)
    for data in ("nothing", "../../etc/passwd", None, 7, [known], {"article_id": known}):
        response = get_article(client, data)
        assert (response.status_code, response.json()) == (200, None)
    assert get_article(client, "x", "postprocess").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/upload",
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
        "/login",
        "/docs",
        "/openapi.json",
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
    for name in ("page.css", "messages.css", "article.css", "labels.css", "language.js", "messages.js"):
        content = (ROOT / "ui" / "static" / name).read_text(encoding="utf-8")
        assert content in head
        assert content not in rest


def run_chat(*arguments: str) -> Any:
    command = typer.Typer()
    command.command()(chat)
    return CliRunner().invoke(command, list(arguments))


def test_command_tells_of_a_busy_port_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run_chat("--port", str(port), "--index", str(tmp_path / "index"))
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert f"127.0.0.1:{port}" in result.stderr
    assert not (tmp_path / "index").exists()


def test_command_tells_of_a_damaged_index_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{", encoding="utf-8")
    result = run_chat("--port", "0", "--index", str(tmp_path))
    assert result.exit_code == 2
    assert "manifest.json" in result.stderr
    assert "Traceback" not in result.output


def test_command_serves_the_sample_where_there_is_no_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[tuple[str, list[str]]] = []

    def run(server: uvicorn.Server, sockets: list[socket.socket]) -> None:
        app = server.config.app
        assert isinstance(app, FastAPI)
        with TestClient(app) as client:
            answer = client.post("/api/ask", json={"question": QUESTION}).json()
            components = client.get("/config").json()["components"]
        examples = next(c["props"]["examples"] for c in components if c["props"].get("elem_id") == "chat")
        served.append((answer["short_answer"], [example["text"] for example in examples]))
        assert sockets[0].getsockname()[1] > 0

    monkeypatch.setattr(uvicorn.Server, "run", run)
    monkeypatch.setenv("WENBAO_INDEX", str(tmp_path / "new" / "index"))
    for _ in range(2):  # the second time the index is there
        result = run_chat("--port", "0")
        assert result.exit_code == 0, result.output
        assert result.stdout.startswith("问报 wenbao: http://127.0.0.1:")
    assert served == [("38.1万件", list(EXAMPLES))] * 2


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGINT")
def test_command_stops_quietly_with_a_page_open(tmp_path: Path) -> None:
    code = "import typer; from ui.command import chat; typer.run(chat)"
    command = [sys.executable, "-c", code, "--port", "0", "--index", str(tmp_path / "index")]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stdout
        url = process.stdout.readline().split()[-1]
        with httpx.stream("GET", f"{url}/gradio_api/heartbeat/reader") as page:
            assert page.status_code == 200
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Traceback" not in errors
    assert "ERROR" not in errors
