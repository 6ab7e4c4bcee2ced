"""Options that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

from qa.writing import Unsupported

__all__ = [
    "ColumnsOption",
    "FromOption",
    "IndexOption",
    "JsonOption",
    "LlmModelOption",
    "LlmOption",
    "LlmTimeoutOption",
    "RerankerOption",
    "SectionOption",
    "SourceOption",
    "ToOption",
    "UnsupportedOption",
]

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
SectionOption = Annotated[str | None, typer.Option("--section", help="Only from this section.")]
FromOption = Annotated[
    str | None, typer.Option("--from", help="Published on this day or later (2025-03-28).")
]
ToOption = Annotated[str | None, typer.Option("--to", help="Published on this day or earlier.")]
RerankerOption = Annotated[
    str | None,
    typer.Option("--reranker", help="A CrossEncoder by name or folder: puts the first passages in order."),
]
LlmOption = Annotated[
    str | None,
    typer.Option(
        "--llm",
        help="Have a language model tell the answers: an OpenAI-compatible URL; key in $WENBAO_LLM_KEY.",
    ),
]
LlmModelOption = Annotated[str | None, typer.Option("--llm-model", help="The model to ask for there.")]
LlmTimeoutOption = Annotated[
    float, typer.Option("--llm-timeout", min=0.1, help="Seconds that a whole reply of it may take.")
]
UnsupportedOption = Annotated[
    Unsupported, typer.Option("--unsupported", help="What becomes of its sentences that no passage supports.")
]
