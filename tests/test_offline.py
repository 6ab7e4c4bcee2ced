"""A whole session of a server that may open no socket but to this machine."""

import asyncio
import json
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from eval.load import ChatPage
from ui.exports.formats import FORMATS

ROOT = Path(__file__).parents[1]
QUESTION = "江西综治中心化解了多少纠纷"
# An audit hook sees every connection and every look-up of a name, also those that libraries make and
# hide; each is written down, and refused.
GUARDED = """
import sys
allowed = {"127.0.0.1", "::1", "localhost", "0.0.0.0", "", None}

def refuse(event, arguments):
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None  # else a socket of Unix: no network
    elif event in {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}:
        host = arguments[0]
    else:
        return
    host = host.decode() if isinstance(host, bytes) else host
    if host not in allowed:
        with open(sys.argv[1], "a") as file:
            file.write(f"{event} {host}\\n")
        raise OSError("refused by the test")

sys.addaudithook(refuse)
"""
SERVE = (
    GUARDED
    + """
import typer
from ui.command import chat
del sys.argv[1]
typer.run(chat)
"""
)
TRY = (
    GUARDED
    + """
import socket
try:
    socket.create_connection(("192.0.2.1", 80), timeout=1)
except OSError as error:
    print(error)
"""
)


async def ask_on_the_page(url: str) -> list[Any]:
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        page = ChatPage((await client.get("/config")).json())
        return [step async for step in page.ask(client, QUESTION, "session")]


def use_everything(url: str) -> None:
    """Do what readers, programs and reviewers do."""
    with httpx.Client(base_url=url, timeout=60) as client:
        page = client.get("/").text
        for asset in set(re.findall(r'(?:src|href)="\.?(/?assets/[^"]+)"', page)):
            assert client.get(f"/{asset.lstrip('/')}").status_code == 200
        with client.stream("GET", "/gradio_api/heartbeat/session") as stream:
            next(stream.iter_lines())
        assert "38.1万件" in json.dumps(asyncio.run(ask_on_the_page(url)), ensure_ascii=False)
        answer = client.post("/api/ask", json={"question": QUESTION}).json()
        assert client.get(f"/api/articles/{answer['citations'][0]['article_id']}").status_code == 200
        assert client.post("/api/search", json={"query": QUESTION}).json()["hits"]
        for name in FORMATS:
            sent = client.post("/api/export", params={"format": name}, json={"answers": [answer]})
            assert sent.status_code == 200, name
        assert client.post("/api/feedback", json={"answer": answer, "verdict": "up"}).status_code == 200
        for path in (
            "/review",
            "/review/gold.jsonl",
            "/docs",
            "/openapi.json",
            "/healthz",
            "/login",
            "/browse",
            "/api/archive",
            "/api/examples",
            "/v1/models",
        ):
            assert client.get(path).status_code == 200, path


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGINT")
def test_no_socket_but_to_this_machine_is_opened_in_a_whole_session(tmp_path: Path) -> None:
    refused = tmp_path / "refused"
    command = [sys.executable, "-c", SERVE, str(refused), "--port", "0", "--index", str(tmp_path / "index")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        try:
            assert process.stdout
            use_everything(process.stdout.readline().split()[-1])
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 0
    assert not refused.exists(), refused.read_text()


def test_the_guard_refuses_and_tells(tmp_path: Path) -> None:
    refused = tmp_path / "refused"
    done = subprocess.run(
        [sys.executable, "-c", TRY, str(refused)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "refused by the test\n"
    assert refused.read_text().splitlines()[0] in {"socket.getaddrinfo 192.0.2.1", "socket.connect 192.0.2.1"}
