"""The command `wenbao chat`: serve the web chat, on this machine alone or for an office."""

import logging
import signal
import socket
from contextlib import suppress
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.progress import Progress

from qa.errors import InputError, WenbaoError
from qa.options import LlmModelOption, LlmOption, LlmTimeoutOption, RerankerOption, UnsupportedOption
from ui.options import (
    FeedbackOption,
    HostOption,
    IndexOption,
    LogOption,
    MetricsOption,
    NoLoginOption,
    PortOption,
    QuestionLogOption,
    QuestionTextsOption,
    RateOption,
    TokenOption,
    UploadOption,
    UsersOption,
)
from ui.question_log import QuestionLog

if TYPE_CHECKING:
    from qa.assistant import Assistant
    from ui.settings import Settings

__all__ = ["chat"]

# Seconds that questions which are being answered are waited for when the server is told to stop.
FAREWELL_SECONDS = 10


def chat(  # noqa: PLR0913, PLR0917 (one parameter for each option)
    index: IndexOption = None,
    host: HostOption = "127.0.0.1",
    port: PortOption = 7860,
    users: UsersOption = None,
    token_file: TokenOption = None,
    no_auth: NoLoginOption = False,
    rate: RateOption = 120,
    feedback: FeedbackOption = None,
    access_log: LogOption = None,
    allow_upload: UploadOption = False,
    reranker: RerankerOption = None,
    llm: LlmOption = None,
    llm_model: LlmModelOption = None,
    llm_timeout: LlmTimeoutOption = 60.0,
    unsupported: UnsupportedOption = "drop",
    metrics: MetricsOption = False,
    log: QuestionLogOption = None,
    log_texts: QuestionTextsOption = False,
) -> None:
    """Open the web chat; without an index, over the bundled sample pages.

    Exit status: 0 stopped by the user, 2 port taken, index unreadable, or no login set up.
    """
    from qa.endpoint import endpoint_writing  # noqa: PLC0415 (takes long, and `wenbao --help` needs it not)
    from qa.index import default_index_path  # noqa: PLC0415
    from ui.access_log import open_access_log  # noqa: PLC0415
    from ui.settings import choose_access  # noqa: PLC0415

    place = index or default_index_path()
    try:
        if metrics and not find_spec("prometheus_client"):
            raise InputError('--metrics needs the Prometheus client: pip install "wenbao[metrics]"')
        writing = endpoint_writing(llm, llm_model, llm_timeout, unsupported)
        settings = replace(
            choose_access(host, users, token_file, no_auth=no_auth),
            per_minute=rate,
            feedback=feedback or place / "feedback.sqlite",
            access_log=open_access_log(access_log) if access_log else None,
            uploads=place / "uploads" if allow_upload else None,
            metrics=metrics,
        )
        # A busy port should be told at once, not after the index has been opened.
        with _listen(host, port) as listener, _open_assistant(place, reranker) as assistant:
            assistant.writing = writing
            assistant.observers += [QuestionLog(log, texts=log_texts)] if log else []
            _serve(assistant, listener, settings)
    except WenbaoError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens. Raises InputError when the address is none of ours or taken."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise InputError(
            f"{host}:{port}: cannot listen here ({error.strerror}); choose another --port"
        ) from error


def _open_assistant(place: Path, reranker: str | None) -> "Assistant":
    """Open the index at a place; where there is none, make one of the sample."""
    # Imported here because faiss, jieba and tantivy take long, and `wenbao --help` needs none of them.
    from qa.assistant import Assistant  # noqa: PLC0415
    from qa.index import read_manifest  # noqa: PLC0415

    if read_manifest(place) is None:
        _index_sample(place)
    return Assistant.open(place, reranker=reranker)


def _index_sample(place: Path) -> None:
    from qa.assistant import Assistant  # noqa: PLC0415 (as above)
    from qa.files import sample_pages  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("sample pages", total=None)
        Assistant.build(
            [sample_pages()],
            index=place,
            progress=lambda done, total, _: bar.update(task, completed=done, total=total),
        ).close()


def _serve(assistant: "Assistant", listener: socket.socket, settings: "Settings") -> None:
    import uvicorn  # noqa: PLC0415 (as above)

    from ui.app import build_app  # noqa: PLC0415 (imports FastAPI and Gradio)
    from ui.farewell import Farewell  # noqa: PLC0415

    app = build_app(assistant, settings=settings)
    host, port = listener.getsockname()[:2]
    typer.echo(f"问报 wenbao: http://{f'[{host}]' if ':' in host else host}:{port}")
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=FAREWELL_SECONDS,
    )
    server = uvicorn.Server(config)
    app.add_middleware(Farewell, stopping=lambda: server.should_exit)
    # Told to stop, uvicorn writes a traceback for every question that it breaks off; that is no error.
    logging.getLogger("uvicorn.error").addFilter(lambda _: not server.should_exit)
    # uvicorn passes on what it was stopped by: SIGTERM, too, then ends this block and not the process.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listener])
