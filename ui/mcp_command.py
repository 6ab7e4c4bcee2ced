"""The command `wenbao mcp`: the archive as tools for programs that speak the Model Context Protocol."""

from typing import Annotated, Literal

import typer

from qa.errors import InputError, WenbaoError
from qa.options import IndexOption
from ui.options import TokenOption

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
    token_file: TokenOption = None,
    no_auth: Annotated[
        bool, typer.Option("--no-auth", help="Let every program in that reaches the address, with http.")
    ] = False,
) -> None:
    """Serve the archive's tools over MCP: ask, search, read_article, look_up_quote."""
    try:
        try:
            from ui.mcp_server import build_server, guarded_app  # noqa: PLC0415 (an extra)
        except ImportError as error:
            raise InputError('wenbao mcp needs the MCP SDK: pip install "wenbao[mcp]"') from error
        from qa.assistant import Assistant  # noqa: PLC0415 (faiss, jieba and tantivy take long)
        from qa.index import default_index_path  # noqa: PLC0415
        from ui.settings import choose_token  # noqa: PLC0415

        settings = choose_token(host, token_file, no_auth=no_auth) if transport == "http" else None
        with Assistant.open(index or default_index_path()) as assistant:
            server = build_server(assistant)
            if settings is None:
                server.run("stdio")
            else:
                import uvicorn  # noqa: PLC0415 (as above)

                typer.echo(f"问报 wenbao: http://{host}:{port}/mcp", err=True)
                uvicorn.run(guarded_app(server, settings, host), host=host, port=port, log_level="warning")
    except WenbaoError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
