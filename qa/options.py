"""Options that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["ColumnsOption", "FromOption", "IndexOption", "JsonOption", "SourceOption", "ToOption"]

IndexOption = Annotated[
    Path | None,
    typer.Option("--index", help="Index folder; $WENBAO_INDEX or the user-data folder if not given."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Write JSON, one object a line.")]
ColumnsOption = Annotated[
    str | None,
    typer.Option("--columns", help="Columns of tables by field, where names differ: title=标题,text=正文."),
]
SourceOption = Annotated[str | None, typer.Option("--source", help="Only from this newspaper.")]
FromOption = Annotated[
    str | None, typer.Option("--from", help="Published on this day or later (2025-03-28).")
]
ToOption = Annotated[str | None, typer.Option("--to", help="Published on this day or earlier.")]
