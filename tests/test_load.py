"""The load test itself: what it counts, and that it tells of a server that fails."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer
from typer.testing import CliRunner

from eval import load
from eval.load import Times, ask_page, ask_program, build_index, table_of

CONFIG = {
    "components": [
        {"id": 3, "props": {"elem_id": "question", "value": ""}},
        {"id": 4, "props": {"elem_id": "chat", "value": []}},
        {"id": 5, "props": {}},
    ],
    "dependencies": [
        {"id": 0, "targets": [[4, "select"]], "inputs": [4]},
        {"id": 7, "targets": [[3, "submit"]], "inputs": [5, 3, 4]},
    ],
}


def ask(answer: Any) -> tuple[Times, list[httpx.Request]]:
    """Ask as a page and as a program a server that answers so to everything."""
    requests: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        response: httpx.Response = answer(request)
        return response

    async def run() -> Times:
        times = Times()
        async with httpx.AsyncClient(
            transport=httpx.MockTransport(respond), base_url="http://test"
        ) as client:
            await ask_page(client, load.ChatPage(CONFIG), "问", "s", times)
            await ask_program(client, "问", times)
        return times

    return asyncio.run(run()), requests


def test_page_is_asked_as_its_configuration_says() -> None:
    stream = 'data: {"msg": "process_generating", "output": 1}\n\ndata: {"msg": "process_completed", "success": true, "output": 2}\n\n'
    times, requests = ask(
        lambda r: (
            httpx.Response(200, text=stream)
            if r.method == "GET"
            else httpx.Response(200, json={"answered": True})
        )
    )
    assert b'"data":[null,"\xe9\x97\xae",[]],"fn_index":7' in requests[0].content.replace(b" ", b"")
    assert (len(times.first), len(times.whole), times.errors) == (2, 2, [])


@pytest.mark.parametrize(
    "answer",
    [
        lambda r: httpx.Response(500),
        lambda r: httpx.Response(
            200, text='data: {"msg": "process_completed", "success": false, "output": {}}\n'
        ),
        lambda r: httpx.Response(200, text="?"),
    ],
)
def test_what_goes_wrong_is_counted(answer: Any) -> None:
    times, _ = ask(answer)
    assert (len(times.errors), times.whole) == (2, [])


def test_table_of_nothing_answered() -> None:
    assert table_of(Times(), Times(errors=["x"]), 1).row_count == 2


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the memory of a process")
def test_server_is_asked_from_many_sides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "PAGES_A_ROUND", 2)
    build_index(tmp_path / "index", tmp_path / "pages", 60)
    assert len(list((tmp_path / "pages").rglob("*.txt"))) > 2
    monkeypatch.setattr(load, "MAX_P95_SECONDS", 60.0)  # no time is asserted
    monkeypatch.setattr(load, "MAX_GROWTH_MB", 10_000.0)
    command = typer.Typer()
    command.command()(load.load)
    options = ["--people", "2", "--programs", "2", "--seconds", "1", "--warm-up", "1", "--pause", "0.1"]
    options += ["--index", str(tmp_path / "index")]
    result = CliRunner().invoke(command, options)
    assert result.exit_code == 0, result.output
    assert "memory growth of the server" in result.stdout
    monkeypatch.setattr(load, "MAX_GROWTH_MB", -10_000.0)
    assert CliRunner().invoke(command, options).exit_code == 1
