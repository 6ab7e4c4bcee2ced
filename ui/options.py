"""The options of `wenbao chat`."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "FeedbackOption",
    "HostOption",
    "IndexOption",
    "LogOption",
    "MetricsOption",
    "NoLoginOption",
    "PortOption",
    "QuestionLogOption",
    "QuestionTextsOption",
    "RateOption",
    "TokenOption",
    "UploadOption",
    "UsersOption",
]

IndexOption = Annotated[
    Path | None,
    typer.Option("--index", help="The index to ask; made of the bundled sample pages if there is none."),
]
HostOption = Annotated[str, typer.Option("--host", help="The address to listen on.")]
PortOption = Annotated[
    int, typer.Option("--port", min=0, max=65535, help="The port to listen on; 0 takes a free one.")
]
UsersOption = Annotated[
    Path | None,
    typer.Option("--users", help="The file of users who may log in; that of `wenbao user` if not given."),
]
TokenOption = Annotated[
    Path | None,
    typer.Option("--token-file", help="A file with the token of programs; or set $WENBAO_TOKEN."),
]
NoLoginOption = Annotated[
    bool, typer.Option("--no-auth", help="Let everyone in who reaches the address, without a login.")
]
RateOption = Annotated[
    int, typer.Option("--rate", min=0, help="Requests a minute for each reader; 0 for no limit.")
]
FeedbackOption = Annotated[
    Path | None,
    typer.Option("--feedback", help="The file that keeps feedback; in the index folder if not given."),
]
LogOption = Annotated[
    Path | None,
    typer.Option("--access-log", help="A file for one JSON line a request; - is standard error."),
]
UploadOption = Annotated[
    bool,
    typer.Option("--allow-upload", help="Let readers add files to the archive, and take them out again."),
]
MetricsOption = Annotated[bool, typer.Option("--metrics", help="Open /metrics, for Prometheus.")]
QuestionLogOption = Annotated[
    Path | None, typer.Option("--log", help="Log questions as JSON lines to this file, or - .")
]
QuestionTextsOption = Annotated[
    bool, typer.Option("--log-texts", help="Put the questions themselves into the log.")
]
