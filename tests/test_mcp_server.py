"""The MCP tools, called with the SDK's own client: in memory, over standard input and output, over HTTP."""

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from served import serve_app
from typer.testing import CliRunner

from qa.assistant import Assistant

pytest.importorskip("mcp", reason="the extra mcp is not installed")
import httpx2
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, TextContent

from ui.mcp_command import mcp
from ui.mcp_server import build_server, guarded_app
from ui.origin import LOOPBACK_HOSTS
from ui.settings import Settings, choose_token

TOKEN = "0123456789abcdef-mcp"  # noqa: S105 (of a test)
PRINTED = "南渡大桥6月18日建成通车，全长1576米。\n大桥2021年3月动工，总投资12.4亿元。"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mcp")
    (folder / "page.md").write_text(f"# 南渡大桥通车\n\n{PRINTED}\n", encoding="utf-8")
    Assistant.build([folder / "page.md"], index=folder / "index", date="2025-06-19").close()
    return folder / "index"


@pytest.fixture(scope="module")
def assistant(index: Path) -> Iterator[Assistant]:
    with Assistant.open(index) as opened:
        yield opened


def text_of(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


async def call(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    told = result.structured_content or json.loads(text_of(result))
    assert isinstance(told, dict)
    return told


async def use_all(client: Client) -> None:
    """Ask, search, read and look up; what each gives leads to the next."""
    tools = {tool.name for tool in (await client.list_tools()).tools}
    assert tools == {"ask", "search", "read_article", "look_up_quote"}
    answer = await call(client, "ask", question="南渡大桥总投资多少？")
    assert answer["short_answer"] == "12.4亿元"
    hits = await call(client, "search", query="南渡大桥", top_k=3)
    assert hits["hits"][0]["article_id"] == answer["citations"][0]["article_id"]
    article = await call(client, "read_article", article_id=hits["hits"][0]["article_id"])
    assert article["headline"] == "南渡大桥通车"
    lookup = await call(client, "look_up_quote", quote=answer["citations"][0]["quote"])
    assert lookup["kind"] == "exact"


def test_the_tools_in_memory(assistant: Assistant) -> None:
    async def run() -> None:
        async with Client(build_server(assistant)) as client:
            await use_all(client)

    asyncio.run(run())


def test_the_tools_over_http(assistant: Assistant) -> None:
    async def run(address: str) -> None:
        async with Client(f"{address}/mcp") as client:
            await use_all(client)

    with serve_app(
        guarded_app(build_server(assistant), Settings(hosts=LOOPBACK_HOSTS), "127.0.0.1")
    ) as address:
        asyncio.run(run(address))
        assert httpx2.post(f"{address}/mcp", headers={"Host": "archive.example.org"}).status_code == 403
        assert httpx2.post(f"{address}/mcp", headers={"Origin": "http://example.org"}).status_code == 403


@pytest.mark.parametrize("sent", ["", "Bearer wrong", f"Basic {TOKEN}"])
def test_over_http_a_token_is_asked_for_where_there_is_one(assistant: Assistant, sent: str) -> None:
    async def run(address: str, header: str) -> None:
        async with httpx2.AsyncClient(headers={"Authorization": header}) as sender:
            transport = streamable_http_client(f"{address}/mcp", http_client=sender)
            async with Client(transport) as client:
                await use_all(client)

    with serve_app(guarded_app(build_server(assistant), Settings(token=TOKEN), "0.0.0.0")) as address:  # noqa: S104
        asyncio.run(run(address, f"Bearer {TOKEN}"))
        with pytest.RaisesGroup(MCPError, flatten_subgroups=True):
            asyncio.run(run(address, sent))
        assert httpx2.post(f"{address}/mcp", headers={"Authorization": sent}).status_code == 401


def test_off_this_machine_a_token_has_to_be_set_up(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WENBAO_TOKEN", raising=False)
    command = typer.Typer()
    command.command()(mcp)
    arguments = ["--index", str(index), "--transport", "http", "--host", "0.0.0.0"]  # noqa: S104
    result = CliRunner().invoke(command, arguments)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "WENBAO_TOKEN" in result.stderr
    (tmp_path / "token").write_text("short")
    result = CliRunner().invoke(command, [*arguments, "--token-file", str(tmp_path / "token")])
    assert (result.exit_code, "at least 16" in result.stderr) == (2, True)
    assert choose_token("0.0.0.0", None, no_auth=True).token is None  # noqa: S104
    assert choose_token("127.0.0.1", None, no_auth=False).hosts == LOOPBACK_HOSTS
    monkeypatch.setenv("WENBAO_TOKEN", TOKEN)
    assert choose_token("127.0.0.1", None, no_auth=False).token == TOKEN


def test_the_tools_over_standard_input_and_output(index: Path) -> None:
    program = "import typer; from ui.mcp_command import mcp; typer.run(mcp)"
    server = StdioServerParameters(
        command=sys.executable,
        args=["-c", program, "--index", str(index)],
        cwd=str(Path(__file__).parents[1]),
    )

    async def run() -> None:
        async with Client(stdio_client(server)) as client:
            await use_all(client)

    asyncio.run(run())


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("ask", {"question": " "}, "问题是空的"),
        ("ask", {"question": "大桥？", "date_from": "昨天"}, "2025-03-28"),
        ("read_article", {"article_id": "none"}, "no article of id 'none'"),
        ("look_up_quote", {"quote": "桥"}, "("),
        ("search", {"query": "大桥", "top_k": 0}, "top_k"),
    ],
)
def test_what_a_caller_can_put_right_is_told(
    assistant: Assistant, tool: str, arguments: dict[str, Any], told: str
) -> None:
    async def run() -> None:
        async with Client(build_server(assistant)) as client:
            result = await client.call_tool(tool, arguments)
            assert result.is_error
            assert told in text_of(result)

    asyncio.run(run())
