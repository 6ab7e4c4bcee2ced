"""The access log: a JSON line for each request, and nothing that a reader wrote."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from served import serve_app
from small_archive import ARTICLE, QUESTION

from qa.assistant import Assistant
from qa.errors import InputError
from ui.access_log import open_access_log
from ui.app import build_app
from ui.settings import Settings


@pytest.fixture(scope="module")
def log_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("log") / "access.jsonl"


@pytest.fixture(scope="module")
def address(log_file: Path) -> Iterator[str]:
    with (
        Assistant.from_articles([ARTICLE]) as assistant,
        serve_app(build_app(assistant, settings=Settings(access_log=open_access_log(log_file)))) as served,
    ):
        yield served


def wait_for_lines(log_file: Path, count: int) -> list[dict[str, Any]]:
    """Return so many lines, which are written when the answers have been sent."""
    while not log_file.exists() or log_file.read_text(encoding="utf-8").count("\n") < count:
        time.sleep(0.01)
    return [json.loads(line) for line in log_file.read_text(encoding="utf-8").splitlines()]


def test_each_request_has_a_line_without_the_question(address: str, log_file: Path) -> None:
    httpx.get(f"{address}/healthz")
    httpx.post(f"{address}/api/ask", json={"question": QUESTION}, timeout=60)
    httpx.get(f"{address}/review?status={QUESTION}")
    httpx.get(f"{address}/gradio_api/heartbeat-of/secret-session/more")
    httpx.get(f"{address}/no%0A%E2%80%AEwhere")
    lines = wait_for_lines(log_file, 5)
    assert [(line["method"], line["path"], line["status"]) for line in lines] == [
        ("GET", "/healthz", 200),
        ("POST", "/api/ask", 200),
        ("GET", "/review", 404),
        ("GET", "/gradio_api/heartbeat-of", 404),
        ("GET", "/no\n\u202ewhere", 404),
    ]
    assert {line["client"] for line in lines} == {"127.0.0.1"}
    assert all(line["milliseconds"] > 0 for line in lines)
    assert lines[1]["bytes"] > 100
    text = log_file.read_text(encoding="utf-8")
    assert text.isascii()
    assert QUESTION not in json.dumps(lines, ensure_ascii=False)
    assert "secret" not in text


def test_file_may_be_rotated_under_the_server(address: str, log_file: Path) -> None:
    log_file.rename(log_file.with_suffix(".1"))
    httpx.get(f"{address}/healthz")
    assert [line["path"] for line in wait_for_lines(log_file, 1)] == ["/healthz"]


def test_dash_is_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    open_access_log(Path("-")).info("line")
    assert capsys.readouterr().err == "line\n"


def test_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--access-log"):
        open_access_log(tmp_path / "missing" / "access.jsonl")
