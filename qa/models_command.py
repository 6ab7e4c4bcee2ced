"""The command `wenbao models`: encoders that are known, and which of them are on this disk."""

from typing import Any

import typer
from rich.table import Table

from embeddings.encoder import DEFAULT_ENCODER
from embeddings.known import KNOWN_MODELS
from qa.options import JsonOption
from qa.printing import out, write_json

__all__ = ["models"]


def models(json_output: JsonOption = False) -> None:
    """Show the encoders that are known, how large they are, and whether they are on this disk."""
    rows: list[tuple[Any, ...]] = [(DEFAULT_ENCODER, None, 512, None, "", "", True)]
    rows += [
        (m.name, m.megabytes, m.dimension, m.tokens, m.query, m.document, _on_disk(m.name))
        for m in KNOWN_MODELS
    ]
    names = ("name", "megabytes", "dimension", "tokens", "query_prompt", "document_prompt", "on_disk")
    if json_output:
        for row in rows:
            write_json(dict(zip(names, row, strict=True)))
        return
    table = Table(
        "encoder", "MB", "dimension", "tokens", "question prompt", "document prompt", "on this disk"
    )
    for name, megabytes, dimension, tokens, query, document, on_disk in rows:
        prompts = ("its own" if prompt is None else prompt for prompt in (query, document))
        size, length = str(megabytes or "bundled"), str(tokens or "any")
        table.add_row(name, size, str(dimension), length, *prompts, "yes" if on_disk else "no")
    out.print(table)
    typer.echo("Fetch one with `hf download NAME`; use it with `wenbao index PATH... --encoder NAME`.")


def _on_disk(name: str) -> bool:
    """Whether the model's configuration and weights are in Hugging Face's cache."""
    from huggingface_hub import try_to_load_from_cache  # noqa: PLC0415 (half a second)

    def cached(file: str) -> bool:
        return isinstance(try_to_load_from_cache(name, file), str)

    return cached("config.json") and (cached("model.safetensors") or cached("pytorch_model.bin"))
