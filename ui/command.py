"""The command `wenbao chat`: serve the web chat on this machine."""

import logging
import socket
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from qa.errors import InputError, WenbaoError
from qa.options import LlmModelOption, LlmOption, LlmTimeoutOption, UnsupportedOption
from ui.question_log import QuestionLog

if TYPE_CHECKING:
    from qa.assistant import Assistant

__all__ = ["EXAMPLES", "chat"]

# Questions that the bundled sample pages answer; another archive is offered those of them that it answers.
EXAMPLES = (
    "江西综治中心化解了多少纠纷",
    "贵州高院通报少年审判工作的发布会是哪天开的？",
    "淮屿地铁4号线为什么能提前通车？",
    "台风“青鸾”在哪里登陆？",
)
# An open page keeps its connection: seconds to wait for it before the server stops all the same.
FAREWELL_SECONDS = 1


def chat(  # noqa: PLR0913, PLR0917 (one for each option)
    index: Annotated[
        Path | None,
        typer.Option("--index", help="The index to ask; made of the bundled sample pages if there is none."),
    ] = None,
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="The port to listen on; 0 takes a free one.")
    ] = 7860,
    llm: LlmOption = None,
    llm_model: LlmModelOption = None,
    llm_timeout: LlmTimeoutOption = 60.0,
    unsupported: UnsupportedOption = "drop",
    metrics: Annotated[bool, typer.Option("--metrics", help="Open /metrics, for Prometheus.")] = False,
    log: Annotated[
        Path | None, typer.Option("--log", help="Log questions as JSON lines to this file, or - .")
    ] = None,
    log_texts: Annotated[
        bool, typer.Option("--log-texts", help="Put the questions themselves into the log.")
    ] = False,
) -> None:
    """Open the web chat; without an index, over the bundled sample pages.

    Exit status: 0 stopped by the user, 2 port taken or index unreadable.
    """
    # Taken first: a busy port should be told at once, not after the index has been opened.
    with _listen(host, port) as listener:
        try:
            from qa.endpoint import endpoint_writing  # noqa: PLC0415 (as below)

            writing = endpoint_writing(llm, llm_model, llm_timeout, unsupported)
            observers = [QuestionLog(log, texts=log_texts)] if log else []
            if metrics and not find_spec("prometheus_client"):
                raise InputError('--metrics needs the Prometheus client: pip install "wenbao[metrics]"')
            with _open_assistant(index) as assistant:
                examples = [question for question in EXAMPLES if assistant.ask(question).answered]
                assistant.writing, assistant.observers = writing, [*observers]
                _serve(assistant, listener, examples, metrics=metrics)
        except WenbaoError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(2) from error


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        typer.echo(f"{host}:{port}: cannot listen here ({error.strerror}); choose another --port", err=True)
        raise typer.Exit(2) from error


def _open_assistant(index: Path | None) -> "Assistant":
    """Open the index at the given or the default place; where there is none, make one of the sample."""
    # Imported here because faiss, jieba and tantivy take long, and `wenbao --help` needs none of them.
    from qa.assistant import Assistant  # noqa: PLC0415
    from qa.files import sample_pages  # noqa: PLC0415
    from qa.index import default_index_path, read_manifest  # noqa: PLC0415

    place = index or default_index_path()
    if read_manifest(place) is not None:
        return Assistant.open(place)
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("sample pages", total=None)
        return Assistant.build(
            [sample_pages()],
            index=place,
            progress=lambda done, total, _: bar.update(task, completed=done, total=total),
        )


def _serve(assistant: "Assistant", listener: socket.socket, examples: list[str], *, metrics: bool) -> None:
    import uvicorn  # noqa: PLC0415 (as above)

    from ui.app import build_app  # noqa: PLC0415 (imports FastAPI and Gradio)

    app = build_app(assistant, examples, metrics=metrics)
    host, port = listener.getsockname()[:2]
    typer.echo(f"问报 wenbao: http://{f'[{host}]' if ':' in host else host}:{port}")
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=FAREWELL_SECONDS)
    server = uvicorn.Server(config)
    # Told to stop, uvicorn writes a traceback for every page still open; that is no error.
    logging.getLogger("uvicorn.error").addFilter(lambda _: not server.should_exit)
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listener])
