"""The command `wenbao mcp`: the archive as tools for programs that speak the Model Context Protocol."""

from typing import Annotated, Literal

import typer

from qa.errors import InputError, WenbaoError
from qa.options import IndexOption

__all__ = ["mcp"]


def mcp(
    index: IndexOption = None,
    transport: Annotated[
        Literal["stdio", "http"],
        typer.Option("--transport", help="Standard input and output, or HTTP at /mcp."),
    ] = "stdio",
    host: Annotated[str, typer.Option("--host", help="The address to listen on, with http.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=1, max=65535, help="The port to listen on, with http.")
    ] = 7861,
) -> None:
    """Serve the archive's tools over MCP: ask, search, read_article, look_up_quote."""
    try:
        try:
            from ui.mcp_server import build_server  # noqa: PLC0415 (an extra)
        except ImportError as error:
            raise InputError('wenbao mcp needs the MCP SDK: pip install "wenbao[mcp]"') from error
        from qa.assistant import Assistant  # noqa: PLC0415 (faiss, jieba and tantivy take long)
        from qa.index import default_index_path  # noqa: PLC0415

        with Assistant.open(index or default_index_path()) as assistant:
            server = build_server(assistant)
            if transport == "stdio":
                server.run("stdio")
            else:
                typer.echo(f"问报 wenbao: http://{host}:{port}/mcp", err=True)
                server.run("streamable-http", host=host, port=port)
    except WenbaoError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
