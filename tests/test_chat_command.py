"""The command `wenbao chat`: what it tells, where it listens, and how it stops."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from ui.command import chat

ROOT = Path(__file__).parents[1]
QUESTION = "江西综治中心化解了多少纠纷"


@pytest.fixture(autouse=True)
def nothing_set_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENBAO_USERS", str(tmp_path / "users.json"))
    monkeypatch.delenv("WENBAO_TOKEN", raising=False)


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
    assert str(tmp_path) in result.stderr
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.output


def test_command_serves_the_sample_where_there_is_no_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[tuple[str, list[bool]]] = []

    def run(server: uvicorn.Server, sockets: list[socket.socket]) -> None:
        app = server.config.app
        assert isinstance(app, FastAPI)
        with TestClient(app, base_url="http://localhost") as client:
            answer = client.post("/api/ask", json={"question": QUESTION}).json()
            examples = client.get("/api/examples").json()["questions"]
            asked = [client.post("/api/ask", json={"question": one}).json() for one in examples]
        served.append((answer["short_answer"], [one["answered"] for one in asked]))
        assert sockets[0].getsockname()[1] > 0

    monkeypatch.setattr(uvicorn.Server, "run", run)
    monkeypatch.setenv("WENBAO_INDEX", str(tmp_path / "new" / "index"))
    for _ in range(2):  # the second time the index is there
        result = run_chat("--port", "0")
        assert result.exit_code == 0, result.output
        assert result.stdout.startswith("问报 wenbao: http://127.0.0.1:")
    assert served == [("38.1万件", [True] * 6)] * 2


@contextmanager
def chatting(index: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run `wenbao chat` as a process of its own; gives it and its address."""
    code = "import typer; from ui.command import chat; typer.run(chat)"
    command = [sys.executable, "-c", code, "--port", "0", "--index", str(index), *options]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        try:
            assert process.stdout
            yield process, process.stdout.readline().split()[-1]
        finally:
            process.kill()


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_command_stops_quietly_with_a_page_open(tmp_path: Path, number: int) -> None:
    with (
        chatting(tmp_path / "index") as (process, url),
        httpx.stream("GET", f"{url}/gradio_api/heartbeat/reader") as page,
    ):
        assert page.status_code == 200
        process.send_signal(number)
        _, errors = process.communicate(timeout=60)
        assert (process.returncode, errors.strip()) == (0, "")
        assert "ALIVE" in page.read().decode()  # ended as a stream should, not torn off


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_command_answers_what_was_asked_before_it_stops(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with (
        chatting(tmp_path / "index", "--access-log", str(log)) as (process, url),
        ThreadPoolExecutor(8) as pool,
        httpx.Client(timeout=60) as client,
    ):
        asked = [pool.submit(client.post, f"{url}/api/ask", json={"question": QUESTION}) for _ in range(8)]
        while not log.read_text(encoding="utf-8"):
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=60)
        assert (process.returncode, errors.strip()) == (0, "")
        # One whose connection was not yet taken on may be refused; none that was is left without an answer.
        statuses = [
            one.result().status_code for one in asked if not isinstance(one.exception(), httpx.ConnectError)
        ]
    assert statuses
    assert set(statuses) == {200}
    assert log.read_text(encoding="utf-8").count('"status": 200') == len(statuses)


def test_command_refuses_other_addresses_without_a_login(tmp_path: Path) -> None:
    result = run_chat("--host", "0.0.0.0", "--port", "0", "--index", str(tmp_path / "index"))  # noqa: S104 (refused)
    assert result.exit_code == 2
    assert "--no-auth" in result.stderr
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "index").exists()


def test_command_keeps_feedback_in_the_index_and_asks_for_the_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    statuses: list[int] = []

    def run(server: uvicorn.Server, sockets: list[socket.socket]) -> None:
        app = server.config.app
        assert isinstance(app, FastAPI)
        with TestClient(app, base_url="http://archive.example.org") as client:
            statuses.append(client.post("/api/ask", json={"question": QUESTION}).status_code)
            client.headers["Authorization"] = f"Bearer {'t' * 32}"
            answer = client.post("/api/ask", json={"question": QUESTION}).json()
            statuses.append(
                client.post("/api/feedback", json={"answer": answer, "verdict": "up"}).status_code
            )

    monkeypatch.setattr(uvicorn.Server, "run", run)
    monkeypatch.setenv("WENBAO_TOKEN", "t" * 32)
    assert run_chat("--port", "0", "--index", str(tmp_path / "index")).exit_code == 0
    assert statuses == [401, 200]
    assert (tmp_path / "index" / "feedback.sqlite").exists()
