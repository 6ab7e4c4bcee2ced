"""The command `wenbao adapt`: fit an adapter to an archive, and keep it if it helps."""

import json
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from embeddings.adapter import ADAPTER_SUFFIX, Adapter, save_adapter
from embeddings.encoder import EncoderUnavailableError
from embeddings.loading import load_encoder
from eval.adaptation import adapt, pairs_of
from eval.gains import Gain
from eval.gold import read_gold
from qa.assistant import Assistant
from qa.errors import InputError, WenbaoError
from qa.index import default_index_path, read_manifest
from qa.options import IndexOption, JsonOption

__all__ = ["adapt_encoder"]


def adapt_encoder(
    output: Annotated[
        Path, typer.Option("--output", help=f"The file to write; its name ends in {ADAPTER_SUFFIX}.")
    ],
    index: IndexOption = None,
    gold: Annotated[
        Path | None, typer.Option("--gold", help="Gold questions about the archive, to learn from too.")
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", min=50, help="Learn from so many articles at most.")
    ] = 2000,
    json_output: JsonOption = False,
) -> None:
    """Fit an adapter to the archive's own headlines and paragraphs; write it only if it helps.

    Exit status: 0 written, 1 it does not help, 2 wrong usage or unreadable input.
    """
    try:
        if not output.name.endswith(ADAPTER_SUFFIX):
            raise InputError(f"--output {output}: name it {output.name.split('.')[0]}{ADAPTER_SUFFIX}")
        folder = index or default_index_path()
        asked = [(q.question, q.evidence or "") for q in read_gold(gold).questions] if gold else []
        with Assistant.open(folder) as assistant:
            pairs = pairs_of(islice(assistant.articles(), limit), asked)
        manifest = read_manifest(folder)
        adapter, gain = adapt(load_encoder(manifest.encoder if manifest else None), pairs)
        if gain.helps:
            _save(adapter, output)
    except (WenbaoError, EncoderUnavailableError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    _tell(gain, output, json_output)
    if not gain.helps:
        raise typer.Exit(1)


def _save(adapter: Adapter, output: Path) -> None:
    try:
        save_adapter(adapter, output)
    except OSError as error:
        raise InputError(
            f"{output}: cannot be written ({error.strerror}); choose another --output"
        ) from error


def _tell(gain: Gain, output: Path, json_output: bool) -> None:
    if json_output:
        typer.echo(json.dumps(asdict(gain) | {"output": str(output) if gain.helps else None}))
        return
    typer.echo(f"{gain.queries} held-out queries: {gain.told}")
    if gain.helps:
        typer.echo(f"written: {output}; use it with `wenbao index PATH... --index NEW --encoder {output}`")
    else:
        typer.echo("no certain gain: nothing is written")
